"""The one place that touches Apprise: URLs in, service objects out, and what a service said while it sent.

Apprise answers ``notify()`` with a truth value and writes the reason into its log. The log is kept away from our own (it may
hold addresses and tokens) and is collected here per thread, where :mod:`monitor.notify.verdict` reads the reason from it.
"""

from __future__ import annotations

import logging
import threading
from functools import cache
from typing import Any

import apprise
from apprise.attachment.memory import AttachMemory
from apprise.common import NotifyFormat, NotifyType

from monitor.core.words import Severity
from monitor.notify import extras, sure
from monitor.ports import Attachment, Message

APP_ID = "billing-monitor"
_TYPES = {
    Severity.OK: NotifyType.SUCCESS,
    Severity.INFO: NotifyType.INFO,
    Severity.WARNING: NotifyType.WARNING,
    Severity.UNKNOWN: NotifyType.WARNING,
    Severity.CRITICAL: NotifyType.FAILURE,
}
_SMS = 640
"""Services without a title that take at most this many characters are text messages."""
_MAIL = frozenset(
    {
        "brevo",
        "email",
        "groundmail",
        "mailersend",
        "mailgun",
        "office365",
        "postmark",
        "resend",
        "sendgrid",
        "sendpulse",
        "ses",
        "smtp2go",
        "sparkpost",
    }
)
_MARKDOWN = frozenset({"discord", "dingtalk", "matrix"})
"""Chats that render Markdown although it is not the first of their formats. Telegram is not one: it refuses a whole
message for one unbalanced mark."""


class _Collector(logging.Handler):
    """Collects what Apprise logs in the thread that asked for it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._local = threading.local()
        self._overheard: list[str] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record of this thread."""
        mine: list[str] | None = getattr(self._local, "lines", None)
        lines = self._overheard if record.name.startswith("slixmpp") else mine
        if lines is not None and len(lines) < 200:
            lines.append(f"{record.levelname}: {record.getMessage()}"[:1000])

    def begin(self) -> list[str]:
        """Collect from now on, in this thread."""
        lines: list[str] = []
        self._local.lines = lines
        return lines

    def overhear(self, lines: list[str] | None) -> None:
        """Put what the XMPP library says, in whatever thread, into ``lines``."""
        self._overheard = lines

    def end(self) -> None:
        """Collect no more in this thread."""
        self._local.lines = None


@cache
def _collector() -> _Collector:
    collector = _Collector()
    logger = logging.getLogger("apprise")
    logger.addHandler(collector)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # its lines carry paths, and paths carry tokens
    xmpp = logging.getLogger("slixmpp")
    xmpp.addHandler(collector)
    xmpp.setLevel(logging.DEBUG)
    xmpp.propagate = False  # its lines carry what is sent
    return collector


@cache
def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(
        app_id=APP_ID,
        app_desc="Phone billing monitor",
        app_url="",
        async_mode=False,
        image_url_mask="",  # else a push names an icon that the phone loads from elsewhere
        image_path_mask="",
    )


@cache
def schemes() -> frozenset[str]:
    """Every URL scheme that Apprise knows."""
    from apprise.manager_plugins import NotificationManager  # noqa: PLC0415 - part of the lazy load

    return frozenset(str(s) for s in NotificationManager().schemas())  # type: ignore[no-untyped-call]  # Apprise is typed in part


def missing(scheme: str) -> str:
    """Return the Python packages that a known service lacks here, or an empty string."""
    from apprise.manager_plugins import NotificationManager  # noqa: PLC0415 - part of the lazy load

    plugin = NotificationManager()[scheme]  # type: ignore[no-untyped-call]  # Apprise is typed in part
    if plugin.enabled:
        return ""
    needs = plugin.requirements.get("packages_required") or ()
    return ", ".join([needs] if isinstance(needs, str) else needs) or "a package that is not installed"


def build(url: str) -> tuple[Any | None, str]:
    """Return (service object, "") for a URL, or (None, what Apprise said)."""
    lines = _collector().begin()
    try:
        service = apprise.Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    except Exception as e:  # noqa: BLE001 - a plug-in may raise anything on a bad URL
        return None, type(e).__name__
    finally:
        _collector().end()
    said = [x.split(": ", 1)[1] for x in lines if x.startswith(("WARNING", "ERROR"))]
    return service, "" if service is not None else (said[0] if said else "")


def plugin_of(service: Any) -> str:
    """Return the name of a service's plug-in: ``ntfy``, ``mqtt``, ``email``."""
    return type(service).__module__.split("plugins.", 1)[-1].split(".")[0]


def is_mail(service: Any) -> bool:
    """Whether this is plain SMTP, which :mod:`monitor.notify.mail` sends itself."""
    from apprise.plugins.email import NotifyEmail  # noqa: PLC0415 - part of the lazy load

    return type(service) is NotifyEmail and service.pgp_mode == "no"


def send(service: Any, url: str, message: Message, seconds: float) -> tuple[bool, list[str]]:
    """Send through Apprise in the calling thread; return whether it was sent, and what was logged meanwhile."""
    collector, plugin = _collector(), plugin_of(service)
    sure.prepare(service, plugin, url, seconds)
    extras.enrich(service, plugin, message)
    title, body, body_format, attach = _shape(service, message)
    kind = _TYPES[message.severity]
    lines = collector.begin()
    try:
        with sure.watching(service, plugin, lines, collector.overhear):
            done = service.notify(
                body=body, title=title, notify_type=kind, body_format=body_format, attach=attach
            )
    except Exception as e:  # noqa: BLE001 - a plug-in may raise anything; the alert must be tried again, not lost
        lines.append(f"ERROR: {type(e).__name__}: {e}")
        return False, lines
    finally:
        collector.end()
    return sure.confirmed(plugin, lines, done=bool(done)), lines


def _shape(service: Any, message: Message) -> tuple[str, str, NotifyFormat, apprise.AppriseAttachment | None]:
    """Choose what a service shows best: the short form for text messages, HTML for mail, Markdown for chats, else text."""
    plugin = plugin_of(service)
    formats = service.notify_format if isinstance(service.notify_format, tuple) else (service.notify_format,)
    if service.title_maxlen <= 0 and service.body_maxlen <= _SMS:
        return "", message.short, NotifyFormat.TEXT, None
    if plugin in _MAIL and message.html and service.attachment_support:
        return message.subject, message.html, NotifyFormat.HTML, _attachments(message.attachments)
    if message.markdown and (formats[0] == NotifyFormat.MARKDOWN or plugin in _MARKDOWN):
        return message.subject, message.markdown, NotifyFormat.MARKDOWN, None
    return message.subject, message.text, NotifyFormat.TEXT, None


def _attachments(files: tuple[Attachment, ...]) -> apprise.AppriseAttachment | None:
    if not files:
        return None
    bundle = apprise.AppriseAttachment()
    for file in files:
        bundle.add(AttachMemory(content=file.content, name=file.name, mimetype=file.mime))  # type: ignore[no-untyped-call]  # as above
    return bundle
