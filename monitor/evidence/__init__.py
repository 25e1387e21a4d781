"""The contact log and the sealed archive: what was said to and by the carrier, what we saw and sent, and the proof of it."""

from monitor.evidence.check import check_archive
from monitor.evidence.export import Sealed, export
from monitor.evidence.files import Attachments, EvidenceError
from monitor.evidence.record import Note, forget_attachments, record

__all__ = [
    "Attachments",
    "EvidenceError",
    "Note",
    "Sealed",
    "check_archive",
    "export",
    "forget_attachments",
    "record",
]
