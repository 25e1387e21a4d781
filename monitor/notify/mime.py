"""The mail itself: an automatic message, part of a thread, in plain text and HTML with its pictures inside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Any

from monitor.clock import utcnow
from monitor.core.words import Severity
from monitor.ports import Message


@dataclass(frozen=True, slots=True)
class Server:
    """What a mail URL says: the server, how to log in, who writes to whom."""

    host: str
    port: int
    mode: str
    """``insecure``, ``starttls`` or ``ssl``."""
    sender: tuple[str, str]
    """(name, address)"""
    to: tuple[tuple[str, str], ...]
    user: str = ""
    password: str = field(default="", repr=False)
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    verify: bool = True

    @classmethod
    def of(cls, service: Any) -> Server:
        """Read it from Apprise's own mail object, which has parsed the URL and applied the provider's defaults."""
        return cls(
            host=service.smtp_host or service.host,
            port=service.port,
            mode=str(service.secure_mode),
            sender=(service.from_addr[0] or "", service.from_addr[1]),
            to=tuple((name or "", address) for name, address in service.targets),
            user=service.user or "",
            password=service.password or "",
            cc=tuple(sorted(service.cc)),
            bcc=tuple(sorted(service.bcc)),
            reply_to=tuple(sorted(service.reply_to)),
            headers=tuple(service.headers.items()),
            verify=service.verify_certificate,
        )


def build(server: Server, message: Message, to: tuple[str, str]) -> EmailMessage:
    """Write the mail: plain text, HTML with its inline pictures, and the headers of an automatic message in a thread.

    The thread's root is an id that no mail carries, as code forges do it: whichever notice of an episode comes first, all of
    them refer to the same root, and a mail program shows them as one conversation.
    """
    domain = server.sender[1].rpartition("@")[2] or "localhost"
    subject = " ".join(message.subject.split())
    # Python folds a long plain subject right after its name, and then some mail programs show it with a space in front.
    mail = EmailMessage(policy=SMTP_POLICY.clone(max_line_length=998 if subject.isascii() else 78))
    mail["Subject"] = subject
    mail["From"] = _address(*(server.sender if server.sender[0] else ("billing-monitor", server.sender[1])))
    mail["To"] = _address(*to)
    if server.cc:
        mail["Cc"] = ", ".join(server.cc)
    if server.reply_to:
        mail["Reply-To"] = ", ".join(server.reply_to)
    mail["Date"] = format_datetime(utcnow())
    mail["Message-ID"] = f"<{_key(message.notice_id, to[1])}@{domain}>"
    if message.thread:
        root = f"<{_key(message.thread, 'thread')}@{domain}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Billing-Monitor-Notice"] = message.notice_id
    mail["X-Billing-Monitor-Severity"] = str(message.severity)
    if message.severity is Severity.CRITICAL:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    for name, value in server.headers:
        del mail[name]
        mail[name] = value
    _body(mail, message)
    return mail


def _body(mail: EmailMessage, message: Message) -> None:
    mail.set_content(message.text)
    inline = [a for a in message.attachments if f"cid:{a.name}" in message.html]
    if message.html:
        mail.add_alternative(message.html, subtype="html")
        html = mail.get_payload()[-1]  # type: ignore[index]  # add_alternative has just made it a list of parts
        for picture in inline:
            kind, _, sub = picture.mime.partition("/")
            html.add_related(  # type: ignore[union-attr]  # a part of an EmailMessage is one too
                picture.content,
                kind,
                sub,
                cid=f"<{picture.name}>",
                filename=picture.name,
                disposition="inline",
            )
    for file in message.attachments:
        if file not in inline:
            kind, _, sub = file.mime.partition("/")
            mail.add_attachment(file.content, kind, sub, filename=file.name)


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
