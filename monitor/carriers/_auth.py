"""How a connector shows who it is: nothing, bearer token, basic, API key, or OAuth2 client credentials."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.carriers import _budget, _values
from monitor.carriers._http import Http, Trouble
from monitor.core.words import FailureKind
from monitor.ports import Access, Round, Vault

_EARLY = timedelta(seconds=60)
"""A token is renewed this long before its end, so that no request meets the end half-way."""
_LIFE = timedelta(minutes=30)
"""Assumed life of a token that states none."""


class AuthKind(StrEnum):
    """The ways to authenticate."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    API_KEY = "api_key"
    OAUTH2 = "oauth2"


@dataclass(frozen=True, slots=True)
class Proof:
    """What goes with each request."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    renewable: bool = False
    """A refusal may be cured by fetching a new token, once."""


class Auth:
    """Credentials of one access.

    Options: ``auth`` (else told from what is given), ``api_key_header`` (``X-API-Key``), ``token_url``, ``scope``,
    ``audience``, ``token_auth`` (``basic`` as RFC 6749 wants it, or ``post``).
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._options = access.options
        self.kind = AuthKind(self._options["auth"]) if self._options.get("auth") else _told_by(access)
        seed = "|".join((self._options.get("token_url", ""), access.username, access.password, self._scope))
        self._key = hashlib.sha256(seed.encode()).hexdigest()[:20]

    @property
    def _scope(self) -> str:
        return self._options.get("scope", "")

    def proof(self, http: Http, round_: Round, left: Callable[[], float]) -> Proof:
        """Return what goes with each request, fetching a token where one is needed.

        Raises:
            Trouble: no token could be had, or the login budget is used up.
        """
        access = self._access
        match self.kind:
            case AuthKind.NONE:
                return Proof()
            case AuthKind.BASIC:
                return Proof(basic=(access.username, access.password or access.token))
            case AuthKind.BEARER:
                return Proof({"Authorization": f"Bearer {access.token}"})
            case AuthKind.API_KEY:
                return Proof({self._options.get("api_key_header") or "X-API-Key": access.token})
            case AuthKind.OAUTH2:
                token = self._stored(round_) or self._fetch(http, round_, left)
                http.protect(token)
                return Proof({"Authorization": f"Bearer {token}"}, renewable=True)

    def unlock(self, vault: Vault) -> None:
        """A person has acted: allow logins again."""
        _budget.LoginBudget(vault, self._key).clear()

    def forget(self, round_: Round) -> None:
        """Drop a token that the carrier refuses."""
        round_.vault.drop(f"token:{self._key}")

    def _stored(self, round_: Round) -> str | None:
        kept = round_.vault.get(f"token:{self._key}")
        if kept is None:
            return None
        try:
            entry = json.loads(kept)
            if datetime.fromisoformat(entry["until"]) > round_.now:
                return str(entry["token"])
        except (ValueError, KeyError, TypeError):
            pass
        return None

    def _fetch(self, http: Http, round_: Round, left: Callable[[], float]) -> str:
        access = self._access
        budget = _budget.LoginBudget(round_.vault, self._key, _budget.rate(self._options))
        budget.take(round_.now)
        form = {"grant_type": "client_credentials"}
        form |= {k: v for k in ("scope", "audience") if (v := self._options.get(k, ""))}
        in_body = self._options.get("token_auth") == "post"
        if in_body:
            form |= {"client_id": access.username, "client_secret": access.password}
        basic = None if in_body else (access.username, access.password)
        try:
            answer = http.ask("POST", self._options["token_url"], seconds=left(), form=form, auth=basic)
            data = _values.record(answer.json(), "the token answer")
            token = _values.text(data.get("access_token"), "access_token")
            life = _values.number(data.get("expires_in"), "expires_in")
        except _values.Malformed as error:
            budget.failed(round_.now)
            raise Trouble(FailureKind.MALFORMED, str(error)) from None
        except Trouble as trouble:
            if trouble.kind in {
                FailureKind.AUTH,
                FailureKind.UNSUPPORTED,
            }:  # 400 invalid_grant, 401 invalid_client
                budget.failed(round_.now)
                raise Trouble(
                    FailureKind.AUTH, f"no token: {trouble.message}", answer=trouble.answer
                ) from None
            raise
        if not token:
            budget.failed(round_.now)
            raise Trouble(FailureKind.AUTH, "the token answer holds no access_token")
        lasts = timedelta(seconds=max(0.0, min(float(life), 1e7))) if life is not None else _LIFE
        until = round_.now + max(lasts - _EARLY, lasts / 2)
        entry = json.dumps({"token": token, "until": until.isoformat()})
        round_.vault.put(f"token:{self._key}", entry, until)
        budget.worked(round_.now, lasts)
        return token


def _told_by(access: Access) -> AuthKind:
    if access.options.get("token_url"):
        return AuthKind.OAUTH2
    if access.options.get("api_key_header"):
        return AuthKind.API_KEY
    if access.username:
        return AuthKind.BASIC
    return AuthKind.BEARER if access.token else AuthKind.NONE
