"""The rulebook: what carriers and laws say about stops, as data with sources; unknown stays unknown."""

from __future__ import annotations

from monitor.rulebook.book import Contacts, Entry, Rulebook, load, resolve
from monitor.rulebook.faults import RulebookError

__all__ = ["Contacts", "Entry", "Rulebook", "RulebookError", "load", "resolve"]
