"""Which danger of money is worth a word now: how probable, how near, how often again, and by which rung of the ladder."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core import policy as rule
from monitor.core.forecast.model import Forecast, Need
from monitor.core.forecast.plan import is_coarse, is_more_than, is_proven, learned_charges, may_be_plan
from monitor.core.forecast.use import any_use
from monitor.core.line import Line
from monitor.core.state import LineState
from monitor.core.words import Autopay, Kind, Severity

SLIGHT = "renewal-slight"
"""The rung of a renewal that may just fail: below the one of a renewal that will, which is told after it without delay."""
DATED = 3
"""The level of a danger with a date, told also where a likely one was told before."""

_AUTOMATIC = (Autopay.ON, Autopay.FAILED)
_DAY = timedelta(days=1)


def renewal(
    line: Line, state: LineState, policy: rule.Policy, need: Need, now: datetime
) -> tuple[bool, str, int]:
    """Whether a renewal that may fail is told now, by which rung, and how high that stands."""
    left = need.cut - now
    near = left <= policy.renewal + _guess(need, state) + max(timedelta(0), line.poll_every - rule.OFTEN_SEEN)
    rung, level = ("renewal", DATED) if need.chance >= rule.CREDIBLE else (SLIGHT, 2)
    return near and need.chance >= _wanted(state, policy, need, left), rung, level


def _wanted(state: LineState, policy: rule.Policy, need: Need, left: timedelta) -> float:
    """How probably a renewal fails at least to be told: a slight chance only in time, on a line whose charge is known and that is used.

    Where little is ever used beside the plan, the exact charge is enough, if it is known exactly; and a coarse display hides how often
    something is used.
    """
    ledger = state.ledger
    if left < rule.IN_TIME or not learned_charges(ledger):
        return rule.CREDIBLE
    unknown = is_more_than(ledger, need.charge) or (any(ledger.burns) and is_coarse(ledger, need.charge))
    return policy.slight if unknown or any_use(ledger, left / _DAY) >= rule.OFTEN else rule.CREDIBLE


def only_slight(state: LineState) -> bool:
    """Whether the last that was told of money was a slight chance: what is credible now waits for nothing."""
    episode = state.episode("money")
    return episode is not None and bool(episode.told) and episode.told[-1][0].startswith(SLIGHT)


def run_out(
    line: Line, state: LineState, forecast: Forecast, policy: rule.Policy, now: datetime
) -> tuple[bool, timedelta]:
    """Whether a cut-off by use is likely enough to be told, or to go on once it was told; and after how long it is said again.

    A drop that may have been the first charge of a plan, which use does not cut, makes it told once and not again and again.
    """
    told = told_at(state)
    holds = rule.likely(policy, forecast, wanted(line, state, policy, now))
    if told is None:
        return holds, rule.RUN_OUT_AGAIN
    rests = rule.rests(state.ledger)
    again = rule.RUN_OUT_AGAIN if not rests else rule.REPEAT
    if may_be_plan(state.ledger):
        again = rule.FADED
    elif rule.nears(policy, forecast, rule.threshold(policy, state.ledger), now - told) and not rests:
        again = policy.again
    elif not rule.likely(policy, forecast, rule.usually_told(policy, state.ledger)):
        again = rule.FADED
    return holds, again


def wanted(line: Line, state: LineState, policy: rule.Policy, now: datetime) -> float:
    """How likely a run-out must be now: less where it goes on since it was told, and what is told at first waits for the day.

    What was told before a payment that did not end it, and a line whose polls fail, wait for no morning's figures.
    """
    usual, episode = rule.usually_told(policy, state.ledger), state.episode("money")
    if told_at(state) is not None:
        return usual * rule.GOES_ON
    if state.failure is not None or (episode is not None and episode.told):
        return usual
    return usual * rule.by_hour(line, now)


def told_at(state: LineState) -> datetime | None:
    """When a danger of money was last told that still goes on: nobody has paid since."""
    episode, paid = state.episode("money"), state.ledger.last_credit
    if episode is None or not episode.told or (paid is not None and paid >= episode.told[-1][1]):
        return None
    return episode.told[-1][1]


def bill(need: Need, pays: Autopay, now: datetime) -> tuple[Kind, str, Severity, int]:
    """How far an unpaid bill has come: before its day, after it, collected late, near the stop."""
    left = need.cut - now
    if left <= rule.CUT_NEAR and now >= need.at:
        return Kind.SUSPENSION_WARNING, "cut-near", Severity.CRITICAL, 5
    if pays in _AUTOMATIC and left > rule.RETRIES_END:
        return Kind.AUTOPAY_FAILED, "autopay-late", Severity.INFO, 1
    if pays is Autopay.ON:
        return Kind.AUTOPAY_FAILED, "autopay-unpaid", Severity.WARNING, 4
    if now - need.at >= rule.OVERDUE:
        return Kind.ARREARS, "overdue", Severity.WARNING, 4
    if pays is Autopay.FAILED:
        return Kind.AUTOPAY_FAILED, "due", Severity.WARNING, 2
    return Kind.PAYMENT_DUE, "due", Severity.WARNING, 2


def _guess(need: Need, state: LineState) -> timedelta:
    """What a learned day adds to the lead; nothing while nobody knows how long the carrier waits after a failed renewal."""
    if not need.guessed:
        return timedelta(0)
    if state.ledger.grace_hours is not None:
        return rule.GUESSED
    return timedelta(0) if is_proven(state.ledger) else rule.GUESSED / 4
