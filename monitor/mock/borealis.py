"""Borealis Mobile, a carrier that does not exist: every oddity of vendors' APIs at once, to try presets on.

A ticket to be fetched first, a paged list of lines, amounts in 1/10000, epoch milliseconds, errors with status 200,
and words of its own. Below ``/borealis``; the key is ``key-7351`` and its secret ``aurora``.
"""

from __future__ import annotations

from monitor.mock.web import Request, Response, ok, page
from monitor.mock.world import Account, World

KEY, SECRET = "key-7351", "aurora"
PAGE = 3
_STATES = {
    "active": "RUN",
    "restricted": "OUTBOUND_OFF",
    "suspended": "FROZEN:NO_FUNDS",
    "pending_termination": "LAST_CALL",
    "terminated": "GONE",
}


def answer(request: Request, world: World) -> Response | None:
    """Answer a request below ``/borealis``."""
    if not request.path.startswith("/borealis/"):
        return None
    tickets: dict[str, int] = world.extra.setdefault("borealis.tickets", {})
    if request.path == "/borealis/ticket":
        given = request.json()
        if (given.get("key"), given.get("secret")) != (KEY, SECRET):
            return ok({"code": 4001, "text": "unknown key", "data": None})
        world.logins += 1
        ticket = f"ticket-{world.logins:06}"
        tickets[ticket] = world.logins
        return ok({"code": 0, "data": {"ticket": ticket, "ttl": 900}})
    if request.headers.get("x-ticket") not in tickets:
        return ok({"code": 4010, "text": "ticket expired", "data": None})
    if request.path == "/borealis/lines":
        at = int(request.query.get("p", "1"))
        lines = [_line(account, world) for account in world.accounts]
        pages = -(-len(lines) // PAGE)
        return ok({"code": 0, "data": {"lines": list(page(lines, (at - 1) * PAGE, PAGE)), "pages": pages}})
    return ok({"code": 4040, "text": "no such thing", "data": None})


def _line(account: Account, world: World) -> dict[str, object]:
    now = world.now()
    left = account.balance_now(now)
    due = min((b.due_at for b in account.bills if b.open and not b.draft), default=None)
    return {
        "msisdn": account.number.lstrip("+"),
        "state": _STATES[account.status],
        "credit": None if left is None else int(left * 10000),
        "unit": account.currency.lower(),
        "open": int(account.owed * 10000),
        "dueAt": None if due is None else int(due.timestamp() * 1000),
        "seenAt": int(now.timestamp() * 1000),
        "tariff": account.plan,
    }
