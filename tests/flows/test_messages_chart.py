"""The picture in a mail: drawn outside of this process, from the history and the forecast; never a reason to be late."""

from __future__ import annotations

import io
import os
import sys
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from messages_world import NOW, notice, reading, watched

from monitor import charts
from monitor.charts import child
from monitor.charts.picture import PAST
from monitor.core.forecast import Forecast
from monitor.core.money import Money
from monitor.core.notice import CutOff, Quantiles
from monitor.core.reading import Failure, Reading
from monitor.core.state import LineState
from monitor.core.words import CutOffBasis, FailureKind, Status
from monitor.ports import Part

ZONE = ZoneInfo("Asia/Shanghai")
SOON = Quantiles(NOW + timedelta(days=3), NOW + timedelta(days=5), NOW + timedelta(days=8))
FORECAST = Forecast(
    NOW, SOON, CutOff(SOON.p10, SOON.p50, CutOffBasis.BALANCE), NOW + timedelta(days=2), use=SOON
)


def seen(days: int = 20) -> list[Reading]:
    return [
        reading(observed_at=NOW - timedelta(days=d), balance=Money(Decimal(12 + 2 * d), "CNY"))
        for d in range(days, 0, -1)
    ]


def state() -> LineState:
    return LineState(reading(), forecast=FORECAST)


@pytest.mark.heavy
def test_the_picture_is_drawn_and_this_process_stays_small() -> None:
    draw = charts.picture(lambda *_: seen())
    png = draw([Part(watched(), state(), (notice("run_out"),))], "zh-CN", ZONE, NOW)
    assert png is not None
    assert "matplotlib" not in sys.modules
    from PIL import Image  # noqa: PLC0415

    with Image.open(io.BytesIO(png)) as image:
        assert image.width == 1072
        assert image.mode == "RGBA"
        assert image.getpixel((0, 0))[3] == 0, "the ground is clear: it lies on white and on black"  # type: ignore[index]
    assert len(png) < 100_000


def test_the_balance_the_forecast_and_the_day_to_pay_are_drawn() -> None:
    chart = charts.burn_down(seen(), state(), "en", ZONE, NOW)
    assert chart is not None
    assert chart.series is not None
    assert chart.series.points[-1] == (NOW - timedelta(hours=2), 12.3)
    assert (chart.series.p10, chart.series.p90) == (SOON.p10, SOON.p90)
    assert chart.series.cut_off is None
    assert chart.series.pay_by == NOW + timedelta(days=2)
    assert charts.Chart.from_json(chart.to_json()) == chart


def test_a_dated_end_is_a_line_and_not_a_slope() -> None:
    dated = Forecast(NOW, cut_off=CutOff(SOON.p10, SOON.p10, CutOffBasis.CARRIER))
    chart = charts.burn_down(seen(), LineState(reading(), forecast=dated), "en", ZONE, NOW)
    assert chart is not None
    assert chart.series is not None
    assert chart.series.cut_off == SOON.p10


def test_without_balances_there_is_no_picture() -> None:
    failures = [Failure(NOW, FailureKind.TIMEOUT)]
    assert charts.burn_down(failures, LineState(reading(balance=None)), "en", ZONE, NOW) is None
    assert charts.timeline([Part(watched(), LineState())], "en", ZONE, NOW) is None


def test_other_currencies_and_older_days_are_left_out() -> None:
    odd = reading(observed_at=NOW - timedelta(days=3), balance=Money(Decimal(5), "EUR"))
    chart = charts.burn_down([*seen(60), odd], state(), "en", ZONE, NOW)
    assert chart is not None
    assert chart.series is not None
    assert len(chart.series.points) == 22
    assert all(at >= NOW - PAST for at, _ in chart.series.points)


def test_a_digest_shows_when_each_working_line_may_stop() -> None:
    parts = [
        Part(watched("home"), state()),
        Part(watched("mum"), LineState(reading(status=Status.SUSPENDED), forecast=FORECAST)),
        Part(watched("new"), LineState()),
    ]
    chart = charts.timeline(parts, "en", ZONE, NOW)
    assert chart is not None
    assert [(b.name, b.start, b.end) for b in chart.bars] == [("home", SOON.p10, SOON.p90)]


@pytest.mark.parametrize("broken", ["missing", "slow", "failing"])
def test_a_mail_does_not_wait_for_a_picture(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    chart = charts.burn_down(seen(), state(), "en", ZONE, NOW)
    assert chart is not None
    match broken:
        case "missing":
            monkeypatch.setattr(child, "available", lambda: False)
            assert charts.draw(chart) is None
        case "slow":
            assert charts.draw(chart, seconds=0.01) is None
        case _:
            monkeypatch.setattr(sys, "executable", "/bin/false")
            assert charts.draw(chart) is None


def test_the_drawing_process_gets_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_CHANNELS__MAIL__URL", "mailtos://u:secret@x")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/x:/var/lib/y")
    given = child._environment(os.environ)
    assert not [k for k in given if k.startswith("MONITOR")]
    assert given["MPLCONFIGDIR"] == "/var/lib/x/matplotlib"
