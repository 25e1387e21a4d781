"""Whether a line's case is still open: then its records are not to be thrown away. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.core.state import LineState


def open_matters(state: LineState, language: str) -> Iterator[str]:
    """Say each reason why the records may still be needed."""
    zh = language.startswith("zh")
    story = state.story
    for promise in story.promises:
        ticket = promise.ticket or "–"
        if promise.kind == "promise":
            yield (
                f"承诺尚未兑现：{ticket}，{promise.due_on}"
                if zh
                else f"an open promise: {ticket}, {promise.due_on}"
            )
        else:
            yield (
                f"争议未了结：{ticket}，始于 {promise.due_on}"
                if zh
                else f"an open dispute: {ticket}, since {promise.due_on}"
            )
    if story.paid_at is not None and story.stopped_at is not None:
        yield "已缴费，尚未恢复" if zh else "paid, and not restored yet"
    elif story.stopped_at is not None:
        yield "号码处于停机状态" if zh else "the line is stopped"
