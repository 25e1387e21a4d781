"""The one next step of a stopped line is its guide's, with the carrier's own channels."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from messages_world import NOW, notice, reading, state, watched

from monitor import guides
from monitor.core.lifecycle import Stage
from monitor.core.words import Cause, Kind, Status
from monitor.messages import TemplateComposer, guided
from monitor.ports import Message
from monitor.rulebook import load


def said(language: str, kind: Kind, cause: Cause, status: Status, rules: str = "cn.mobile") -> Message:
    stopped = replace(reading(), status=status, cause=cause)
    line = replace(watched().line, rules=rules, receives_codes=False)
    writer = TemplateComposer(lambda _: language, lambda _: "Asia/Shanghai", guide=partial(guided, load()))
    facts = replace(notice("status"), kind=kind)
    return writer.compose(
        [facts], replace(watched(), line=line), replace(state(), reading=stopped), "push", NOW
    )


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_stop_that_no_payment_cures_names_the_guides_step_and_the_hotline_once(language: str) -> None:
    message = said(language, Kind.VIOLATION_HOLD, Cause.VIOLATION, Status.SUSPENDED)
    assert guides.next_step(Cause.VIOLATION, "cn.mobile", Stage.TWO_WAY, language) in message.text
    assert message.short.count("10086") == 1


@pytest.mark.parametrize("rules", ["cn.mobile", "generic.prepaid", ""])
@pytest.mark.parametrize("status", [Status.RESTRICTED, Status.SUSPENDED, Status.PENDING_TERMINATION])
def test_every_cause_has_a_step_also_where_the_carrier_is_not_known(status: Status, rules: str) -> None:
    for cause in (Cause.ARREARS, Cause.POLICY, Cause.VIOLATION, Cause.FAULT, Cause.UNKNOWN):
        message = said("en", Kind.SUSPENDED, cause, status, rules)
        pays = "Pay " in message.short
        assert not (pays and cause not in (Cause.ARREARS, Cause.UNKNOWN)), message.short
        assert "{" not in message.text
