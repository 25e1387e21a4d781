"""One round with one operator: every API it has, and each line's answer from what they list."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.carriers import _access, _values
from monitor.carriers._auth import Auth
from monitor.carriers._http import Http, Trouble
from monitor.carriers.tmf import apis, match, sigscale
from monitor.carriers.tmf.apis import Api
from monitor.carriers.tmf.client import PAGE, PAGES, PAGES_ALONE, Client, Places, Resource, TooMany
from monitor.carriers.tmf.reading import read
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind
from monitor.ports import Round, Watched

log = logging.getLogger(__name__)

_WORST = (
    FailureKind.AUTH,
    FailureKind.BLOCKED,
    FailureKind.RATE_LIMITED,
    FailureKind.MAINTENANCE,
    FailureKind.TLS,
    FailureKind.TIMEOUT,
    FailureKind.UNREACHABLE,
    FailureKind.MALFORMED,
    FailureKind.UNSUPPORTED,
    FailureKind.NOT_FOUND,
)
"""Which trouble to tell when all APIs have one."""
_DETAILS = 25
"""Resources read one by one in a round, where the list names them without their facts."""
_FACTS = {
    "account": ("state", "paymentStatus", "accountBalance", "creditLimit"),
    "bill": ("state", "amountDue", "remainingAmount"),
    "product": ("status",),
    "service": ("state", "operatingStatus"),
    "balance": ("remainingValue",),
}


class Asking:
    """One round with one operator."""

    def __init__(
        self, lines: Sequence[Watched], round_: Round, http: Http, places: Places, *, alone: bool
    ) -> None:
        self._lines, self._round, self._places, self._alone = lines, round_, places, alone
        self._access = lines[0].access
        self._http, self._left = http, _access.Left(round_.seconds)
        self._client = Client(http, Auth(self._access), round_, self._left)
        self._client.pages_of = PAGES_ALONE if self._alone else PAGES
        self._answers = match.Answers()
        self._finder: match.Finder | None = None
        self.prefixes: dict[str, str] = {}
        self._troubles: dict[str, Trouble] = {}
        self._details = _DETAILS

    @property
    def too_many(self) -> bool:
        """Whether a list was too long to be read for one line."""
        return self._alone and any(isinstance(t, TooMany) for t in self._troubles.values())

    @property
    def troubled(self) -> bool:
        """Whether an API did not answer as it should."""
        return bool(self._troubles)

    def renew(self, seconds: float) -> None:
        """Go on in another round: the lists hold, the time and the allowance of single reads begin anew."""
        self._left.anew(seconds)
        self._details = _DETAILS

    def everything(self) -> None:
        """Ask every API there is.

        Raises:
            Trouble: none of them could be asked.
            Malformed: a list that is none.
        """
        option = self._access.options.get
        if option("dialect"):
            self._dialect(option("dialect", ""))
            return
        named = [api for api in apis.ALL if option(api.option)]
        if not named and not self._access.url:
            message = "no address: set URL, or the URL of at least one API (TMF__ACCOUNT_URL, …)"
            raise Trouble(FailureKind.UNSUPPORTED, message)
        for api in named or apis.ALL:
            try:
                items = self._collection(api, option(api.option, ""))
            except Trouble as trouble:
                self._troubles[api.name] = trouble
                continue
            setattr(self._answers, api.name, items)

    def _dialect(self, name: str) -> None:
        if name != "sigscale" or not self._access.url:
            wanted = "set URL" if name == "sigscale" else f"no dialect {name!r}; there is sigscale"
            raise Trouble(FailureKind.UNSUPPORTED, wanted)
        server = sigscale.SigScale(self._http, Auth(self._access), self._round, self._left)
        self._answers = server.everything(self._access.url, list(self._lines))

    def lists(self) -> Iterator[tuple[str, list[Resource]]]:
        """Return what each API answered, where it answered with anything."""
        for api in apis.ALL:
            items: list[Resource] = getattr(self._answers, api.name)
            if items:
                yield api.name, items

    def line(self, watched: Watched) -> Reading | Failure:
        """Answer for one line."""
        now = self._round.now
        try:
            if self._finder is None:
                self._finder = match.Finder(self._answers)
            found = self._finder.own(watched, alone=self._alone)
            self._complete(found)
            currency = self._access.options.get("currency", "")
            missing = sorted(self._troubles)
            if self._access.options.get("dialect") and not any(
                b["usageType"] == "monetary" for b in found.balance
            ):
                missing.append("balance")  # other buckets without a money one say nothing about money
            reading = read(found, watched.line, now, currency=currency, missing=missing)
        except Trouble as trouble:
            return trouble.failure(now)
        except _values.Malformed as error:
            return Failure(now, FailureKind.MALFORMED, f"{error}; nothing of this answer is used")
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            log.exception(
                "tmf: an answer of an unforeseen shape"
            )  # one odd line must not take the others with it
            message = f"the answer has an unforeseen shape ({type(error).__name__})"
            return Failure(now, FailureKind.MALFORMED, message)
        return reading or self._nothing(found, now)

    def _collection(self, api: Api, prefix: str) -> list[Resource]:
        if prefix:
            items = self._read(api, prefix)
            self.prefixes[api.name] = prefix
            return items
        now, base = self._round.now, self._access.url
        for candidate in self._places.candidates(base, api, now):
            try:
                items = self._read(api, candidate)
            except Trouble as trouble:
                if not trouble.absent:
                    raise
                continue
            self._places.found(base, api, candidate)
            self.prefixes[api.name] = candidate
            return items
        self._places.absent(base, api, now)
        return []

    def _read(self, api: Api, prefix: str) -> list[Resource]:
        option = self._access.options.get
        id_ = option(f"{api.name}_id", "") or self._linked(api) if self._alone else ""
        if id_:
            one = self._client.one(prefix, api, id_)
            if one is not None:
                return [one]
        query = option(f"{api.name}_query", "")
        if query:
            number = self._lines[0].line.number
            query = query.replace("{number}", number.replace("+", "%2B")).replace(
                "{digits}", number.lstrip("+")
            )
        elif api in {apis.BILL, apis.PAYMENT} and self._alone:
            key = "billingAccount" if api is apis.BILL else "account"
            known = match.own(self._answers, self._lines[0], alone=True).account
            query = f"{key}.id={known[0]['id']}" if len(known) == 1 and known[0].get("id") else ""
        given = option("page_size", "")
        size = int(given) if given.isdigit() and int(given) else PAGE
        try:
            items = self._client.pages(prefix, api, query, size)
        except Trouble as trouble:
            if not query or trouble.answer is None or trouble.answer.status not in {400, 422}:
                raise
            items = self._client.pages(prefix, api, "", size)  # a server that knows no filters
        return self._by_number(api, prefix, items)

    def _linked(self, api: Api) -> str:
        """Return the account that the line's product hangs on: one request in place of a list."""
        if api is not apis.ACCOUNT:
            return ""
        accounts = match.accounts_of(match.own(self._answers, self._lines[0], alone=True).product)
        return next(iter(accounts)) if len(accounts) == 1 else ""

    def _by_number(self, api: Api, prefix: str, items: list[Resource]) -> list[Resource]:
        """Ask for the resource by the line's number, where a list of several does not name it.

        Many operators take the number for an id. Whatever they answer is their own word on this very number.
        """
        if not self._alone or len(items) < 2 or api in {apis.BILL, apis.PAYMENT, apis.BALANCE}:
            return items
        watched = self._lines[0]
        probe = match.Answers(product=self._answers.product, service=self._answers.service)
        setattr(probe, api.name, items)
        if getattr(match.own(probe, watched, alone=True), api.name) or not watched.line.number:
            return items
        one = self._client.one(prefix, api, watched.line.number)
        return items if one is None else [one]

    def _complete(self, found: match.Answers) -> None:
        """Read one by one what a list names without facts."""
        for api in (apis.ACCOUNT, apis.PRODUCT, apis.SERVICE, apis.BILL):
            prefix = self.prefixes.get(api.name)
            items: list[Resource] = getattr(found, api.name)
            for i, item in enumerate(items):
                id_ = item.get("id")
                bare = id_ and all(item.get(key) is None for key in _FACTS[api.name])
                if not bare or not prefix or self._details <= 0:
                    continue
                self._details -= 1
                try:
                    whole = self._client.one(prefix, api, str(id_))
                except Trouble as trouble:
                    self._troubles.setdefault(api.name, trouble)
                    continue
                if whole is not None and whole.get("id") == id_:
                    items[i] = whole

    def _nothing(self, found: match.Answers, now: datetime) -> Failure:
        for kind in _WORST:
            for trouble in self._troubles.values():
                if trouble.kind is kind:
                    return trouble.failure(now)
        if any(getattr(found, api.name) for api in apis.ALL):
            return Failure(
                now, FailureKind.MALFORMED, "the carrier answered, but states neither status nor money"
            )
        listed = {api.name: len(items) for api in apis.ALL if (items := getattr(self._answers, api.name))}
        if not listed:
            message = "none of the TM Forum APIs is found below this address, or all are empty; check URL"
            return Failure(now, FailureKind.NOT_FOUND, message)
        counts = ", ".join(f"{count} × {name}" for name, count in listed.items())
        message = (
            f"the carrier lists {counts}, and none names this number; set TMF__ACCOUNT_ID or TMF__PRODUCT_ID"
        )
        return Failure(now, FailureKind.NOT_FOUND, message)
