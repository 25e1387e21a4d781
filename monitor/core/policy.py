"""When to speak: what ``early``, ``balanced`` and ``late`` mean in numbers. Every default of the ladder has its home here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from monitor.core.forecast.days import coming, nightly
from monitor.core.forecast.model import HORIZONS, Forecast, Ledger
from monitor.core.line import Foresight, Line


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds of one setting."""

    likely: float
    """Probability within six days of a cut-off by use at which a line with usual habits is told."""
    soon: float
    """The same three days ahead: what is near leaves no time to wait and see."""
    renewal: timedelta
    """How long before the cut-off a renewal that will fail is told."""
    expiry: timedelta
    """How long before the day on which credit expires."""
    due: timedelta
    """How long before the end of its due date an unpaid bill is told: in a morning, when pages renewed in the night show the payments
    of the day before."""
    slight: float
    """How probably a renewal fails at least to be told while there is time (IN_TIME); what is nearer is told when it is credible."""
    again: timedelta
    """After how long a likely run-out that nears is said again: a warning of last week warns of nothing any more."""


POLICIES = {
    Foresight.EARLY: Policy(
        likely=0.285,
        soon=0.083,
        slight=0.055,
        renewal=timedelta(hours=108),
        expiry=timedelta(hours=144),
        due=timedelta(hours=65),
        again=timedelta(hours=84),
    ),
    Foresight.BALANCED: Policy(
        likely=0.515,
        soon=0.102,
        slight=0.06,
        renewal=timedelta(hours=84),
        expiry=timedelta(hours=120),
        due=timedelta(hours=41),
        again=timedelta(hours=122),
    ),
    Foresight.LATE: Policy(
        likely=0.56,
        soon=0.162,
        slight=0.3,
        renewal=timedelta(hours=60),
        expiry=timedelta(hours=60),
        due=timedelta(hours=17),
        again=timedelta(hours=156),
    ),
}

LIKELY_HOURS, SOON_HOURS = 144, 72
LIKELY_CLOSES = 0.85
"""A payment is confirmed when the danger had become so probable within the same time, or had a date."""
FIRST, FIRST_DAYS = 0.45, 7
"""Before so many days were watched, only a danger that is about as likely as not is told, in every setting."""
URGENT, URGENT_HOURS = 0.5, 30
"""Probability and horizon of the urgent rung."""
REPEAT = timedelta(days=6, hours=12)
"""A danger that goes on is said again after this time, not sooner."""
FADED = 3 * REPEAT
"""A run-out that is less likely than what is told at first, but not past, is said again after this time."""
NEARS, UNTOLD = 1.45, 0.9
"""A run-out that has become so much likelier than what is told at first is said again sooner than that, if the days that the last
warning did not reach (it warns of a week) hold this part of it."""
WARNS_OF = timedelta(hours=HORIZONS[-1])
"""How far ahead a warning of a likely run-out reaches."""
RUN_OUT_AGAIN = WARNS_OF - timedelta(hours=URGENT_HOURS)
"""A likely run-out that goes on is said again after this time: a day before the last warning reaches no further."""
GOES_ON = 0.4
"""A run-out that was told goes on until it is as unlikely as this part of what is told at first."""
QUIET = timedelta(hours=42)
"""Between a warning and the urgent one."""
SURE, HASTE = 0.6, timedelta(hours=12)
"""Probability within a day from which the urgent one waits no longer than this: a repeated warning must not swallow it."""
CALM = timedelta(days=3)
"""A forecast danger must stay away this long before its episode ends without a payment."""
CUT_NEAR = timedelta(hours=84)
"""A cut-off for debt is told once more this long before it."""
GUESSED = timedelta(hours=24)
"""A renewal whose day was learned, not shown, is told so much earlier."""
OFTEN_SEEN = timedelta(hours=6)
"""The lead of a renewal is that of a line looked at so often; a rarer look is told as much earlier, or it may come too late."""
RETRIES_END = timedelta(days=6)
"""Carriers try an automatic payment again for about a week: so long before the cut-off at the latest it is a warning."""
OVERDUE = timedelta(hours=30)
"""A due date passed by so long is told."""
CREDIBLE = 0.3
"""A danger with a date is told when it comes to a cut-off at least so probably."""
IN_TIME, OFTEN = timedelta(hours=72), 0.15
"""With so much time left a small payment is easily made, and a slight chance that a renewal fails is worth a word, where anything at all
is used until then with the probability named last."""
DATED_RUNGS = (
    (timedelta(days=7), "7d"),
    (timedelta(days=3), "3d"),
    (timedelta(days=1), "1d"),
    (timedelta(hours=6), "6h"),
)
"""Rungs before an instant that the carrier itself has named."""


def slack_of(rung: str) -> timedelta | None:
    """By how much a date must be put off for a rung to be due again: half its lead; what is less has been told in time.

    None for a stage that is no rung: it is said once.
    """
    return next((max(span / 2, timedelta(hours=6)) for span, name in DATED_RUNGS if name == rung), None)


OLD, OLDEST = timedelta(hours=12), timedelta(hours=30)
"""Figures renewed once a night are waited for from the one age on, and up to the other: a poll after they should have come."""
TO_ACT = timedelta(hours=10)
"""Time that an owner should have left when they have come."""

BLIND_PERSON = timedelta(hours=24)
"""Without sight for so long, where a person must act (sign in again)."""
BLIND_WAIT = timedelta(hours=48)
"""The same where waiting may help."""
BLIND_CALM = timedelta(hours=72)
"""The same on a line whose habits are known and that is far from any danger: the longest that lost sight is kept back."""
BLIND_NEAR = timedelta(hours=24)
"""The same when a danger is near."""

_RESTS = 3
"""Days without use that are no rest yet, on any line."""
_PRIOR_CUTS, _PRIOR_SAVES = 47, 73
"""What is believed of an owner at first: about three cut-offs and five payments in time, in 1/16."""
_NIGHTLY = 0.75
"""The part of the threshold that holds where the carrier renews its figures once a day."""
_BY_HOUR = (1.3, 1.3, 1.0, 0.95, 0.95, 1.0, 1.3, 1.3)
"""How much likelier a run-out must be to be told at first, by three hours of the line's day: nobody pays at night, and the morning's figures
know of the evening. Told at one threshold, 57 % were true dangers from evening to morning and 67 % around noon. An urgent message, what goes
on since it was told, and a line whose polls fail wait for no morning."""
_DAY_BEGINS = 3 * next(i for i, more in enumerate(_BY_HOUR) if more <= 1)
"""The local hour at which that part of the day begins which asks for no more."""
_DAYLIGHT = timedelta(hours=11)
"""A line that is looked at more rarely than this may not be seen by day."""
_HABIT, _SOONEST, _LATEST = 1.3, 0.766, 1.465
"""How much the owner's habit moves the threshold, and how far at most: no habit silences a danger, and none makes a flood."""


def weight(policy: Policy, forecast: Forecast) -> float:
    """How likely a cut-off by use is within six days, or as much more likely as one within three weighs more."""
    return max(
        forecast.use_chance(LIKELY_HOURS), forecast.use_chance(SOON_HOURS) * policy.likely / policy.soon
    )


def nears(policy: Policy, forecast: Forecast, wanted: float, since: timedelta) -> bool:
    """Whether a run-out that was told so long ago has become so likely, beyond what that warning reached, that it is said again."""
    reached = forecast.use_within(max(timedelta(0), WARNS_OF - since) / timedelta(hours=1))
    much = weight(policy, forecast) >= wanted * NEARS
    return much and forecast.use_chance(HORIZONS[-1]) - reached >= wanted * UNTOLD


def awaits(renewed: datetime, by: datetime | None, now: datetime) -> bool:
    """Whether the next figures are nearer than the last, where they are renewed once a night, and leave enough time to act.

    They may show a payment made since: what was told before is not said again just before they come.
    """
    if not OLD <= now - renewed < OLDEST:
        return False
    return by is None or by - (renewed + OLDEST) >= TO_ACT


def rests(ledger: Ledger) -> bool:
    """Whether nothing was used for longer than ever before, where it would be seen: what was likely comes no nearer meanwhile."""
    if ledger.units is None or ledger.units <= ledger.grain:
        return False
    days = [used for used, watched in zip(ledger.burns, ledger.hours, strict=True) if watched]
    runs = [len(list(run)) for used, run in groupby(days, bool) if not used]
    return bool(days) and not days[-1] and runs[-1] > max(_RESTS, *runs[:-1], 0)


def is_new(forecast: Forecast) -> bool:
    """Whether the line has been watched for so short a time that only about even odds are told."""
    return forecast.learning is not None and forecast.learning[0] < FIRST_DAYS


def likely(policy: Policy, forecast: Forecast, wanted: float) -> bool:
    """Whether a run-out is so probable; on a new line only what is about even odds."""
    if is_new(forecast):
        return forecast.use_chance(LIKELY_HOURS) >= FIRST
    return weight(policy, forecast) >= wanted


def threshold(policy: Policy, ledger: Ledger) -> float:
    """The probability at which a line is told: lower where money often ran out, higher where its owner always paid.

    A warning costs attention whether or not it was needed; it saves something only where the owner would have forgotten.
    """
    forgets = (ledger.cuts + _PRIOR_CUTS) / (ledger.cuts + ledger.saves + _PRIOR_CUTS + _PRIOR_SAVES)
    usual = _PRIOR_CUTS / (_PRIOR_CUTS + _PRIOR_SAVES)
    factor: float = (usual / forgets) ** _HABIT
    return policy.likely * min(_LATEST, max(_SOONEST, factor))


def usually_told(policy: Policy, ledger: Ledger) -> float:
    """The same, lower where figures are renewed once a night: there is no later one to wait for."""
    return threshold(policy, ledger) * (_NIGHTLY if nightly(ledger) is not None else 1.0)


def by_hour(line: Line, now: datetime) -> float:
    """How much likelier a run-out must be at an hour of the line's day to be told at first."""
    return _BY_HOUR[now.astimezone(line.zone).hour // 3] if line.poll_every <= _DAYLIGHT else 1.0


def daybreak(line: Line, now: datetime) -> datetime:
    """When the line's next day begins: a run-out that is kept back at night is told then, if it still is as likely."""
    return coming(_DAY_BEGINS, now, line)
