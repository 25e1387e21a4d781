"""What ``doctor`` says when a danger would go unheard."""

import pytest

from monitor.core.line import Line
from monitor.core.people import Addressees, ChannelFacts, Contact, People
from monitor.core.silence import silences

HOME = Line("home", "tmf", "+8613812348000")
MAIL, LAMP = ChannelFacts("mail"), ChannelFacts("lamp")
SMS = ChannelFacts("sms", runs_over=("home",))
PUSH = ChannelFacts("push", runs_over=("+8613812348000",))
ANN = Contact("ann", ("sms",))


@pytest.mark.parametrize(
    ("people", "to", "problems"),
    [
        (People((MAIL,)), Addressees(), []),
        (People((SMS, MAIL)), Addressees(), []),
        (People((SMS, MAIL), (Contact("ann", ("sms", "mail")),)), Addressees(contacts=("ann",)), []),
        (People(()), Addressees(), ["nobody hears"]),
        (People((SMS,)), Addressees(), ["falls silent together"]),
        (People((SMS, PUSH)), Addressees(), ["falls silent together"]),
        (People((SMS, MAIL), (ANN, Contact("bob", ("mail",)))), Addressees(contacts=("ann",)), ["falls silent together"]),
        (People((MAIL,), (Contact("bob", ("mail",)), Contact("eve"))), Addressees(contacts=("eve",)), ["nobody hears"]),
        (People((MAIL,)), Addressees(channels=("gone",)), ["a long way round"]),
        (People((MAIL,), (Contact("bob", ("mail",)),)), Addressees(channels=("mail",), escalate_to=("bob",)), ["second contact"]),
        (People((MAIL, LAMP), (Contact("bob", ("lamp",)),)), Addressees(channels=("mail",), escalate_to=("bob",)), []),
    ],
)  # fmt: skip
def test_silence_is_found_and_what_to_add_is_said(
    people: People, to: Addressees, problems: list[str]
) -> None:
    found = list(silences(HOME, to, people))
    assert len(found) == len(problems), found
    for silence, wanted in zip(found, problems, strict=True):
        assert wanted in silence.problem
        assert "MONITOR_" in silence.next_step
