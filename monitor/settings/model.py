"""The declarations. A field's ``description`` is its meaning in the generated examples and the reference."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.core.line import Foresight
from monitor.core.words import Autopay, Billing, Severity
from monitor.settings.fields import (
    Duration,
    HttpUrl,
    Language,
    Month,
    Names,
    Section,
    Windows,
    Zone,
    e164,
    http_url,
    system_language,
    system_zone,
)
from monitor.settings.people import (
    ContactSettings,
    DigestSettings,
    QuietSettings,
    SmsSettings,
    WebSettings,
)


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("write sqlite:///PATH or postgresql://USER@HOST/NAME")
    return value


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
    number: Annotated[str, AfterValidator(e164)] = Field(description="E.164", examples=["+8613812348000"])
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
    contacts: Names = Field((), description="comma-separated contacts who hear of it, over their channels")
    escalate_to: Names = Field(
        (), description="comma-separated contacts told of what is critical when nobody has acknowledged it"
    )
    escalate_after: Duration = Field(
        timedelta(hours=4), description="duration: how long ESCALATE_TO waits for an acknowledgement"
    )
    maintenance: Windows = Field(
        (),
        description="windows in which trouble is expected and only what is critical is told: sun 02:00-04:00, …",
    )
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
    debit_notice: Duration | None = Field(
        None,
        description="duration: how long before an automatic payment its sum is told, 3d; empty is only where one has failed lately",
    )
    card_expires: Month | None = Field(
        None, description="month (YYYY-MM) in which the card behind automatic payment expires"
    )
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


class PageSettings(Section):
    """One official page that is watched for changes."""

    url: HttpUrl = Field(
        description="https URL on an official host of the rulebook: 10086.cn, 10010.com, miit.gov.cn, …"
    )
    rules: str = Field(
        "", description="rulebook entry whose lines it concerns: cn.mobile, …; empty is all lines"
    )
    province: str = Field("", description="province whose lines it concerns: henan, …; empty is all")


class ChannelSettings(Section):
    """One way to reach people."""

    url: SecretStr = Field(
        description="one Apprise URL: mailto://…, ntfy://…, tgram://…; it may hold a secret"
    )
    min_severity: Severity = Field(Severity.INFO, description="info, warning or critical")
    terse: bool = Field(
        default=False,
        description="true: say only which line and how urgent; whoever carries the message reads it, too",
    )
    language: Language | None = Field(None, description="en or zh-CN; empty is MONITOR_LANGUAGE")
    runs_over: Names = Field(
        (),
        description="comma-separated lines (names or numbers) that carry it: an SMS to it, a push to the phone with its SIM",
    )
    max_per_hour: int = Field(
        30, ge=0, description="count: messages an hour; what is more shares one message; 0 is no limit"
    )


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
    keep_messages: Duration = Field(
        timedelta(days=400), description="duration: how long the texts of SMS are kept"
    )
    keep_notices: Duration = Field(
        timedelta(days=800), description="duration: how long is kept what was sent, and what became of it"
    )
    keep_evidence: Duration = Field(
        timedelta(days=1100),
        description="duration: how long contact log, attachments and carriers' own words are kept; an open case keeps them longer",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error"
    )
    templates: Path | None = Field(
        None, description="folder whose message templates replace the shipped ones, file by file"
    )
    rulebook: Path | None = Field(
        None, description="folder whose rule files replace the shipped ones, file by file"
    )
    quiet: QuietSettings = QuietSettings()
    digest: DigestSettings = DigestSettings()
    heartbeat_url: Annotated[
        SecretStr, BeforeValidator(lambda v: http_url(v) if isinstance(v, str) else v)
    ] = Field(
        SecretStr(""),
        description="address outside, pinged while polls and deliveries succeed: https://hc-ping.com/UUID",
    )
    heartbeat_every: Duration = Field(timedelta(minutes=5), description="duration: how often it is pinged")
    web: WebSettings = WebSettings()
    sms: SmsSettings = SmsSettings()
    maintenance: Windows = Field(
        (), description="windows for all lines, see MONITOR_LINES__<NAME>__MAINTENANCE"
    )
    contacts: dict[str, ContactSettings] = Field({}, description="the people who are told")
    lines: dict[str, LineSettings] = Field({}, description="the lines under watch")
    channels: dict[str, ChannelSettings] = Field({}, description="the ways to reach people")
    pages: dict[str, PageSettings] = Field(
        {}, description="official pages watched for changes of plans and terms"
    )

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
