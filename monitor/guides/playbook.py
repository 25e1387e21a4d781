"""The playbooks as data: one TOML file per cause, both languages side by side, checked when loaded."""

from __future__ import annotations

import string
import tomllib
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from monitor.core.lifecycle import Stage
from monitor.core.words import Cause

SECTIONS = ("first", "steps", "documents", "limits", "evidence", "avoid", "unbind", "escalate")
"""The parts of a guide in the order in which they are read."""

PLACEHOLDERS = frozenset(
    {
        "abnormal", "app", "cancel", "carrier", "complaint_line", "consumer", "dispute_limit", "exit_notice", "hold",
        "hotline", "huaxiang", "late", "other_phone", "other_phone_zh", "own_cards", "plan_notice", "regulator", "repair", "reply",
        "restore", "reuse", "spam_report", "stop", "xiaomi",
    }
)  # fmt: skip
"""What a text may leave to the rulebook."""


class Paid(StrEnum):
    """What has become of a line that was paid for in full and is still off."""

    AWAITING = "paid"
    """The carrier's time to restore it runs."""
    OVERDUE = "overdue"
    """That time is over."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One text in both languages."""

    en: str
    zh: str

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        for text in (self.en, self.zh):
            unknown = {f for _, f, _, _ in string.Formatter().parse(text) if f} - PLACEHOLDERS
            if unknown:
                raise ValueError(f"unknown placeholder {', '.join(sorted(unknown))}")
        return self

    def of(self, language: str) -> str:
        """Return the text in ``en`` or ``zh-CN``."""
        return self.zh if language.startswith("zh") else self.en


class Item(Words):
    """One thing to do, to bring, to keep or to leave, and where it holds."""

    id: str
    stages: tuple[Stage, ...] = ()
    """Empty: in every stage."""
    where: str = ""
    """``cn``, ``other``, one entry such as ``cn.mvno``, or everywhere."""
    paid: bool | None = None
    """True: only once all was paid; False: only before."""

    def holds(self, entry: str, stage: Stage, *, paid: bool = False) -> bool:
        """Whether the item is for this carrier and stage, before or after the payment."""
        if (self.stages and stage not in self.stages) or (self.paid is not None and self.paid is not paid):
            return False
        match self.where:
            case "":
                return True
            case "cn":
                return entry.startswith("cn.")
            case "other":
                return not entry.startswith("cn.")
            case one:
                return entry == one


class Playbook(_Strict):
    """What to do about one cause."""

    cause: str
    title: Words
    next: dict[str, Words] = {}
    """The one next step by stage; ``any`` for every stage, ``paid`` and ``overdue`` once all was paid."""
    first: tuple[Item, ...] = ()
    steps: tuple[Item, ...] = ()
    documents: tuple[Item, ...] = ()
    limits: tuple[Item, ...] = ()
    evidence: tuple[Item, ...] = ()
    avoid: tuple[Item, ...] = ()
    unbind: tuple[Item, ...] = ()
    escalate: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _stages_exist(self) -> Self:
        unknown = set(self.next) - {*Stage, "any", *Paid}
        if unknown:
            raise ValueError(f"unknown stage {', '.join(sorted(unknown))}")
        return self

    def section(self, name: str) -> tuple[Item, ...]:
        """Return the items of one of :data:`SECTIONS`."""
        items: tuple[Item, ...] = getattr(self, name)
        return items


@lru_cache(maxsize=16)
def playbook(name: str) -> Playbook:
    """Read one playbook of the package: a cause, or ``common``."""
    text = resources.files("monitor.guides.playbooks").joinpath(f"{name}.toml").read_text("utf-8")
    return Playbook.model_validate(tomllib.loads(text))


def for_cause(cause: Cause) -> Playbook:
    """Return the playbook of a cause; no cause at all reads as a debt that may come."""
    return playbook("arrears" if cause is Cause.NONE else str(cause))


STAGES: dict[Cause, tuple[Stage, ...]] = {
    Cause.USER_REQUEST: (Stage.HOLD, Stage.ONE_WAY, Stage.PENDING_TERMINATION, Stage.TERMINATED),
    Cause.FAULT: (Stage.UNKNOWN,),
    Cause.UNKNOWN: (Stage.ONE_WAY, Stage.TWO_WAY, Stage.UNKNOWN),
}
"""The stages that a cause's guide is written for, where they are not all."""

ALL_STAGES = (Stage.REMINDER, Stage.ONE_WAY, Stage.TWO_WAY, Stage.PENDING_TERMINATION, Stage.TERMINATED)


def usual_stage(cause: Cause) -> Stage:
    """Return the stage that a guide is about when none is named."""
    match cause:
        case Cause.NONE:
            return Stage.ACTIVE
        case Cause.USER_REQUEST:
            return Stage.HOLD
        case Cause.FAULT:
            return Stage.UNKNOWN
        case _:
            return Stage.TWO_WAY
