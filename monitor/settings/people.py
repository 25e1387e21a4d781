"""The declarations around people: contacts, quiet hours, digests, the web address of answers, the outside heartbeat."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from monitor.settings.fields import ClockTime, Duration, HoursOfDay, HttpUrl, Language, Names, Section, Zone

_LISTEN = re.compile(r"^(?:unix:/.+|\[[0-9a-fA-F:.]+\]:\d{1,5}|[^:\s]+:\d{1,5})$")


def _listen(value: str) -> str:
    if value and not _LISTEN.match(value):
        raise ValueError("write HOST:PORT such as 127.0.0.1:8421, or unix:/path/to/socket")
    return value


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ContactSettings(Section):
    """One person."""

    channels: Names = Field((), description="comma-separated channel names that this person reads")
    language: Language | None = Field(None, description="en or zh-CN; empty is MONITOR_LANGUAGE")
    timezone: Zone | None = Field(None, description="IANA name; empty is MONITOR_TIMEZONE")
    quiet_hours: HoursOfDay | None = Field(
        None, description="hours such as 22:00-07:00: what is not critical waits for their end; empty is none"
    )
    critical_waits: bool = Field(
        default=False, description="true or false: quiet hours hold back even what is critical"
    )


class QuietSettings(Section):
    """Quiet hours of channels that belong to no contact."""

    hours: HoursOfDay | None = Field(
        None, description="hours such as 22:00-07:00, in MONITOR_TIMEZONE; empty is none"
    )
    critical_waits: bool = Field(
        default=False, description="true or false: quiet hours hold back even what is critical"
    )


class DigestSettings(Section):
    """The regular overview, which also says that the watch goes on."""

    every: Literal["off", "day", "week"] = Field("week", description="off, day or week")
    on: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = Field(
        "mon", description="weekday of the weekly one: mon, tue, …"
    )
    at: ClockTime = Field(time(9), description="time of day such as 09:00, in each channel's time zone")


class SmsSettings(Section):
    """Messages that a phone forwards to ``POST /hooks/sms``. Off until one of the two secrets is set."""

    secret: SecretStr = Field(SecretStr(""), description="the forwarding app's signing secret")
    header: SecretStr = Field(SecretStr(""), description="value that the extra header X-Intake-Key must have")
    words: Path | None = Field(
        None, description="TOML file with your own senders, hosts and words, see docs/sms.md"
    )


class WebSettings(Section):
    """The HTTP surface: answers to notices, webhooks, health. Off until it has an address."""

    listen: Annotated[str, AfterValidator(_listen)] = Field(
        "",
        description="address to listen on: 127.0.0.1:8421 or unix:/run/billing-monitor/web.sock; empty is off",
    )
    public_url: HttpUrl = Field(
        "", description="its address as readers reach it, for links in messages: https://phone.example.org"
    )
    secret: SecretStr = Field(
        SecretStr(""), description="secret that signs links; empty: one is made and kept in the database"
    )
    events_key: SecretStr = Field(
        SecretStr(""),
        description="key in the address where operators' TM Forum hubs deliver, /hooks/tmf/<key>, see docs/carriers.md; empty is off",
    )
    links_last: Duration = Field(
        timedelta(days=7), description="duration: how long a link in a message works"
    )
    max_body: int = Field(65_536, ge=1024, description="bytes: larger requests are refused")
    max_per_minute: int = Field(
        120, ge=1, description="count: requests a minute and client; more are asked to wait"
    )
