"""The HTTP surface: answers to notices, webhooks, health. Imported only when ``MONITOR_WEB__LISTEN`` is set.

Loopback or a Unix socket by default; a reverse proxy in front gives it a name and a certificate. Nothing here decides:
a page shows what :class:`monitor.answering.Answers` knows, and its form hands the answer over.
"""
