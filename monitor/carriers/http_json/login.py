"""The auth recipes of a preset. Tokens and cookies outlive the process in the vault; logins keep to the budget."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.carriers import _auth, _budget, _values
from monitor.carriers._http import Answer, Http, Trouble
from monitor.carriers.http_json import preset as presets
from monitor.carriers.http_json import select
from monitor.carriers.http_json.spec import Preset
from monitor.core.words import FailureKind
from monitor.ports import Access, Round

_EARLY = timedelta(seconds=60)
REFUSED = frozenset({FailureKind.AUTH, FailureKind.UNSUPPORTED, FailureKind.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Proof:
    """What goes with each request."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    renewable: bool = False


class Login:
    """One line's way in."""

    def __init__(
        self,
        preset: Preset,
        access: Access,
        base: str,
        *,
        names: Mapping[str, str],
        http: Http,
        round_: Round,
    ) -> None:
        self._preset, self._access, self._base, self._names = preset, access, base, names
        self._http, self._round = http, round_
        self._key = key_of(preset, access, base)

    def proof(self, left: Callable[[], float]) -> Proof:
        """Return what goes with each request, logging in where that is needed.

        Raises:
            Trouble: the login was refused, or the budget is used up.
            Malformed: the login's answer does not hold what it should.
        """
        auth = self._preset.auth
        headers = {k: select.fill(v, self._names, {}) for k, v in auth.headers.items()}
        kind = auth.kind or _told_by(self._access)
        if kind == "oauth2":
            given = self._oauth2.proof(self._http, self._round, left)
            return Proof({**headers, **given.headers}, renewable=True)
        if kind in {"token", "cookie"}:
            secret = self._stored() or self._log_in(left)
            self._http.protect(secret)
            value = (
                secret if kind == "cookie" else select.fill(auth.format, {**self._names, "login": secret}, {})
            )
            name = "Cookie" if kind == "cookie" else auth.name or "Authorization"
            return Proof({**headers, name: value}, renewable=True)
        return self._plain(kind, headers)

    def _plain(self, kind: str, headers: dict[str, str]) -> Proof:
        auth, access = self._preset.auth, self._access
        match kind:
            case "basic":
                return Proof(headers, basic=(access.username, access.password or access.token))
            case "bearer":
                return Proof(headers | {"Authorization": f"Bearer {access.token or access.password}"})
            case "header":
                value = select.fill(auth.format.replace("{login}", "{token}"), self._names, {})
                return Proof(headers | {auth.name or "Authorization": value})
            case "query":
                return Proof(headers, {k: select.fill(v, self._names, {}) for k, v in auth.query.items()})
            case _:
                return Proof(headers)

    def forget(self) -> None:
        """Drop a session that the carrier refuses."""
        self._round.vault.drop(f"session:{self._key}")
        if self._preset.auth.kind == "oauth2":
            self._oauth2.forget(self._round)

    @property
    def _oauth2(self) -> _auth.Auth:
        auth = self._preset.auth
        url = auth.path if "://" in auth.path else self._base + auth.path
        options = {"token_url": url, "scope": auth.scope} | dict(self._access.options) | {"auth": "oauth2"}
        return _auth.Auth(replace(self._access, options=options))

    def _stored(self) -> str | None:
        kept = self._round.vault.get(f"session:{self._key}")
        try:
            entry = json.loads(kept or "{}")
            alive = datetime.fromisoformat(entry["until"]) > self._round.now
            return str(entry["secret"]) if alive else None
        except (ValueError, KeyError, TypeError):
            return None

    def _log_in(self, left: Callable[[], float]) -> str:
        auth, now = self._preset.auth, self._round.now
        budget = _budget.LoginBudget(self._round.vault, self._key, _budget.rate(self._access.options))
        budget.take(now)
        try:
            answer = self._send(left)
            secret, until = self._session(answer)
        except _values.Malformed:
            budget.failed(now)
            raise
        except Trouble as trouble:
            if trouble.kind in REFUSED:
                budget.failed(now)
                raise Trouble(
                    FailureKind.AUTH, f"login refused: {trouble.message}", answer=trouble.answer
                ) from None
            budget.unsettled(now)
            raise
        if not secret:
            budget.failed(now)
            what = "sets no cookie" if auth.kind == "cookie" else f"holds no {auth.token}"
            raise Trouble(FailureKind.AUTH, f"the login's answer {what}; check the credentials")
        entry = json.dumps({"secret": secret, "until": until.isoformat()})
        self._round.vault.put(f"session:{self._key}", entry, until)
        budget.worked(now, until - now)
        return secret

    def _send(self, left: Callable[[], float]) -> Answer:
        auth, access = self._preset.auth, self._access
        path = select.fill_path(auth.path, self._names, {})
        url = path if "://" in auth.path else self._base + path
        return self._http.ask(
            auth.method,
            url,
            seconds=left(),
            params={k: select.fill(v, self._names, {}) for k, v in auth.query.items()},
            json_body=select.fill_tree(auth.json, self._names, {}) or None,
            form=select.fill_tree(auth.form, self._names, {}) or None,
            auth=(access.username, access.password) if auth.basic else None,
        )

    def _session(self, answer: Answer) -> tuple[str, datetime]:
        auth, now = self._preset.auth, self._round.now
        lasts = presets.lifetime(auth.lifetime)
        if auth.kind == "cookie":
            return "; ".join(f"{k}={v}" for k, v in answer.cookies.items()), now + lasts
        data = answer.json()
        self._refused(data)
        token = _values.text(select.find(auth.token, data, self._names), auth.token)
        said: Any = select.find(auth.expires, data, self._names) if auth.expires else None
        if said is None:
            return token or "", now + lasts
        number = None if isinstance(said, str) and not said.isdigit() else _values.number(said, auth.expires)
        if number is not None and number < 10**8:  # a duration; anything later is an instant
            lasts = timedelta(seconds=max(float(number), 1.0))
        else:
            until = _values.instant(said, auth.expires)
            lasts = max(until - now, timedelta(seconds=1)) if until is not None else lasts
        return token or "", now + max(lasts - _EARLY, lasts / 2)

    def _refused(self, data: Any) -> None:
        """A login that is answered with 200 and an error code is refused all the same."""
        for step in self._preset.steps:
            code = select.find(step.error, data, self._names) if step.error else None
            meaning = self._preset.errors.get(_values.word(code)) if code is not None else None
            if meaning is not None and meaning.startswith("auth"):
                raise Trouble(
                    FailureKind.AUTH, meaning.partition(":")[2].strip() or "the credentials are not accepted"
                )


def key_of(preset: Preset, access: Access, base: str) -> str:
    """Name a set of credentials without showing them."""
    seed = f"{preset.name}|{base}|{access.username}|{access.token}|{access.password}"
    return hashlib.sha256(seed.encode()).hexdigest()[:20]


def _told_by(access: Access) -> str:
    if access.username:
        return "basic"
    return "bearer" if access.token else "none"
