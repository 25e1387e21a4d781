"""Notices in words: one folder of sentences per language, common layouts for text, HTML and Markdown."""

from __future__ import annotations

from monitor.messages.advice import headline, next_step
from monitor.messages.compose import TemplateComposer
from monitor.messages.guided import guided
from monitor.messages.letter import Official
from monitor.messages.tell import Teller
from monitor.messages.words import LANGUAGES, Words, languages, sentences

__all__ = [
    "LANGUAGES",
    "Official",
    "Teller",
    "TemplateComposer",
    "Words",
    "guided",
    "headline",
    "languages",
    "next_step",
    "sentences",
]
