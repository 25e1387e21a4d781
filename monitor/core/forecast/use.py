"""The law of use: how much a phone burns within a stretch of time, as a distribution.

Each day's use is taken for a draw from a gamma law whose moments come from the line's own days, recent ones weighing
more, shrunk towards a typical phone while the history is short. A second, heavier law stands beside it for a burst
(roaming, a trip, a new habit) that the last days may or may not have begun.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import erfc, exp, lgamma, log, sqrt
from operator import mul

from monitor.core.forecast.model import DAYS, Ledger

HALF_LIFE_DAYS = 50
"""Days after which a day counts half."""

CV2 = 4.0
"""Squared coefficient of variation of daily use that is believed at first: a typical phone's is 2 to 3, and rare heavy days come late."""

_PRIOR_DAYS_SPREAD = 5.0
_PRIOR_DAYS_MEAN = 0.6
EVEN_CV2, _EVEN_DAYS, _EVEN_PRIOR = 0.4, 3.0, 0.6
"""Days that vary less than this (squared coefficient of variation) are no typical phone's, of which four in ten are zero: a tracker,
a router. After so many days of them the typical phone's spread counts for no more than the days named last."""
_DOUBT_DAYS = 1.0
"""The first day tells no less of the mean than this many days would."""
_DRIFT2 = 0.07
"""Relative variance of the mean that never goes away: habits change."""

_RECENT_DAYS, _OLDER_DAYS, _HEAVY = 28, 10, 1.35
"""So many last days that were heavier than usual by more than this are an exception, and no new habit yet; so many older
days at least tell what is usual."""

LEARNING_DAYS = 21

_BUSY_PRIOR = 0.2
"""The share of days with use that is believed at first, for one day's worth."""

_HOURS = (12, 10, 6, 3, 1, 1, 7, 22, 34, 46, 51, 56, 68, 60, 60, 60, 72, 76, 64, 66, 68, 60, 52, 30)
"""A typical phone's paid use by local hour, in thousandths or so: little at night, most in the afternoon."""

_TOTAL = sum(_HOURS)
_CLOCK = [0.0]
for _x in _HOURS:
    _CLOCK.append(_CLOCK[-1] + _x / _TOTAL)
_WEIGHTS = [2 ** (-k / HALF_LIFE_DAYS) for k in reversed(range(DAYS))]
"""How much each of the days remembered counts, the newest last."""


def clock(hours: float) -> float:
    """Days of use from local midnight to an hour (which may lie days ahead), by the daily rhythm."""
    days, rest = divmod(hours, 24.0)
    i = int(rest)
    return days + _CLOCK[i] + (rest - i) * (_CLOCK[i + 1] - _CLOCK[i])


@dataclass(frozen=True, slots=True)
class Law:
    """Use of one day: mean and variance, in ledger units; the variance of the mean itself, relative to mean²."""

    mean: float
    var: float
    doubt: float
    burst: float = 0.0
    """Chance that a burst is running."""
    burst_mean: float = 0.0
    days: float = 0.0
    """Days of history behind it."""

    def reach(self, amount: float, days: float) -> float:
        """Probability that at least ``amount`` is used within ``days`` of use."""
        if amount <= 0:
            return 1.0
        if days <= 0 or self.mean <= 0:
            return 0.0
        used, spread = days * self.mean, days * self.var
        p = _exceeds(amount, used, spread + self.doubt * used**2)
        if self.burst > 0.01:
            heavy = days * self.burst_mean
            q = _exceeds(amount, heavy, spread * (self.burst_mean / self.mean) + _BURST_DOUBT * heavy**2)
            p = (1 - self.burst) * p + self.burst * q
        return p


def _exceeds(amount: float, mean: float, var: float) -> float:
    """Survival function of a gamma law by its moments (Wilson and Hilferty's cube root)."""
    shape9 = 9 * mean * mean / var
    root = (amount / mean) ** (1 / 3)
    z = (root - 1 + 1 / shape9) * sqrt(shape9)
    return 0.5 * erfc(z * 0.7071067811865476)


def law(ledger: Ledger, typical: int = 0) -> Law:
    """Estimate the law of use from the ledger.

    Args:
        ledger: the line's days.
        typical: units a day that a line of this size uses, for the first weeks; 0 if there is no idea.
    """
    weights = _WEIGHTS[DAYS - len(ledger.burns) :]
    total = sum(map(mul, weights, ledger.burns))
    exposure = sum(map(mul, weights, ledger.hours)) / 2400
    days = sum(ledger.hours) / 2400
    prior = _PRIOR_DAYS_MEAN if typical else 0.0
    if exposure + prior <= 0:
        return Law(0.0, 0.0, 1.0)
    mean = _usual((total + prior * typical) / (exposure + prior), ledger)
    if mean <= 0:
        return Law(0.0, 0.0, 1.0, days=days)
    each, hourly = zip(weights, ledger.burns, ledger.hours, strict=True), mean / 2400
    square = sum([w * (off := x - hourly * h) * off for w, x, h in each])
    spread = _prior_spread(square / (mean * mean), exposure)
    var = (square + spread * CV2 * mean * mean) / (exposure + spread)
    cv2 = var / (mean * mean)
    doubt = cv2 / max(exposure + prior, _DOUBT_DAYS) + _DRIFT2
    burst, burst_mean = _burst(ledger, mean, cv2)
    return Law(mean, var, doubt, burst, burst_mean, days)


def any_use(ledger: Ledger, days: float) -> float:
    """Probability that anything at all is used within so many days.

    Use may come in journeys: what follows a busy day is learned apart from what ends a rest. A day that nobody could watch
    stands between two that were not neighbours.
    """
    busy = [used > 0 if watched else None for used, watched in zip(ledger.burns, ledger.hours, strict=True)]
    if busy.count(None) == len(busy) or days <= 0:
        return 0.0
    pairs = Counter(pairwise(busy))
    begins, stays = pairs[False, True], pairs[True, True]
    begin = (begins + _BUSY_PRIOR) / (begins + pairs[False, False] + 1)
    rest = (stays + _BUSY_PRIOR) / (stays + pairs[True, False] + 1) if busy[-1] else begin
    idle: float = (1 - min(rest, 1.0)) ** min(days, 1.0) * (1 - min(begin, 1.0)) ** max(0.0, days - 1)
    return 1 - idle


def _usual(mean: float, ledger: Ledger) -> float:
    """The mean without most of what a journey or a single large charge of the last weeks added to it: it will not go on."""
    watched = sum(ledger.hours[-_RECENT_DAYS:]) / 2400
    if len(ledger.burns) < _RECENT_DAYS + _OLDER_DAYS or watched < 1 or mean <= 0:
        return mean
    heavy = sum(ledger.burns[-_RECENT_DAYS:]) / watched / mean / _HEAVY
    return mean / heavy if heavy > 1 else mean


def _prior_spread(square: float, exposure: float) -> float:
    """Days for which a typical phone's spread counts, by the squared deviations of the days watched, in units of the mean."""
    if exposure < _EVEN_DAYS:
        return _PRIOR_DAYS_SPREAD
    even = max(0.0, 1 - square / (exposure * EVEN_CV2))
    return _PRIOR_DAYS_SPREAD * (1 - even) + _EVEN_PRIOR * even


_BURST_ODDS = 0.15
_BURST_LIFT = 1.8
_BURST_DAYS = 3
_BURST_AHEAD = 0.09
"""Chance that other days than the usual ones begin within those that matter, whatever the past days say."""
_BURST_DOUBT = 2.2
"""How little is known of such days: the variance of their mean, relative to its square."""


def _burst(ledger: Ledger, mean: float, cv2: float) -> tuple[float, float]:
    """Chance that the last three days began a burst, and its daily mean: Bayes' rule over two gamma laws, beside as many older days."""
    x = float(sum(ledger.burns[-_BURST_DAYS:]))
    days = sum(ledger.hours[-_BURST_DAYS:]) / 2400
    if len(ledger.burns) <= 2 * _BURST_DAYS or days < 0.5 or x <= 1.5 * mean * days:
        return _BURST_AHEAD, mean * _BURST_LIFT
    lift = mean * _BURST_LIFT
    k0, k1 = days / cv2, days / (cv2 * 0.6)
    a, b = mean * days / k0, lift * days / k1
    like = (k1 - k0) * log(x) - x / b + x / a - lgamma(k1) + lgamma(k0) - k1 * log(b) + k0 * log(a)
    odds = _BURST_ODDS * exp(min(like, 50.0))
    return max(_BURST_AHEAD, odds / (1 + odds)), (lift + x / days) / 2
