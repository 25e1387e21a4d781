"""The carrier's own books: accounts that burn, bills that fall due, bars that fall. One virtual clock for all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from monitor import clock
from monitor.mock.faults import Fault
from monitor.mock.scenario import BadScenario, Scenario, Stage, amount, span

_CENT = Decimal("0.01")


@dataclass(slots=True)
class Bill:
    """One bill of one account."""

    id: str
    amount: Decimal
    issued_at: datetime
    due_at: datetime
    paid: Decimal = Decimal(0)
    draft: bool = False

    @property
    def open(self) -> Decimal:
        """What is still to be paid."""
        return max(Decimal("0.00"), self.amount - self.paid)


@dataclass(slots=True)
class Payment:
    """One payment, whether it worked or not."""

    id: str
    at: datetime
    amount: Decimal
    worked: bool
    auto: bool


@dataclass(slots=True)
class Account:
    """One line with its money. Amounts in major units of ``currency``."""

    id: str
    number: str
    name: str
    currency: str = "CNY"
    billing: str = "hybrid"
    plan: str = "5G 58"
    balance: Decimal | None = None
    """At ``balance_at``; it burns from there."""
    balance_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    burn_per_day: Decimal = Decimal(0)
    credit_limit: Decimal | None = None
    fee: Decimal | None = None
    autopay: str = "off"
    status: str = "active"
    cause: str = "none"
    arrears: bool = False
    """Whether the carrier itself says that the account is in arrears."""
    partial: tuple[str, ...] = ()
    ends_at: datetime | None = None
    bills: list[Bill] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    """For other dialects: whatever they need beside these fields."""

    def balance_now(self, now: datetime) -> Decimal | None:
        """The balance at ``now``, to the cent; use stops with the service."""
        if self.balance is None:
            return None
        days = Decimal(max(0, int((now - self.balance_at).total_seconds()))) / 86400
        burn = self.burn_per_day if self.status in {"active", "restricted"} else Decimal(0)
        return (self.balance - burn * days).quantize(_CENT)

    def settle(self, now: datetime) -> None:
        """Book the use so far, so that a change of rate counts from now on only."""
        self.balance, self.balance_at = self.balance_now(now), now

    @property
    def owed(self) -> Decimal:
        """What is open on final bills."""
        return sum((b.open for b in self.bills if not b.draft), Decimal("0.00"))


class World:
    """State of the mock carrier. Every public method may be called from any thread.

    Args:
        scenario: the story.
        speed: virtual seconds per real second; 0 stops the clock until it is advanced by hand.
        start: the virtual instant of the start; the real one by default.
        now: a clock to share with others; then ``speed`` and ``advance`` have no meaning.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        speed: float = 1.0,
        start: datetime | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.scenario = scenario
        self.lock = threading.RLock()
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        """(method, path) of everything asked, for tests."""
        self.logins = 0
        """Token requests answered."""
        self.extra: dict[str, Any] = {}
        self.on_change: list[Callable[[Account, str], None]] = []
        """Called with (account, what) after a change; the event hub listens here."""
        self._speed = speed
        self._outside = now
        self._real = clock.monotonic()
        self._start = now() if now else (start or clock.utcnow())
        self._offset = timedelta(0)
        self._next = 0
        self._ids = 0
        self.stage = ""
        self.accounts = [self._account(i, line) for i, line in enumerate(scenario.lines, 1)]
        self.tick()

    def now(self) -> datetime:
        """Virtual now."""
        if self._outside is not None:
            return self._outside()
        real = timedelta(seconds=(clock.monotonic() - self._real) * self._speed)
        return self._start + real + self._offset

    def advance(self, by: timedelta) -> None:
        """Let virtual time pass at once."""
        with self.lock:
            self._offset += by
            self.tick()

    def tick(self) -> datetime:
        """Apply the stages whose time has come; return virtual now."""
        with self.lock:
            now = self.now()
            while self._next < len(self.scenario.stages):
                stage = self.scenario.stages[self._next]
                at = self._start + stage.at
                if at > now:
                    break
                self._next += 1
                self._apply(stage, at)
            return now

    def jump(self, name: str) -> None:
        """Go to a stage by its name, through all the stages before it.

        Raises:
            BadScenario: no such stage ahead.
        """
        with self.lock:
            ahead = [s.name for s in self.scenario.stages[self._next :]]
            if name not in ahead:
                raise BadScenario(f"no stage {name!r} lies ahead; there are {', '.join(ahead) or 'none'}")
            at = next(s.at for s in self.scenario.stages[self._next :] if s.name == name)
            if self._outside is None:
                self._offset += max(timedelta(0), self._start + at - self.now())
                self.tick()
                return
            while self.stage != name:
                stage = self.scenario.stages[self._next]
                self._next += 1
                self._apply(stage, self.now())

    def change(self, changes: Mapping[str, Any]) -> None:
        """Change accounts as a stage would, now.

        Raises:
            BadScenario: unknown key or bad value.
        """
        with self.lock:
            self._apply(Stage(self.stage, timedelta(0), changes), self.tick())

    def pay(self, sum_: Decimal | None = None, line: str = "", *, auto: bool = False) -> None:
        """Pay: open bills first, oldest first, the rest to the balance. Without a sum: everything that is owed."""
        with self.lock:
            for account in self._chosen(line):
                self._pay(account, sum_ if sum_ is not None else account.owed, self.tick(), auto=auto)

    def find(self, number: str) -> Account | None:
        """Return the account of a number, however it is written."""
        digits = "".join(c for c in number if c.isdigit())
        return next(
            (
                a
                for a in self.accounts
                if len(digits) >= 7 and a.number.lstrip("+").endswith(digits.lstrip("0"))
            ),
            None,
        )

    def _account(self, index: int, line: Mapping[str, Any]) -> Account:
        account = Account(
            str(line.get("id", f"{index}")), str(line["number"]), str(line.get("name", f"line{index}"))
        )
        account.currency = str(line.get("currency", "CNY"))
        account.balance_at = self._start
        self._set(
            account,
            {k: v for k, v in line.items() if k not in {"id", "number", "name", "currency"}},
            self._start,
        )
        return account

    def _chosen(self, line: str) -> list[Account]:
        chosen = [a for a in self.accounts if not line or line in {a.name, a.id, a.number}]
        if not chosen:
            raise BadScenario(f"no line {line!r}; there are {', '.join(a.name for a in self.accounts)}")
        return chosen

    def _apply(self, stage: Stage, at: datetime) -> None:
        self.stage = stage.name
        changes = dict(stage.changes)
        if "fault" in changes:
            self.faults = Fault.read(changes.pop("fault"))
        for account in self._chosen(str(changes.pop("line", ""))):
            account.settle(at)
            self._set(account, changes, at)
            for listener in self.on_change:
                listener(account, stage.name)

    def _set(self, account: Account, changes: Mapping[str, Any], at: datetime) -> None:
        for key, value in changes.items():
            where = f"{account.name}.{key}"
            match key:
                case "balance" | "credit_limit" | "fee" | "burn_per_day":
                    setattr(account, key, None if value == "" else amount(value, where))
                case "partial":
                    account.partial = tuple(value)
                case "ends_in":
                    account.ends_at = at + span(str(value)) if value else None
                case "updated_ago":
                    account.balance_at = at - span(str(value))
                case "extra":
                    account.extra |= value
                case "bill" | "pay" | "payment_failed":
                    self._book(account, key, value, at)
                case "say":
                    continue
                case _:
                    setattr(account, key, value)

    def _book(self, account: Account, key: str, value: Any, at: datetime) -> None:
        where = f"{account.name}.{key}"
        if key == "bill":
            self._bill(account, value, at)
        elif key == "pay":
            self._pay(account, account.owed if value == "owed" else amount(value, where), at, auto=False)
        else:
            self._payment(account, amount(value, where), at, worked=False, auto=True)

    def _bill(self, account: Account, value: Mapping[str, Any], at: datetime) -> None:
        due = at + span(str(value.get("due_in", "14d")))
        issued = at - span(str(value.get("issued_ago", "0s")))
        self._ids += 1
        bill = Bill(f"bill-{account.id}-{self._ids}", amount(value["amount"], "bill.amount"), issued, due)
        bill.draft = bool(value.get("draft", False))
        account.bills.append(bill)

    def _pay(self, account: Account, sum_: Decimal, at: datetime, *, auto: bool) -> None:
        account.settle(at)
        self._payment(account, sum_, at, worked=True, auto=auto)
        left = sum_
        for bill in sorted((b for b in account.bills if not b.draft), key=lambda b: b.due_at):
            part = min(left, bill.open)
            bill.paid += part
            left -= part
        if account.balance is not None:
            account.balance += left

    def _payment(self, account: Account, sum_: Decimal, at: datetime, *, worked: bool, auto: bool) -> None:
        self._ids += 1
        account.payments.append(Payment(f"pay-{account.id}-{self._ids}", at, sum_, worked, auto))
