"""What a text states as a fact: a word counts only where its clause does not deny, suppose, ask or report it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from monitor.core.sms.lexicon import Lexicon
from monitor.core.sms.normalise import Clause, clauses


class Tense(Enum):
    """What counts as stated."""

    NOW = "now"
    """Only what is so now."""
    AHEAD = "ahead"
    """What will be as well, but no conditions and no denials."""
    ANY = "any"
    """Conditions too."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that counts, and where it stands."""

    at: int
    word: str


class Facts:
    """One normalised text, cut into clauses of which each knows whether it states or supposes."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.clauses = clauses(text)
        self._tense = lexicon.tense
        self._reported = lexicon.asks["reported"]
        self._warning = lexicon.asks["warning"]

    @cached_property
    def supposed(self) -> frozenset[int]:
        """Numbers of clauses that stand under a condition opened in their sentence, or ask."""
        found: set[int] = set()
        open_in: int | None = None
        for i, clause in enumerate(self.clauses):
            body = clause.text.strip(" 】]")
            if self._tense["condition"].search(body):
                open_in = None if self._tense["aside"].search(body) else clause.sentence
            elif open_in == clause.sentence and self._tense["fresh"].search(body):
                open_in = None
            if clause.question or open_in == clause.sentence:
                found.add(i)
        return frozenset(found)

    @cached_property
    def reported(self) -> frozenset[int]:
        """Sentences that tell of what others say or do (scams): nothing in them is about this line."""
        if not self._reported.search(self.text):
            return frozenset()
        return frozenset(c.sentence for c in self.clauses if self._reported.search(c.text))

    def stated(
        self, pattern: re.Pattern[str], void: re.Pattern[str] | None = None, *, tense: Tense = Tense.NOW
    ) -> list[Hit]:
        """Where ``pattern`` is stated.

        Args:
            pattern: the words.
            void: denies the whole clause.
            tense: what counts besides what is stated of the present.
        """
        if not pattern.search(self.text):
            return []
        found: list[Hit] = []
        for i, clause in enumerate(self.clauses):
            hit = self._in_clause(i, clause, pattern, void, tense=tense)
            if hit is not None:
                found.append(hit)
        return found

    def _in_clause(
        self, i: int, clause: Clause, pattern: re.Pattern[str], void: re.Pattern[str] | None, *, tense: Tense
    ) -> Hit | None:
        if tense is not Tense.ANY and (i in self.supposed or clause.sentence in self.reported):
            return None
        for m in pattern.finditer(clause.text):
            if void is not None and void.search(clause.text):
                return None
            if tense is Tense.ANY or self._is_real(clause.text, m, tense):
                return Hit(clause.start + m.start(), m.group().strip())
        return None

    def _is_real(self, text: str, m: re.Match[str], tense: Tense) -> bool:
        if self._tense["after"].search(text[m.end() :]):
            return False
        return not self._tense["before" if tense is Tense.NOW else "doubt"].search(
            text[max(0, m.start() - 14) : m.start()]
        )

    def warned(self, at: int) -> bool:
        """Whether the clause at a position warns of what it names, or belongs to a report of a scam."""
        clause = next((c for c in reversed(self.clauses) if c.start <= at), None)
        if clause is None:
            return False
        return clause.sentence in self.reported or bool(self._warning.search(clause.text))

    @cached_property
    def hypothetical_spans(self) -> tuple[tuple[int, int], ...]:
        """Where figures are conditions or offers."""
        return tuple(
            (c.start, c.start + len(c.text))
            for i, c in enumerate(self.clauses)
            if i in self.supposed or _OFFER.search(c.text)
        )


_OFFER = re.compile(
    r"充\s*\d+\s*元?\s*(?:即|可|就|最高|立)?\s*[送赠返得享抵减]|[送赠](?:您)?\d+\s*元?(?:话费券|券|优惠|红包)|满\s*\d+\s*元?|每充|立减|\d折|最高(?:可)?|欠费(?:超过|达到|满|超出|大于)|(?:超过|达到|大于)[^，。]{0,10}\d+元(?:时|将|后)|"
    r"欠[费款][^，。;]{0,16}(?:已|均已)(?:全部)?(?:结清|缴清|还清|付清|销账)|(?:即可|可|能|立)(?:获|享|得|领|抽|抵)"
)
