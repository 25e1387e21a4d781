"""Mail by SMTP, sent by ourselves from Apprise's own ``mailto(s)://`` URL.

Apprise parses the URL and knows the providers. But its sender writes a new Message-ID for every attempt, makes the plain
text from the HTML, and answers with a truth value only. A warning needs more: a Message-ID that is the same in every repeat,
References that put an episode into one thread, a plain text that was written and not converted, and the server's own code,
which tells a full mailbox from a wrong password. URLs with ``pgp=`` still go through Apprise.
"""

from __future__ import annotations

import smtplib
import socket
import ssl

from monitor.clock import monotonic
from monitor.notify.mime import Server, build
from monitor.ports import Message, SendResult, Sent


def send(server: Server, message: Message, seconds: float, accepted: set[str]) -> Sent:
    """Send one mail to each recipient over one connection; ``accepted`` remembers who has it already, across repeats."""
    deadline = monotonic() + seconds
    try:
        with _connect(server, deadline) as smtp:
            return _to_each(smtp, server, message, accepted, deadline)
    except (OSError, smtplib.SMTPException) as e:
        return _judge(e)


def _judge(error: OSError | smtplib.SMTPException) -> Sent:
    retry, refused = SendResult.RETRY, SendResult.REFUSED
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code) if code >= 500:
            mend = "check them in the channel's URL"
            return Sent(refused, f"the mail server refused user or password ({code}): {mend}")
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=said):
            return _by_code(code, said)
        case smtplib.SMTPNotSupportedError():
            what = "STARTTLS or a log-in"
            sent = Sent(
                refused,
                f"the mail server does not offer what the URL asks for ({what}): check mode= and port",
            )
        case ssl.SSLCertVerificationError(verify_message=why):
            mend = "will try again, but somebody must mend the certificate or the host name in the URL"
            sent = Sent(retry, f"the mail server's certificate is not trusted ({why}): {mend}")
        case ssl.SSLError():
            mend = "will try again; if it lasts, check mode= (starttls or ssl) and port"
            sent = Sent(retry, f"no TLS connection with the mail server: {mend}")
        case TimeoutError():
            sent = Sent(retry, "the mail server did not answer in time: will try again")
        case smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            # so smtplib calls a reply that never came
            sent = Sent(retry, "the mail server did not answer in time; it may have arrived; will try again")
        case smtplib.SMTPServerDisconnected():
            sent = Sent(retry, "the mail server hung up; it may have arrived; will try again")
        case _:
            why = getattr(error, "strerror", None) or type(error).__name__
            sent = Sent(retry, f"the mail server cannot be reached ({why}): will try again")
    return sent


def _own_name() -> str:
    """The name that we greet with. Python would ask the DNS for it, and wait where that is down."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _connect(server: Server, deadline: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    left = max(1.0, deadline - monotonic())
    if server.mode == "ssl":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, _own_name(), timeout=left, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, _own_name(), timeout=left)
    try:
        if server.mode == "starttls":
            smtp.starttls(context=context)
        if server.user and server.password:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _to_each(
    smtp: smtplib.SMTP, server: Server, message: Message, accepted: set[str], deadline: float
) -> Sent:
    refused: list[Sent] = []
    for to in server.to:
        address = to[1]
        if address in accepted:
            continue
        if smtp.sock is not None:
            smtp.sock.settimeout(max(1.0, deadline - monotonic()))
        try:
            out = smtp.send_message(
                build(server, message, to), server.sender[1], [address, *server.cc, *server.bcc]
            )
        except smtplib.SMTPRecipientsRefused as e:
            out = e.recipients
        if address in out:
            refused.append(_by_code(out[address][0], "recipient refused"))
        else:
            accepted.add(address)
    return _sum_up(refused, accepted)


def _sum_up(refused: list[Sent], accepted: set[str]) -> Sent:
    """All have it: delivered. One may get it later: again. Some have it and the rest never will: delivered, and told."""
    later = next((sent for sent in refused if sent.result is SendResult.RETRY), None)
    if later is not None:
        return later
    if not refused:
        return Sent(SendResult.DELIVERED)
    if accepted:
        return Sent(
            SendResult.DELIVERED, f"but {len(refused)} recipient(s) will never get it: {refused[0].detail}"
        )
    return refused[0]


def _by_code(code: int, said: bytes | str) -> Sent:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = " ".join(text.split())[:160]
    if 500 <= code < 600:
        return Sent(
            SendResult.REFUSED, f"the mail server refused it for good ({code} {text}): check the address"
        )
    return Sent(SendResult.RETRY, f"the mail server cannot take it now ({code} {text}): will try again")
