"""One plain sentence on a line's present state: what ``check`` and ``status`` give as the next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.clock import utcnow
from monitor.core.forecast import Forecast
from monitor.core.notice import Danger
from monitor.core.reading import Reading
from monitor.core.row import Row
from monitor.core.state import LineState
from monitor.core.words import Kind
from monitor.messages.compose import as_notice
from monitor.messages.facts import known
from monitor.messages.letter import Official, Writer
from monitor.messages.words import Words, shipped


def next_step(
    row: Row,
    language: str,
    *,
    official: Official | None = None,
    zone: str = "UTC",
    now: datetime | None = None,
    templates: Path | None = None,
    guide: Callable[[Kind, Writer], str] | None = None,
) -> str:
    """Return the one next step for a line, one plain sentence, in a language.

    Args:
        row: what is known of the line now, with its dangers.
        language: ``en`` or ``zh-CN``.
        official: adds the carrier's hotline where somebody has to call or pay.
        zone: the reader's time zone.
        now: for ages; the clock by default.
        templates: the owner's folder of templates.
        guide: the next step that the guide of a stopped line names, if it does.
    """
    writer = Writer(
        Words(language, templates) if templates else shipped(language), ZoneInfo(zone), now or utcnow()
    )
    if row.dangers:
        said = _of_danger(
            writer, row, row.dangers[0], "next", guide(row.dangers[0].kind, writer) if guide else ""
        )
        if official is None or not official.hotline:
            return said
        call = writer.say("text", "call", {"carrier": official.carrier, "hotline": official.hotline})
        return writer.joined(said, call)
    if row.error is not None:
        return writer.say("state", "failing", {"failure": str(row.error.kind)})
    if row.observed_at is None:
        return writer.say("state", "no_reading", {"line": row.line})
    return writer.say("state", "ok")


def headline(
    row: Row, language: str, *, zone: str = "UTC", now: datetime | None = None, templates: Path | None = None
) -> str:
    """Return in a few words what is the matter with a line, or that all is well."""
    writer = Writer(
        Words(language, templates) if templates else shipped(language), ZoneInfo(zone), now or utcnow()
    )
    if row.dangers:
        return _of_danger(writer, row, row.dangers[0], "headline")
    return writer.named("severity", str(row.severity))


def _of_danger(writer: Writer, row: Row, danger: Danger, field: str, guide: str = "") -> str:
    reading = None
    if row.observed_at is not None:
        reading = Reading(
            row.observed_at,
            status=row.status,
            cause=row.cause,
            cause_basis=row.cause_basis,
            balance=row.balance,
            amount_due=row.amount_due,
            due_on=row.due_on,
        )
    forecast = Forecast(writer.now, row.run_out, row.cut_off, danger.pay_by)
    facts = known(
        as_notice(row.line, danger, writer.now),
        LineState(reading, forecast=forecast),
        writer.now,
        writer.zone,
    )
    return writer.kind(field, facts | {"line": row.line, "guide": guide})
