"""The class of a message: the first, in the order of danger, that the text states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.sms.amounts import Figures, count_payments
from monitor.core.sms.facts import Facts, Hit, Tense
from monitor.core.sms.lexicon import Lexicon


class Class(StrEnum):
    """The twelve classes, highest precedence first."""

    PHISHING = "phishing"
    VIOLATION = "violation"
    SUSPENDED = "suspended"
    ARREARS = "arrears"
    LOW_BALANCE = "low_balance"
    RESTORED = "restored"
    TOP_UP = "top_up"
    BILL = "bill"
    BALANCE = "balance"
    USAGE = "usage"
    POLICY = "policy"
    MARKETING = "marketing"


class Flag(StrEnum):
    """What else is true of a message."""

    GIFT = "gift"
    VOLUNTARY = "voluntary"
    CANCELLATION = "cancellation"
    ONE_WAY = "one_way"
    SENDER_MISMATCH = "sender_mismatch"
    OFF_LIST_LINK = "off_list_link"
    TRUNCATED = "truncated"
    RESTORE_HINT = "restore_hint"
    HISTORY = "history"
    THIRD_PARTY = "third_party"
    SECRET = "secret"  # noqa: S105 (the name of a flag)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A class with the word that decided, and flags that came with it."""

    kind: Class
    why: str
    flags: frozenset[Flag] = frozenset()


Rule = Callable[[Facts, Figures, Lexicon, Hit | None], Verdict | None]


def classify(facts: Facts, figures: Figures, lexicon: Lexicon) -> Verdict:
    """Find the class of a text by its content alone (never ``phishing``, which needs the sender)."""
    restored = _last(_stated(facts, lexicon, "restored", "facts"))
    rule: Rule
    for rule in (_violation, _suspended, _arrears, _low_balance):
        verdict = rule(facts, figures, lexicon, restored)
        if verdict is not None:
            return verdict
    if restored is not None:
        return Verdict(Class.RESTORED, f"states {restored.word!r}")
    for rule in (_top_up, _bill, _balance, _usage, _policy):
        verdict = rule(facts, figures, lexicon, restored)
        if verdict is not None:
            return verdict
    return Verdict(Class.MARKETING, "no account fact")


def _stated(facts: Facts, lexicon: Lexicon, name: str, words: str, *, tense: Tense = Tense.NOW) -> list[Hit]:
    family = lexicon.classes[name]
    return facts.stated(family[words], family["void"], tense=tense)


def _last(hits: list[Hit]) -> Hit | None:
    return hits[-1] if hits else None


def _violation(facts: Facts, _f: Figures, lexicon: Lexicon, restored: Hit | None) -> Verdict | None:
    family = lexicon.classes["violation"]
    if restored is not None or not family["target"].search(facts.text):
        return None
    strong = _stated(facts, lexicon, "violation", "strong", tense=Tense.ANY)
    reason = _stated(facts, lexicon, "violation", "reason", tense=Tense.ANY)
    strong = [h for h in strong if not _elsewhere(facts, h)]
    reason = [h for h in reason if not _elsewhere(facts, h)]
    if strong and not reason and _stated(facts, lexicon, "arrears", "facts"):
        return None  # barred for a debt: that is a stop, not a breach
    if reason and not family["action"].search(facts.text):
        return None
    hit = _last(strong) or _last(reason)
    return Verdict(Class.VIOLATION, f"states {hit.word!r} against this number") if hit else None


def _elsewhere(facts: Facts, hit: Hit) -> bool:
    """A word in a report of scams, or in a condition about the reader's future conduct, is education."""
    index = next(i for i, c in reversed(list(enumerate(facts.clauses))) if c.start <= hit.at)
    return facts.clauses[index].sentence in facts.reported or index in facts.supposed


def _suspended(facts: Facts, _f: Figures, lexicon: Lexicon, restored: Hit | None) -> Verdict | None:
    cancelled = _stated(facts, lexicon, "suspended", "cancellation", tense=Tense.ANY)
    cancelled = [h for h in cancelled if not _elsewhere(facts, h)]
    voluntary = _stated(facts, lexicon, "suspended", "voluntary")
    hits = _stated(facts, lexicon, "suspended", "facts")
    latest = max((h for h in (*cancelled, *voluntary, *hits)), key=lambda h: h.at, default=None)
    if latest is None or (restored is not None and restored.at >= latest.at):
        return None
    flags = set()
    if voluntary:
        flags.add(Flag.VOLUNTARY)
    if cancelled or "空号" in facts.text:
        flags.add(Flag.CANCELLATION)
    return Verdict(Class.SUSPENDED, f"states {latest.word!r}", frozenset(flags))


def _arrears(facts: Facts, figures: Figures, lexicon: Lexicon, restored: Hit | None) -> Verdict | None:
    if figures.balance is not None and figures.balance < 0:
        return Verdict(Class.ARREARS, "states a negative balance")
    if figures.due_is_debt and figures.amount_due == 0:
        return None
    if figures.due_is_debt and figures.amount_due:
        return Verdict(Class.ARREARS, "states a debt with its amount")
    hit = _last(_stated(facts, lexicon, "arrears", "facts"))
    if hit is not None and restored is not None and hit.at < restored.at:
        hit = None  # the debt was the reason of a stop that is over
    if hit is not None and not (figures.due_is_pending and figures.amount_due == 0):
        return Verdict(Class.ARREARS, f"states {hit.word!r}")
    billed = _stated(facts, lexicon, "bill", "facts")
    if (
        figures.due_is_pending
        and figures.amount_due
        and not any("账单" in h.word or "出账" in h.word for h in billed)
    ):
        return Verdict(Class.ARREARS, "states an amount not yet paid")
    return None


def _low_balance(facts: Facts, figures: Figures, lexicon: Lexicon, restored: Hit | None) -> Verdict | None:
    family = lexicon.classes["low_balance"]
    hit = _last(_stated(facts, lexicon, "low_balance", "facts", tense=Tense.AHEAD))
    if hit is not None and restored is None:
        return Verdict(Class.LOW_BALANCE, f"states {hit.word!r}")
    if restored is not None:
        return None
    ahead = family["ahead"].search(facts.text)
    billed = figures.balance is None and _stated(facts, lexicon, "bill", "facts")
    if ahead is not None and not billed and not family["void"].search(ahead.group()):
        return Verdict(Class.LOW_BALANCE, f"warns ahead: {ahead.group()[:40]!r}")
    soon = facts.stated(family["soon"], family["void"], tense=Tense.ANY)
    if not billed and family["money"].search(facts.text) and any(not _elsewhere(facts, h) for h in soon):
        return Verdict(Class.LOW_BALANCE, f"warns of a stop ahead: {soon[0].word!r}")
    urged = facts.stated(family["urge"], family["void"])
    if urged and figures.balance is not None:
        return Verdict(Class.LOW_BALANCE, f"a balance together with {urged[0].word!r}")
    return None


def _top_up(facts: Facts, figures: Figures, lexicon: Lexicon, _r: Hit | None) -> Verdict | None:
    hit = _last(_stated(facts, lexicon, "top_up", "facts"))
    if hit is None or is_history(facts, lexicon):
        return None
    if figures.top_up is None and _stated(facts, lexicon, "usage", "facts"):
        return None
    flags = frozenset({Flag.GIFT}) if is_gift(facts, lexicon) else frozenset()
    return Verdict(Class.TOP_UP, f"states {hit.word!r}", flags)


def is_history(facts: Facts, lexicon: Lexicon) -> bool:
    """Whether the text lists payments of the past."""
    return bool(lexicon.classes["bill"]["history"].search(facts.text)) and (
        count_payments(facts.text) > 1 or "查询】" in facts.text
    )


def is_gift(facts: Facts, lexicon: Lexicon) -> bool:
    """Whether the credited money was given, not paid."""
    family = lexicon.classes["top_up"]
    credited = {h.at for h in _stated(facts, lexicon, "top_up", "facts")}
    return any(
        family["gift"].search(c.text)
        for c in facts.clauses
        if any(c.start <= at < c.start + len(c.text) for at in credited)
    )


def credits_money(facts: Facts, lexicon: Lexicon) -> bool:
    """Whether the text says that money has just been credited, whatever its class."""
    return bool(_stated(facts, lexicon, "top_up", "facts")) and not is_history(facts, lexicon)


def _bill(facts: Facts, figures: Figures, lexicon: Lexicon, _r: Hit | None) -> Verdict | None:
    if is_history(facts, lexicon):
        return Verdict(Class.BILL, "lists payments of the past", frozenset({Flag.HISTORY}))
    hits = _stated(facts, lexicon, "bill", "facts")
    if figures.balance is not None:
        hits = [
            h for h in hits if not any(w in h.word for w in ("消费", "实时", "未缴", "待缴", "未付", "待付"))
        ]
    return Verdict(Class.BILL, f"states {hits[0].word!r}") if hits else None


def _balance(_facts: Facts, figures: Figures, _l: Lexicon, _r: Hit | None) -> Verdict | None:
    if figures.balance is not None:
        return Verdict(Class.BALANCE, "states the account balance")
    if figures.amount_due == 0:
        return Verdict(Class.BALANCE, "states that nothing is owed")
    return None


def _usage(facts: Facts, _f: Figures, lexicon: Lexicon, _r: Hit | None) -> Verdict | None:
    family = lexicon.classes["usage"]
    hits = _stated(facts, lexicon, "usage", "facts")
    if not hits:  # a list of packs runs over many clauses: the whole text may say it
        m = family["facts"].search(facts.text)
        listed = (
            m is not None
            and any(c.isdigit() for c in facts.text[m.start() :])
            and not family["void"].search(m.group())
        )
        return Verdict(Class.USAGE, f"states {m.group()[:20]!r}") if m and listed else None
    return Verdict(Class.USAGE, f"states {hits[0].word!r}")


def _policy(facts: Facts, _f: Figures, lexicon: Lexicon, _r: Hit | None) -> Verdict | None:
    hit = _last(_stated(facts, lexicon, "policy", "facts", tense=Tense.ANY))
    return Verdict(Class.POLICY, f"states {hit.word!r}") if hit else None
