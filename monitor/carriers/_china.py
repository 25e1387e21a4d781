"""What the consumer doors of China's carriers share: a remembered session, a login budget, and the manners of a guest.

None of these doors is a published API: all were found by others in apps and web pages, and may close any day. So:

* a session is kept (encrypted, in the vault) and renewed at most once a poll, inside the login budget;
* who logs in there throws the owner's own app out. When the owner logs in again soon after, we give way: the next login
  waits one hour, then two, four, … up to twelve;
* a captcha, a device check or a risk block is never worked around. Nothing more is asked until a person has acted
  (``billing-monitor login LINE``), or, for a risk block, until it has had a day to cool;
* no answer says that a line is suspended, so the status stays unknown; missing figures stay missing.
"""

from __future__ import annotations

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from monitor.carriers import _access, _budget, _values
from monitor.carriers._china_memory import PERSON, Memory, memory_key
from monitor.carriers._http import Answer, Http, Trouble, Wire
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind
from monitor.ports import Access, Round, Vault, Watched

log = logging.getLogger(__name__)

GIVE_WAY = timedelta(hours=1)
GIVE_WAY_MOST = timedelta(hours=12)
COOL = timedelta(hours=24)
"""How long a risk block is left alone."""
_UPGRADE = re.compile(r"升级公告|系统优化升级")
_UNHEARD = frozenset(
    {
        FailureKind.TIMEOUT,
        FailureKind.UNREACHABLE,
        FailureKind.TLS,
        FailureKind.RATE_LIMITED,
        FailureKind.MAINTENANCE,
    }
)
"""After these the carrier may be asked again as soon as the poller likes."""


class Expired(Exception):  # noqa: N818 - it is what the carrier says, not a bug
    """The session is over."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a person hands over at ``billing-monitor login LINE``."""

    key: str
    en: str
    zh: str


class Visit:
    """One poll of one line: its memory, its budget, its doors."""

    def __init__(self, name: str, watched: Watched, round_: Round) -> None:
        self.name, self.watched, self.round = name, watched, round_
        self.now, self.access = round_.now, watched.access
        self._key = memory_key(name, watched)
        self.memory = Memory.load(round_.vault, self._key)
        self._budget = _budget.LoginBudget(round_.vault, self._key, _budget.rate(self.access.options))
        self._left = _access.Left(round_.seconds)
        self._doors: list[Http] = []

    @property
    def session(self) -> dict[str, str]:
        """The values of the session; empty when there is none."""
        return self.memory.session

    @property
    def number(self) -> str:
        """The eleven digits of the number."""
        return (self.access.username or self.watched.line.number).removeprefix("+").removeprefix("86")[-11:]

    @property
    def fresh(self) -> bool:
        """Whether the session was begun in this very poll."""
        return bool(self.session) and self.memory.since == self.now.isoformat()

    def option(self, name: str, default: str = "") -> str:
        """One of the line's options; what a person handed over comes first."""
        return self.session.get(name) or self.access.options.get(name) or default

    def step(self, what: str) -> str:
        """The one next step, as the end of a failure's sentence."""
        return f"{what}; run: billing-monitor login {self.watched.line.name}"

    def door(self, weak_host: str = "") -> Http:
        """Open a door; it hides what the session holds."""
        option = self.access.options.get
        wire = Wire(
            ca_file=option("ca_file", ""),
            proxy=option("proxy", ""),
            weak_tls_host=option("weak_tls_host", "") or weak_host,
        )
        http = Http(
            wire, secrets=_access.secrets_of(self.access), numbers=[self.watched.line.number, self.number]
        )
        http.protect(*self.session.values(), *_private(self.access))
        self._doors.append(http)
        return http

    def ask(self, http: Http, url: str, **request: Any) -> Answer:
        """Ask, and tell a firewall's page from a slip.

        Raises:
            Trouble: there is no answer that can be read.
        """
        method = request.pop("method", "POST")
        answer = http.ask(method, url, seconds=self._left(), **request)
        if b"acw_sc__v2" in answer.body or b"aliyun_waf" in answer.body:
            raise Trouble(
                FailureKind.BLOCKED, f"{answer.url}: the carrier's firewall wants a browser", answer=answer
            )
        if _UPGRADE.search(answer.body[:4096].decode("utf-8", "replace")):
            raise Trouble(
                FailureKind.MAINTENANCE,
                f"{answer.url}: the carrier is upgrading its system; it is asked again later",
                answer=answer,
            )
        return answer

    # --- manners ------------------------------------------------------------------------------------------------------

    def enter(self, every: timedelta) -> None:
        """Look whether the carrier may be asked now.

        Raises:
            Trouble: not now; nothing was sent.
        """
        memory = self.memory
        if memory.halt == PERSON:
            raise Trouble(FailureKind(memory.halt_kind), memory.halt_message)
        if memory.halt and self.now < datetime.fromisoformat(memory.halt):
            wait = datetime.fromisoformat(memory.halt) - self.now
            raise Trouble(FailureKind(memory.halt_kind), memory.halt_message, retry_after=wait)
        memory.halt = memory.halt_kind = memory.halt_message = ""
        if memory.asked:
            due = datetime.fromisoformat(memory.asked) + every
            if self.now < due:
                minutes = int((due - self.now).total_seconds() // 60) + 1
                message = f"asked a short while ago; the next time is in {minutes} min, so as not to annoy the carrier"
                raise Trouble(FailureKind.RATE_LIMITED, message, retry_after=due - self.now)

    def leave(self, trouble: Trouble | None) -> None:
        """Remember how it went, and close the doors."""
        if trouble is None or trouble.kind not in _UNHEARD:
            self.memory.asked = self.now.isoformat()
        self.memory.save(self.round.vault, self._key)
        for http in self._doors:
            http.close()

    def halt(self, kind: FailureKind, message: str, *, hours: timedelta | None = None) -> Trouble:
        """Ask nothing more until a person has acted, or for a time. Returns what is to be raised."""
        self.memory.halt = PERSON if hours is None else (self.now + hours).isoformat()
        self.memory.halt_kind, self.memory.halt_message = kind, message
        return Trouble(kind, message, retry_after=hours)

    def expired(self) -> None:
        """The session is over. If it was young, its owner has logged in elsewhere: give way, longer each time."""
        memory = self.memory
        since = datetime.fromisoformat(memory.since) if memory.since else None
        if since is not None and self.now - since < GIVE_WAY_MOST:
            memory.kicks += 1
            pause = min(GIVE_WAY_MOST, GIVE_WAY * (1 << min(memory.kicks - 1, 4)))
            memory.not_before = (self.now + pause).isoformat() if memory.kicks > 1 else ""
        else:
            memory.kicks, memory.not_before = 0, ""
        memory.session = {}

    def take_login(self) -> None:
        """Use one login of the budget.

        Raises:
            Trouble: not now.
        """
        if self.memory.not_before:
            due = datetime.fromisoformat(self.memory.not_before)
            if self.now < due:
                minutes = int((due - self.now).total_seconds() // 60) + 1
                message = f"somebody logged in elsewhere; so as not to throw your own app out, the next login is in {minutes} min"
                raise Trouble(FailureKind.RATE_LIMITED, message, retry_after=due - self.now)
        self._budget.take(self.now)

    def logged_in(self, session: Mapping[str, str]) -> None:
        """Remember a new session, at once: a crash must not cost another login."""
        self.memory.session = {k: v for k, v in session.items() if v}
        self.memory.since, self.memory.not_before = self.now.isoformat(), ""
        self._budget.worked(self.now, timedelta(days=30))
        self.memory.save(self.round.vault, self._key)
        for http in self._doors:
            http.protect(*self.memory.session.values())

    def login_failed(self) -> None:
        """Count a refused login."""
        self._budget.failed(self.now)

    def reading(self, **figures: Any) -> Reading:
        """Make a reading. The status is unknown: no consumer door states it."""
        return Reading(observed_at=self.now, source=self.name, **figures)


class Consumer(ABC):
    """A carrier whose consumer door is asked line by line."""

    passive = False
    every: ClassVar[timedelta] = timedelta(minutes=15)
    """Not asked more often, whatever the settings say."""
    asks: ClassVar[tuple[Ask, ...]] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def group(self, watched: Watched) -> str:
        """Every line has an account of its own."""
        return watched.line.name

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Ask about each line. Never raises."""
        return {w.line.name: self._one(w, round_) for w in lines}

    def unlock(self, watched: Watched, vault: Vault) -> None:
        """A person has acted: forget what holds back, keep the session."""
        key = memory_key(self.name, watched)
        memory = Memory.load(vault, key)
        memory.halt = memory.halt_kind = memory.halt_message = memory.not_before = memory.asked = ""
        memory.kicks = 0
        memory.save(vault, key)
        _budget.LoginBudget(vault, key).clear()

    @abstractmethod
    def ask(self, visit: Visit) -> Reading:
        """Ask about one line.

        Raises:
            Trouble: there is no reading.
            Malformed: a figure that cannot be true.
        """

    def _one(self, watched: Watched, round_: Round) -> Reading | Failure:
        visit = Visit(self.name, watched, round_)
        trouble: Trouble | None = None
        try:
            visit.enter(self.every)
            return self.ask(visit)
        except Trouble as caught:
            trouble = caught
        except Expired:
            visit.expired()
            what = visit.step("the carrier ended the session as soon as it began")
            trouble = Trouble(FailureKind.AUTH, what)
        except _values.Malformed as error:
            trouble = Trouble(FailureKind.MALFORMED, f"{error}; nothing of this answer is used")
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            log.warning("%s: an answer of an unforeseen shape (%s)", self.name, type(error).__name__)
            what = f"the answer has an unforeseen shape ({type(error).__name__}); the carrier may have changed it"
            trouble = Trouble(FailureKind.MALFORMED, what)
        finally:
            visit.leave(trouble)
        return trouble.failure(round_.now)


def _private(access: Access) -> list[str]:
    names = ("openid", "appid", "device_id", "session", "data", "access", "cookie", "page_key", "page_iv")
    return [access.options[n] for n in names if access.options.get(n)]
