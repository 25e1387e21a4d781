"""What an operator's hub sends to ``/hooks/tmf/<key>``: nothing is believed on its word, the line is asked at once.

The operator calls the callback itself, or ``<callback>/listener/<eventName>``. A repeat, and more than one event of a line
in a minute, cost no further poll.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from monitor.carriers._values import Malformed
from monitor.carriers.tmf.events import Notification, read
from monitor.ports import Store, Watched

log = logging.getLogger(__name__)

AT_MOST = timedelta(minutes=1)
_KEEP = timedelta(days=1)
_OWN = ("account_id", "product_id", "service_id")


def listener(
    store: Store, watched: Callable[[], Mapping[str, Watched]], key: str, clock: Callable[[], datetime]
) -> Callable[[Mapping[str, str], bytes, str, str], tuple[int, str]]:
    """Return the hook: given headers, body, content type and query, HTTP status and reason."""

    def check(_headers: Mapping[str, str], body: bytes, _kind: str, query: str) -> tuple[int, str]:
        shown = parse_qs(query).get("key", [""])[0]
        if not hmac.compare_digest(shown.encode(), key.encode()):
            return 401, "the key in the address is wrong"
        try:
            event = read(json.loads(body))
        except (Malformed, ValueError, RecursionError) as why:
            log.warning("a notification was not understood (%s)", type(why).__name__)
            return 400, "this is no TM Forum notification"
        now, notes = clock(), store.notes()
        mark = f"tmf-event:{event.id[:80]}"
        if event.id and notes.get(mark, now):
            return 200, "known already"
        lines = [name for name, one in watched().items() if one.line.carrier == "tmf" and _about(event, one)]
        due = [n for n in lines if not notes.get(f"tmf-event-line:{n}", now)]
        store.poll_now(due, now)
        store.poll_now([n for n in lines if n not in due], now + AT_MOST)
        for name in due:
            notes.put(f"tmf-event-line:{name}", "1", now + AT_MOST)
        if event.id:
            notes.put(mark, "1", now + _KEEP)
        log.info("%s: %d lines are asked", event.kind[:60], len(lines))
        return 200, f"{len(lines)} lines are asked"

    return check


def _about(event: Notification, watched: Watched) -> bool:
    own = {watched.access.options.get(name, "") for name in _OWN} - {""}
    return event.about(watched.line.number) or bool(own & _ids(event.body))


def _ids(body: Mapping[str, object]) -> set[str]:
    """The resource's own id and those that it points to, one step deep."""
    found = {str(body.get("id") or "")}
    for value in body.values():
        parts = value if isinstance(value, list) else [value]
        found |= {str(part.get("id") or "") for part in parts if isinstance(part, dict)}
    return found - {""}
