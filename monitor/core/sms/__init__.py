"""Carriers' messages: what a text states about a line, and whether it may be believed. Pure."""

from monitor.core.sms.classify import Class, Flag
from monitor.core.sms.lexicon import Lexicon
from monitor.core.sms.observe import observe, warning
from monitor.core.sms.parse import Parsed, parse
from monitor.core.sms.redact import redact

__all__ = ["Class", "Flag", "Lexicon", "Parsed", "observe", "parse", "redact", "warning"]
