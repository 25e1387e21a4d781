"""The seam to a channel: messages, how they are made, and what became of a send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from monitor.core.notice import Notice
from monitor.core.state import LineState
from monitor.core.words import Severity
from monitor.ports.carrier import Watched


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words, in one language, for one channel."""

    notice_id: str
    subject: str
    short: str
    """Push form: the first 80 characters carry line, what and when."""
    text: str
    html: str = ""
    """Images are referred to as ``cid:<attachment name>``."""
    markdown: str = ""
    severity: Severity = Severity.INFO
    thread: str = ""
    """Messages of one episode share it."""
    attachments: tuple[Attachment, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """(label, URL) of one-tap actions."""


class SendResult(StrEnum):
    """How one attempt ended."""

    DELIVERED = "delivered"
    RETRY = "retry"
    """It may work later."""
    REFUSED = "refused"
    """It will never work with these settings; the channel is to be disabled loudly."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of one attempt with a reason for people, without secrets."""

    result: SendResult
    detail: str = ""


class Channel(Protocol):
    """Sends messages to people, over one Apprise URL."""

    name: str

    def send(self, message: Message, seconds: float) -> Sent:
        """Send and wait for the answer, at most ``seconds``. Never raises."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line's share of a message about several."""

    watched: Watched
    state: LineState
    notices: tuple[Notice, ...] = ()


class Linker(Protocol):
    """Makes the links by which a reader answers a notice; handed to the composer by the application."""

    def __call__(self, notice: Notice, channel: str, now: datetime) -> Sequence[tuple[str, str]]:
        """Return (action, URL) pairs: ``answer`` opens the page with every choice, then one for each choice: ``paid``, ``working``, ``snooze``, ``not_mine``.

        Empty where no public address is set, and for what needs no answer. The composer puts the actions into words.
        """


class Composer(Protocol):
    """Puts a notice into words, with the newest facts."""

    def compose(
        self, notices: Sequence[Notice], watched: Watched, state: LineState, channel: str, now: datetime
    ) -> Message:
        """Write one message for one channel about the notices of one line."""

    def overview(
        self, parts: Sequence[Part], more: int, channel: str, now: datetime, unseen: int = 0
    ) -> Message:
        """Write one message about several lines: an account's, a carrier's that is down, or what the cap put together.

        ``parts`` are worst first; ``more`` lines are counted and not named ("and 27 more"); ``unseen`` lines of a
        carrier that answers again could not be read yet.
        """

    def bulletin(self, notice: Notice, parts: Sequence[Part], channel: str, now: datetime) -> Message:
        """Write what concerns no single line (``notice.line`` is empty): a digest of ``parts``, or a channel that fails."""
