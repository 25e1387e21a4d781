"""Guides: what to do about a stopped line, step by step, and the letters to send; data first, no I/O."""
