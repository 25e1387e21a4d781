"""A year of daily use of China's consumer doors, with what happens to them in real life, on a virtual clock.

The daemon's own poller, decision and store; the real connectors over real HTTP; the mock carrier behind. The owner opens the
own app now and then (which ends our session), takes a day to answer when asked to log in, and tops up when told.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from monitor import carriers
from monitor.carriers import _china_memory
from monitor.core.notice import Notice
from monitor.core.reading import Failure, Reading
from monitor.core.words import Kind
from monitor.mock import china
from monitor.mock.faults import Fault
from monitor.mock.scenario import parse
from monitor.mock.server import MockCarrier
from monitor.poll import Poller
from monitor.ports import Planned, Watched
from monitor.store import open_store
from servers.bench import watch

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365
STEP = timedelta(hours=1)
DOORS: dict[str, dict[str, str]] = {
    "telecom": {"carrier": "cn-telecom", "password": "123456"},
    "unicom": {"carrier": "cn-unicom", "token": "online-1", "appid": "app-00001"},
    "mini": {"carrier": "cn-unicom", "openid": "openid-mini-2"},
    "mobile": {"carrier": "cn-mobile", "cookie": "JSESSIONID=mobile-3"},
    "broadnet": {"carrier": "cn-broadnet", "token": "access-broadnet-4", "data": "blob-broadnet-4"},
}
STORY: dict[str, list[tuple[int, int, str]]] = {
    "telecom": [(40, 43, "upgrade"), (100, 118, "version"), (190, 193, "device"), (300, 302, "null_data")],
    "unicom": [(60, 62, "risk"), (130, 131, "upgrade"), (210, 214, "odd_code"), (330, 332, "risk")],
    "mini": [(90, 95, "expired"), (240, 254, "no_money"), (310, 311, "waf")],
    "mobile": [
        (30, 31, "expired"),
        (75, 76, "expired"),
        (140, 142, "waf"),
        (260, 262, "upgrade"),
        (320, 321, "expired"),
    ],
    "broadnet": [(50, 52, "waf"), (170, 172, "odd_code")],
}
"""What breaks, from day to day: version refusals, devices no longer trusted, risk control, upgrades, firewalls."""


@dataclass
class Diary:
    """What happened to one line in the year."""

    readings: list[datetime] = field(default_factory=list)
    failures: list[tuple[datetime, str]] = field(default_factory=list)
    logins: list[datetime] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    people: list[datetime] = field(default_factory=list)
    kicks: list[datetime] = field(default_factory=list)
    balances: list[tuple[datetime, Decimal]] = field(default_factory=list)
    """The truth at each look."""
    read_wrong: list[str] = field(default_factory=list)
    refused_in_a_row: int = 0

    def told(self, kind: Kind) -> list[datetime]:
        return [n.at for n in self.notices if n.kind is kind]


def number(index: int) -> str:
    return f"+86138123480{index:02d}"


def live(folder: Path, *, seed: int = 1, days: int = DAYS) -> dict[str, Diary]:
    """Live the year; return one diary per line."""
    chance = random.Random(seed)  # noqa: S311 (a story, no secret)
    lines: list[dict[str, Any]] = [
        {
            "number": number(i),
            "name": name,
            "currency": "CNY",
            "balance": "90.00",
            "burn_per_day": "2.10",
            "billing": "prepaid",
        }
        for i, name in enumerate(DOORS)
    ]
    diaries = {name: Diary() for name in DOORS}
    now = [START]
    with MockCarrier(parse({"name": "year", "line": lines}), now=lambda: now[0]) as mock:
        accounts = {a.name: a for a in mock.world.accounts}
        for i, account in enumerate(mock.world.accounts):
            account.extra |= (
                {"password": "123456", "online": "online-1", "openid": "openid-mini-2"} if i < 3 else {}
            )
        for name in ("telecom", "mini"):
            accounts[name].extra.pop("online")
        for name in ("telecom", "unicom"):
            accounts[name].extra.pop("openid")
        accounts["mobile"].extra["cookie"] = DOORS["mobile"]["cookie"]
        accounts["broadnet"].extra["token"] = DOORS["broadnet"]["token"]
        watched = {
            name: watch(mock.url, name=name, number=number(i), currency="CNY", **given)
            for i, (name, given) in enumerate(DOORS.items())
        }
        store = open_store(f"sqlite:///{folder / 'year.db'}", key_folder=folder, clock=lambda: now[0])
        store.sync_lines(watched, START)

        def route(one: Watched, _state: object, decision: Any, at: datetime) -> list[Planned]:
            diaries[one.line.name].notices.extend(decision.notices)
            return [Planned(n, "push", at) for n in decision.notices]

        made = {name: carriers.make(name) for name in {d["carrier"] for d in DOORS.values()}}
        poller = Poller(
            store=store,
            carriers=made.__getitem__,
            watched=watched,
            route=route,
            clock=lambda: now[0],
            seconds=10,
            workers=1,
        )
        while now[0] < START + timedelta(days=days):
            _life(now[0], chance, mock, accounts, diaries)
            for outcome in poller.round():
                _note(outcome.seen, diaries[outcome.line], accounts[outcome.line], now[0])
            for name, one in watched.items():
                _owner(now[0], one, store, accounts[name], diaries[name])
            now[0] += STEP
        for name, account in accounts.items():
            diaries[name].logins = account.extra.get("login_times", [])
        store.close()
        poller.close(1)
    return diaries


def _life(
    at: datetime,
    chance: random.Random,
    mock: MockCarrier,
    accounts: dict[str, Any],
    diaries: dict[str, Diary],
) -> None:
    day = (at - START).days
    for name, account in accounts.items():
        account.extra["trouble"] = next((t for a, b, t in STORY[name] if a <= day < b), "")
        if name == "telecom" and chance.random() < 2 / 168:
            china.kick(account)
            diaries[name].kicks.append(at)
        if name == "unicom" and chance.random() < 1 / (24 * 30):
            account.extra["cookie"] = "the-owners-own"
            diaries[name].kicks.append(at)
        if name == "broadnet" and at.hour == 3 and day % 3 == 2:
            account.extra["token"] = "ended"
        balance = account.balance_now(at)
        if balance is not None and balance < 8 and at.hour == 12:
            account.settle(at)
            account.balance = (account.balance or Decimal(0)) + Decimal(60)
    if chance.random() < 0.01:
        kind = chance.choice(["http_500", "http_503", "reset", "truncated", "login_page", "maintenance"])
        mock.world.faults = Fault.read({"kind": kind, "times": 2})


def _note(seen: object, diary: Diary, account: Any, at: datetime) -> None:
    truth = account.balance_now(at)
    if isinstance(seen, Reading):
        diary.readings.append(at)
        if (
            seen.balance is not None
            and seen.balance.amount != max(truth, Decimal(0))
            and seen.balance.amount != truth
        ):
            diary.read_wrong.append(f"{at}: {seen.balance} for {truth}")
    elif isinstance(seen, Failure):
        diary.failures.append((at, str(seen.kind)))


def _owner(at: datetime, line: Watched, store: Any, account: Any, diary: Diary) -> None:
    """A day after the notice, and then weekly, the owner does what it says, if the trouble lets one."""
    last = diary.readings[-1] if diary.readings else START
    told = [t for t in diary.told(Kind.BLIND) if t > last]
    acted = [t for t in diary.people if t > last]
    if not told or at - told[-1] < timedelta(hours=24) or (acted and at - acted[-1] < timedelta(days=7)):
        return
    name = line.line.name
    if account.extra["trouble"] in ("version", "no_money", "odd_code", "upgrade", "null_data"):
        return
    given: dict[str, str] = {}
    stamp = f"{at:%Y%m%d%H}"
    if name == "broadnet":
        account.extra["token"] = f"access-{stamp}"
        given = {"access": account.extra["token"], "data": "blob-broadnet-4"}
    elif name == "mobile":
        account.extra["cookie"] = f"JSESSIONID={stamp}"
        given = {"cookie": account.extra["cookie"]}
    elif name == "unicom":
        account.extra["online"] = f"online-{stamp}"
        given = {"token_online": account.extra["online"], "appid": "app-00001"}
    _china_memory.human(line.line.carrier, line, store.vault(), given, at)
    store.poll_now([name], at)
    diary.people.append(at)
