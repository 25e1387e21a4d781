"""The values of foresight: what is remembered of a line's use, and what is expected of its future.

Amounts are whole numbers of 1/10000 of the currency unit (``units``): exact, compact, never a float.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import inf

from monitor.core.money import Money
from monitor.core.notice import CutOff, Quantiles, Why
from monitor.core.words import Status

CUT = frozenset({Status.RESTRICTED, Status.SUSPENDED, Status.PENDING_TERMINATION, Status.TERMINATED})
"""A line in one of these states burns nothing that could be seen."""

UNIT = 10_000
"""Ledger units in one unit of the currency."""

DAYS = 90
"""Days of use that are remembered."""

HORIZONS = (24, 30, 72, 96, 144, 168)
"""Hours for which a forecast states the probability of a cut-off."""

COMMON_VALIDITY = (60, 90, 180, 365)
"""Days after the last payment with which credit commonly expires."""

KEEP_CREDITS = 8
"""Payments that are remembered."""

_TEN_THOUSAND = Decimal(UNIT)
_END = (inf, 0.0)
"""After its last point a curve goes on level: what lies infinitely far away moves it by nothing."""


def units(amount: Decimal) -> int:
    """Return an amount in ledger units, rounded down."""
    return int((amount * _TEN_THOUSAND).__floor__())


def money(value: int, currency: str) -> Money | None:
    """Return ledger units as money with two places, or None where the currency is unknown."""
    if not currency:
        return None
    amount = Decimal(value) / _TEN_THOUSAND
    short = amount.quantize(Decimal("0.01"))
    return Money(
        short if short == amount or abs(amount) >= 1 else amount.quantize(Decimal("0.001")), currency
    )


def along(curve: Sequence[tuple[float, float]], hours: Iterable[float]) -> list[float]:
    """The probabilities at hours, ascending ones, straight between the points of a curve that begins at nothing."""
    points, found = iter(curve), []
    last_h = last_p = 0.0
    h, p = next(points, _END)
    for hour in hours:
        while h <= hour:
            last_h, last_p = h, p
            h, p = next(points, _END)
        found.append(last_p + (p - last_p) * (hour - last_h) / (h - last_h))
    return found


def at_hour(curve: Sequence[tuple[float, float]], hours: float) -> float:
    """The probability at an hour, see :func:`along`; at one that is past, that of now."""
    return along(curve, (max(0.0, hours),))[0]


def fade(count: int) -> int:
    """Count one more in sixteenths, older ones fading."""
    return count * 15 // 16 + 16


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a line's readings have taught. One small value, updated by each reading, never refitted."""

    currency: str = ""
    first_at: datetime | None = None
    """The first figure."""
    at: datetime | None = None
    """The instant that the newest figure describes."""
    seen_at: datetime | None = None
    """When the newest figure was seen."""
    units: int | None = None
    """The newest believed balance."""
    scale: int = 0
    """The largest balance shown so far: how big this line is."""
    shown_since: datetime | None = None
    """Since when exactly this balance is shown: carriers that show steps hide the use in between."""
    step: int = 0
    """The greatest common divisor of all balances shown: the step of the display."""
    day: date | None = None
    """The local day of the last entry of ``burns``."""
    burns: tuple[int, ...] = ()
    """Units burned on each local day, oldest first, at most :data:`DAYS`."""
    hours: tuple[int, ...] = ()
    """Hundredths of an hour of each of these days during which the line could burn and was watched."""
    changes: tuple[int, ...] = (0,) * 8
    """How often a new figure was first seen in each three hours of the local day: tells a nightly refresh."""
    credits: tuple[tuple[datetime, int], ...] = ()
    """The last rises of the balance or payments of a bill: (seen at, units)."""
    hidden: tuple[datetime, datetime, int] | None = None
    """Use that the last payment hid: (from, until, units). It counts from the next figure on, so that no payment by itself makes the
    forecast an earlier one."""
    charges: tuple[tuple[date, int, int], ...] = ()
    """Known charges taken: (day, units taken or 0 where a payment hid them, units advertised or 0)."""
    stops: tuple[tuple[date, date], ...] = ()
    """Charges that were paid after a cut-off: (day as in ``charges``, day since which the line was cut off)."""
    renews: tuple[date, int] | None = None
    """The next charge as it was shown with the newest figure: (day, units of the fee)."""
    lumps: tuple[tuple[date, int], ...] = ()
    """Drops far above use, which may turn out to be a monthly charge that the carrier does not announce."""
    cut_since: datetime | None = None
    """Since when the line is cut off, by the carrier's word; its use is censored then, not zero."""
    cut_level: int | None = None
    """The highest balance at which use was seen to cut the line."""
    low_level: int | None = None
    """The lowest balance shown while the line worked."""
    works_empty: bool = False
    """The line was seen to work for days with nothing left: use does not cut it."""
    short_at: int | None = None
    """The highest balance with which a renewal failed: the charge is more than that."""
    grace_hours: int | None = None
    """Learned: from a failed renewal to the cut-off."""
    dunning_hours: int | None = None
    """Learned: from the due date to the cut-off, the shortest seen."""
    validity_days: int | None = None
    """Learned: how long credit lives after the last payment."""
    lived_days: int = 0
    """The longest time after a payment for which credit was seen to live."""
    cuts: int = 0
    """How often money ran out before anybody paid, in 1/16, older ones fading."""
    saves: int = 0
    """How often somebody paid in time with danger near, in 1/16, older ones fading."""
    auto_level: int | None = None
    """The lowest balance at which automatic payment was seen to step in."""
    auto_since: datetime | None = None
    """Since when the balance has been below that level without automatic payment stepping in."""
    unbilled: int | None = None
    """Post-paid: use of the running period."""
    billed: int | None = None
    """Post-paid: what was unpaid."""
    bill_day: int | None = None
    """Learned day of month of the bill."""
    plan_fee: int | None = None
    """Learned: what a bill adds beyond the use shown before."""
    due: date | None = None
    """Due date of the unpaid bill."""

    @property
    def grain(self) -> int:
        """The step of the display as far as it can be told: 0 while too few figures were seen."""
        return self.step if sum(self.changes) >= 4 and self.step * 4 <= self.scale else 0

    @property
    def last_credit(self) -> datetime | None:
        """When the last payment was seen."""
        return self.credits[-1][0] if self.credits else None

    @property
    def last_top_up(self) -> datetime | None:
        """When a payment of a usual size was last seen: a refund prolongs no credit."""
        sizes = sorted(size for _, size in self.credits)
        return next((at for at, size in reversed(self.credits) if size * 2 >= sizes[len(sizes) // 2]), None)


@dataclass(frozen=True, slots=True)
class Need:
    """One dated or growing danger to the line, if nobody pays."""

    code: str
    """Its reason, as in :mod:`monitor.core.reasons`."""
    at: datetime
    """When the money is needed: renewal, due date, expiry; for use, the 10 % quantile."""
    cut: datetime
    """The earliest credible cut-off that follows."""
    chance: float
    """That it cuts the line then, if nobody pays."""
    late: datetime | None = None
    """The latest credible cut-off, where its hour is not known."""
    short: int = 0
    """Units lacking."""
    charge: int = 0
    """Units that will be taken."""
    guessed: bool = False
    """The date or the amount is learned, not shown by the carrier."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected if nobody pays (automatic payment goes on while it works)."""

    made_at: datetime
    run_out: Quantiles = Quantiles()
    """When the line is cut off for want of money, whatever comes first."""
    cut_off: CutOff = CutOff()
    """Earliest credible (10 %) and likely (50 %) cut-off and what it rests on."""
    pay_by: datetime | None = None
    """Earliest credible cut-off minus the time that a payment needs to count."""
    chances: tuple[tuple[int, float], ...] = ()
    """(hours, probability of a cut-off within them), hours ascending."""
    use_chances: tuple[tuple[int, float], ...] = ()
    """The same for use alone, without any danger that has a date; empty in a state that an older version stored. A charge announced
    to a line that is not known as a plan yet counts as use."""
    reasons: tuple[Why, ...] = ()
    """What moved the date, and how sure it is."""
    learning: tuple[int, int] | None = None
    """(days seen, days needed) while the history is still short."""
    use: Quantiles = Quantiles()
    """When use alone empties the balance."""
    pace: int = 0
    """Units a day, lately."""
    needs: tuple[Need, ...] = ()
    """What could cut the line off, nearest first."""

    def chance(self, hours: int) -> float:
        """Probability of a cut-off within ``hours``, by the nearest horizon that is not shorter."""
        return _nearest(self.chances, hours)

    def use_chance(self, hours: int) -> float:
        """Probability that use alone brings a cut-off within ``hours``, by the nearest horizon that is not shorter."""
        return _nearest(self.use_chances or self.chances, hours)

    def use_within(self, hours: float) -> float:
        """The same within any number of hours, drawn straight between the horizons."""
        return at_hour(self.use_chances or self.chances, hours)


def _nearest(chances: Sequence[tuple[int, float]], hours: int) -> float:
    for h, p in chances:
        if h >= hours:
            return p
    return chances[-1][1] if chances else 0.0
