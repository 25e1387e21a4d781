"""The declarations. A field's ``description`` is its meaning in the generated examples and the reference."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.core.line import Foresight
from monitor.core.words import Autopay, Billing, Severity

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_E164 = re.compile(r"^\+[1-9]\d{4,14}$")


def duration(value: object) -> object:
    """Parse ``90s``, ``15m``, ``6h``, ``1d12h``; a bare number is refused, since its unit is unknown."""
    if not isinstance(value, str):
        return value
    text = value.strip().lower()
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        raise ValueError("write a duration with its unit, such as 90s, 15m, 6h or 1d12h")
    return timedelta(seconds=sum(float(n) * _SECONDS[u] for n, u in parts))


def _names(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip().lower() for part in value.split(",") if part.strip())
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("not an IANA time zone; write one such as Asia/Shanghai or Europe/Berlin") from None
    return value


def _number(value: str) -> str:
    compact = re.sub(r"[\s().-]", "", value)
    if not _E164.match(compact):
        raise ValueError("write the number in E.164: '+', country code, number, such as +8613812348000")
    return compact


def _http_url(value: str) -> str:
    if value and not re.match(r"^https?://[^\s/]+", value):
        raise ValueError("write a whole URL that starts with https:// or http://")
    return value


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("write sqlite:///PATH or postgresql://USER@HOST/NAME")
    return value


def system_zone() -> str:
    """Return the system's IANA time zone, or UTC."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named:
        try:
            named = str(Path("/etc/localtime").resolve()).split("zoneinfo/", 1)[1]
        except (OSError, IndexError):
            named = "UTC"
    try:
        ZoneInfo(named)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return named


def system_language() -> Language:
    """Return ``zh-CN`` when the system's locale is Chinese, else ``en``."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-CN" if locale.lower().startswith("zh") else "en"


Language = Literal["en", "zh-CN"]
Duration = Annotated[timedelta, BeforeValidator(duration), Field(gt=timedelta(0))]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Zone = Annotated[str, AfterValidator(_zone)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Section(BaseModel):
    """A group of variables; a name that it does not declare is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TmfSettings(Section):
    """Where each TM Forum API of the carrier is, and which of its resources are this line's."""

    account_url: HttpUrl = Field("", description="whole prefix of TMF666, accounts")
    bill_url: HttpUrl = Field("", description="whole prefix of TMF678, bills")
    product_url: HttpUrl = Field("", description="whole prefix of TMF637, products")
    service_url: HttpUrl = Field("", description="whole prefix of TMF638, services")
    balance_url: HttpUrl = Field("", description="whole prefix of TMF654, pre-paid balance")
    payment_url: HttpUrl = Field("", description="whole prefix of TMF676, payments")
    account_id: str = Field("", description="billing account, when the number alone does not find it")
    product_id: str = Field("", description="product, when the number alone does not find it")
    service_id: str = Field("", description="service, when the number alone does not find it")
    dialect: str = Field("", description="sigscale for SigScale OCS; empty is the standard")
    currency: str = Field("", description="ISO 4217, for servers that state amounts without one")
    token_url: HttpUrl = Field(
        "", description="OAuth2 token endpoint; USERNAME and PASSWORD are then client id and secret"
    )


class LineSettings(Section):
    """One phone line."""

    carrier: str = Field(description="connector or preset: tmf, twilio, cn-telecom, http-json, sms, …")
    number: Annotated[str, AfterValidator(_number)] = Field(description="E.164", examples=["+8613812348000"])
    url: HttpUrl = Field("", description="base URL of the carrier's API; empty is the connector's own")
    token: SecretStr = Field(SecretStr(""), description="credential: API key or bearer token")
    username: SecretStr = Field(SecretStr(""), description="credential: user name, client id or account SID")
    password: SecretStr = Field(
        SecretStr(""), description="credential: password, client secret or auth token"
    )
    rules: str = Field(
        "", description="rulebook entry: cn.mobile, generic.prepaid, …; empty is the connector's own"
    )
    province: str = Field("", description="province whose rules hold too: henan, chongqing, …")
    channels: Names = Field((), description="comma-separated channel names; empty is all")
    account: str = Field("", description="lines of one account are told of in one message")
    timezone: Zone | None = Field(None, description="IANA name; empty is MONITOR_TIMEZONE")
    billing: Billing = Field(
        Billing.UNKNOWN, description="prepaid, postpaid or hybrid, when the carrier does not say"
    )
    currency: str = Field("", description="ISO 4217, when the carrier does not say")
    bill_day: int | None = Field(
        None, ge=1, le=31, description="day of the month on which the bill comes or the plan renews"
    )
    due_days: int | None = Field(None, ge=0, le=90, description="days from the bill to its due date")
    monthly_fee: Decimal | None = Field(None, ge=0, description="plan fee, in the line's currency")
    credit_limit: Decimal | None = Field(
        None, ge=0, description="spending cap or credit, in the line's currency"
    )
    autopay: Autopay = Field(Autopay.UNKNOWN, description="on or off, when the carrier does not say")
    grace_hours: int | None = Field(None, ge=0, description="hours from a failed renewal to the cut-off")
    dunning_days: int | None = Field(None, ge=0, description="days from the due date to the cut-off")
    overdraft: Decimal | None = Field(None, ge=0, description="how far below zero a pre-paid line may go")
    foresight: Foresight | None = Field(
        None, description="early, balanced or late; empty is MONITOR_FORESIGHT"
    )
    payment_lead: Duration = Field(timedelta(hours=2), description="how long a payment needs to count")
    poll_every: Duration | None = Field(None, description="duration; empty is MONITOR_POLL_EVERY")
    hold_since: date | None = Field(
        None, description="a stop that you asked for yourself: since when (YYYY-MM-DD)"
    )
    hold_until: date | None = Field(None, description="… until when")
    hold_fee: Decimal | None = Field(None, ge=0, description="… at which monthly fee")
    receives_codes: bool = Field(
        default=False, description="true: banks and logins send codes to this number"
    )
    tmf: TmfSettings = Field(TmfSettings(), description="tmf only")
    http: dict[str, str] = Field({}, description="http-json and presets: any key of a preset file")
    options: dict[str, str] = Field({}, description="other connectors: their own keys, see docs/carriers.md")


class ChannelSettings(Section):
    """One way to reach people."""

    url: SecretStr = Field(
        description="one Apprise URL: mailto://…, ntfy://…, tgram://…; it may hold a secret"
    )
    min_severity: Severity = Field(Severity.INFO, description="info, warning or critical")
    language: Language | None = Field(None, description="en or zh-CN; empty is MONITOR_LANGUAGE")


class Settings(BaseSettings):
    """All settings of one daemon."""

    model_config = SettingsConfigDict(
        env_prefix="MONITOR_",
        env_nested_delimiter="__",
        enable_decoding=False,
        extra="forbid",
        frozen=True,
        validate_default=False,
    )

    database_url: Annotated[
        SecretStr, BeforeValidator(lambda v: _database(v) if isinstance(v, str) else v)
    ] = Field(
        SecretStr(""), description="sqlite:///PATH or postgresql://…; empty is SQLite in the state folder"
    )
    timezone: Zone = Field(default_factory=system_zone, description="IANA name; empty is the system's")
    language: Language = Field(
        default_factory=system_language, description="en or zh-CN; empty is the system's"
    )
    poll_every: Duration = Field(
        timedelta(hours=6), description="duration: how often a healthy line is polled"
    )
    poll_deadline: Duration = Field(timedelta(seconds=60), description="duration: hard limit of one poll")
    poll_workers: int = Field(8, ge=1, le=256, description="count: polls under way at once")
    send_deadline: Duration = Field(
        timedelta(seconds=60), description="duration: hard limit of one delivery attempt"
    )
    foresight: Foresight = Field(
        Foresight.BALANCED, description="early, balanced or late: how soon a likely danger is told"
    )
    keep_readings: Duration = Field(timedelta(days=400), description="duration: how long readings are kept")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error"
    )
    templates: Path | None = Field(
        None, description="folder whose message templates replace the shipped ones, file by file"
    )
    rulebook: Path | None = Field(
        None, description="folder whose rule files replace the shipped ones, file by file"
    )
    lines: dict[str, LineSettings] = Field({}, description="the lines under watch")
    channels: dict[str, ChannelSettings] = Field({}, description="the ways to reach people")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what :func:`monitor.settings.source.load` hands over: one mapping, already merged and checked."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)
