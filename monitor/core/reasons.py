"""Every reason that a decision can give, with its facts: the list that the message catalogues translate.

A fact's type says how it is written in :class:`monitor.core.notice.Why`: ``money`` is ``"12.30 CNY"``, ``instant`` ISO
8601 with offset, ``day`` ``YYYY-MM-DD``, ``int`` and ``word`` as they are. Every fact may be missing (None): a sentence
must read well without it. ``hours`` and ``days`` are whole numbers. ``*`` marks a fact that is always there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code means, and which facts come with it (name → type)."""

    code: str
    means: str
    facts: tuple[tuple[str, str], ...] = ()


def _r(code: str, means: str, **facts: str) -> Reason:
    return Reason(code, means, tuple(facts.items()))


_SIGHT = {"age_hours": "int"}
"""How old the last good figures are; said when it is 24 or more ("as of 3 days ago, runs on blindly since")."""
_MOVED = {
    "was_days": "int",
    "now_days": "int",
    "moved_by": "word",
    "moved_on": "day",
    "moved_amount": "money",
}
"""What moved the date: ``moved_by`` is one of the codes ``moved_*`` below without its prefix."""
_PAY = {"short": "money"}
"""``short``: what has to be paid at least to be safe."""

REASONS: tuple[Reason, ...] = (
    # --- money: what may cut the line off -------------------------------------------------------------------------
    _r(
        "run_out",
        "At the usual pace the balance lasts so many days; likely, not certain",
        balance="money*",
        days_low="int*",
        days_high="int*",
        earliest="instant*",
        likely="instant",
        chance="int (percent within horizon_hours)",
        horizon_hours="int",
        pace="money (per day, lately)",
        learning_days="int (days seen so far, only while learning)",
        learning_need="int",
        **_PAY,
        **_MOVED,
        **_SIGHT,
    ),
    _r(
        "run_out_soon",
        "The same, and near: more likely than not within 30 hours",
        balance="money*",
        hours_left="int*",
        earliest="instant*",
        likely="instant",
        chance="int",
        horizon_hours="int",
        pace="money",
        learning_days="int",
        learning_need="int",
        **_PAY,
        **_MOVED,
        **_SIGHT,
    ),
    _r(
        "renewal_short",
        "The plan renews on that day, and the balance does not (or, if `likely_short`, may not) cover its charge",
        balance="money*",
        charge="money*",
        on="day*",
        cut_off="instant",
        chance="int",
        tax="bool (the charge is more than the advertised fee, as seen before)",
        more_than="bool (the charge is only known to be more than that, with which a renewal failed)",
        guessed="bool (the day or the charge was learned from earlier months, the carrier does not show it)",
        **_PAY,
        **_SIGHT,
    ),
    _r(
        "renewal_failed",
        "The plan could not renew; the line is cut off when the grace time ends",
        balance="money*",
        charge="money*",
        on="day*",
        cut_off="instant",
        more_than="bool",
        guessed="bool",
        **_PAY,
        **_SIGHT,
    ),
    _r(
        "credit_expires",
        "The credit itself expires on that day, used or not; a top-up extends it",
        balance="money",
        on="day*",
        guessed="bool (learned, not shown by the carrier)",
        **_SIGHT,
    ),
    _r(
        "credit_may_expire",
        "Nobody says when the credit expires, and so long after the last payment it commonly does: a guess",
        balance="money",
        on="day* (the day of the guess)",
        idle_days="int (days without a payment seen)",
        paid_on="day",
        **_SIGHT,
    ),
    _r(
        "bill_due",
        "A bill is unpaid and nobody collects it",
        amount_due="money*",
        due_on="day*",
        cut_off="instant",
        **_SIGHT,
    ),
    _r(
        "bill_overdue",
        "The due date has passed and the bill is unpaid",
        amount_due="money*",
        due_on="day",
        days_over="int",
        cut_off="instant",
        guessed="bool (the days until the cut-off are a guess)",
        **_SIGHT,
    ),
    _r(
        "balance_negative",
        "The balance is below zero while the line still works",
        balance="money*",
        **_PAY,
        **_SIGHT,
    ),
    _r(
        "limit_near",
        "Use since the last payment comes near the credit limit or spending cap",
        used="money*",
        limit="money*",
        days_low="int",
        days_high="int",
        chance="int",
        horizon_hours="int",
        **_SIGHT,
    ),
    _r(
        "autopay_failed",
        "The carrier says that the automatic payment failed",
        amount_due="money",
        balance="money",
        due_on="day",
        cut_off="instant",
        since="instant",
        **_SIGHT,
    ),
    _r(
        "autopay_late",
        "The automatic payment should have happened and the balance (or the bill) did not move",
        amount_due="money",
        balance="money",
        expected_on="day*",
        cut_off="instant",
        **_PAY,
        **_SIGHT,
    ),
    _r("autopay_missing", "Automatic payment was on and is now off", amount_due="money", due_on="day"),
    _r(
        "debit_ahead",
        "An automatic payment is to be collected on that day",
        amount="money*",
        on="day*",
        failed_on="day (when the carrier last called one failed)",
    ),
    _r(
        "card_expires",
        "The card behind automatic payment is valid until that day",
        on="day*",
        expired="bool",
        said_by="word (carrier or settings)",
        amount_due="money",
        due_on="day",
    ),
    _r(
        "carrier_stop",
        "The carrier itself names the instant of the stop",
        ends_at="instant*",
        amount_due="money",
        balance="money",
    ),
    _r(
        "sms_warning",
        "A text message of the carrier announces it",
        sms_class="word*",
        at="instant*",
        amount="money",
    ),
    _r(
        "abnormal_spend", "Far more was spent than on any usual day", spent="money*", on="day*", usual="money"
    ),
    # --- service: what the carrier says of the line ---------------------------------------------------------------
    _r(
        "status",
        "The carrier reports this status",
        status="word*",
        cause="word*",
        basis="word*",
        amount_due="money",
        balance="money",
    ),
    _r(
        "termination_near",
        "The number will be taken back if nothing happens",
        ends_at="instant",
        status="word",
        since="instant",
    ),
    # --- the story of a stop: after a payment, own holds, spend, terms, rights -------------------------------------------
    _r(
        "awaiting_restoration",
        "The debt is paid and the line is not back yet; the rule gives the carrier until then",
        paid="money",
        paid_at="instant*",
        restore_by="instant*",
        hours="int*",
        source="text (article or contract)",
        source_zh="text (the same in Chinese)",
        trust="word",
    ),
    _r(
        "restoration_overdue",
        "The debt was paid in full and the line is still off after the time that the rule gives",
        paid="money",
        paid_at="instant*",
        restore_by="instant*",
        hours="int* (what the rule gives)",
        source="text (article or contract)",
        source_zh="text (the same in Chinese)",
        trust="word",
    ),
    _r(
        "hold_ends",
        "A stop that the owner asked for ends soon",
        until="day*",
        days="int*",
        fee="money (of the hold, a month)",
        plan_fee="money (of the plan, a month)",
    ),
    _r("hold_over", "A stop that the owner asked for has ended and the line is still off", until="day*"),
    _r(
        "spend_unusual",
        "This month cost several times the mean of the three months before",
        spent="money*",
        usual="money* (mean of the three months before)",
        times="int* (rounded down)",
        limit="int (from so many times on the rule calls it abnormal)",
        month="word* (YYYY-MM)",
        source="text",
        source_zh="text",
    ),
    _r(
        "terms_changed",
        "The plan or one of its terms is not what it was",
        term="word* (plan, fee, due_day, credit_limit)",
        was="text*",
        now="text*",
    ),
    _r(
        "policy_announced",
        "A watched official page or message announces a change",
        summary="text*",
        effective_on="day",
        days="int (until then)",
        province="text",
    ),
    _r(
        "untrusted_message",
        "A message that pretends to be the carrier's: a link, a request or a contact gives it away. Nothing was believed",
        sms_class="word* (what it pretends)",
        carrier="word (whom it names)",
        at="instant*",
    ),
    _r("source_lost", "A watched page is no longer there: we no longer see changes", summary="text*"),
    _r(
        "number_reuse_near",
        "The number ended and may soon be given to somebody else: unbind accounts",
        on="day*",
        days="int*",
    ),
    _r(
        "number_reused",
        "The number ended so long ago that what works now may be somebody else's",
        since="day* (of the end)",
        on="day* (reuse possible from)",
    ),
    _r(
        "dispute_limit",
        "A dispute is still open and its last day for a petition comes near",
        opened_on="day*",
        limit_on="day*",
        ticket="text",
    ),
    _r(
        "fault_signs",
        "The carrier reports no stop, and device, SIM or network show a fault",
        sign="word* (sim_missing, sim_locked, other_sim_dead_too, works_in_other_phone, outage_notice)",
        at="instant*",
    ),
    _r("promise_broken", "What the carrier promised did not happen by its day", due_on="day*", ticket="text"),
    # --- sight: what we can see -----------------------------------------------------------------------------------
    _r(
        "blind",
        "No trustworthy reading for too long; the forecast runs on from the last one",
        failure="word* (failure kind)",
        since="instant*",
        message="text",
        needs_person="bool*",
        age_hours="int (age of the last good figures, None if there are none)",
    ),
    # --- the monitor itself: notices without a line, written by ``Composer.bulletin`` ----------------------------------
    _r(
        "channel_failing",
        "A channel keeps failing, and what it should have said comes another way",
        channel="word*",
        since="instant*",
        detail="text (what it answered, without secrets)",
    ),
    _r(
        "channel_disabled",
        "A channel refuses for good (wrong token, unknown recipient) and is asked only once an hour until it is mended",
        channel="word*",
        since="instant*",
        detail="text (what it answered, without secrets)",
    ),
    _r(
        "answers_changed",
        "A carrier's answers lack what they always held, or hold words nobody knows; the last good values are kept",
        carrier="text* (connector or preset)",
        since="instant* (of the first changed answer)",
        lines="int* (how many lines are asked there)",
        fields="int* (how many fields are gone or of another type)",
        words="int* (how many words are new and not understood)",
        detail="text (which, without values)",
    ),
    _r(
        "evidence_damaged",
        "The daily look at the chain of evidence found entries that were changed, dropped or moved",
        place="int* (number of the first such entry)",
        places="int*",
        detail="text (what is wrong with the first)",
    ),
    _r(
        "digest",
        "The regular overview: still watching, and how each line stands",
        period="word* (daily or weekly)",
        since="instant* (the one before)",
        lines="int*",
        notices="int (since then)",
    ),
    # --- endings ---------------------------------------------------------------------------------------------------
    _r(
        "payment_seen",
        "A payment is visible",
        balance="money",
        amount_due="money",
        paid="money",
        seconds="int (since the warning)",
    ),
    _r(
        "paid_too_little",
        "A payment is visible but it is not enough",
        balance="money",
        amount_due="money",
        paid="money",
        short="money",
    ),
    _r("restored", "The line works again", status="word*", seconds="int*"),
    _r("sight_restored", "Readings are trustworthy again", seconds="int*"),
    # --- what moved the date: in Forecast.reasons, and as `moved_by` of run_out --------------------------------------
    _r("moved_burst", "One heavy day", was_days="int*", now_days="int*", on="day*", amount="money*"),
    _r(
        "moved_pace",
        "The pace of the last days is higher or lower than before",
        was_days="int*",
        now_days="int*",
        on="day",
        amount="money",
    ),
    _r("moved_payment", "A top-up or payment", was_days="int*", now_days="int*", on="day*", amount="money*"),
    _r(
        "moved_refund",
        "A small credit, not a usual top-up",
        was_days="int*",
        now_days="int*",
        on="day*",
        amount="money*",
    ),
    _r(
        "moved_charge",
        "A known charge was taken (plan fee)",
        was_days="int*",
        now_days="int*",
        on="day*",
        amount="money*",
    ),
    _r("moved_price", "The charge changed", was="money*", now="money*", on="day*"),
    _r(
        "learning",
        "The history is short; a typical phone is mixed in",
        learning_days="int*",
        learning_need="int*",
    ),
    _r("implausible", "A figure was not believed and must be seen twice", seen="money*", believed="money*"),
)
"""Every reason, in the order of the catalogue."""

BY_CODE = {r.code: r for r in REASONS}
"""The same by code."""
