"""The contact log and the sealed archive: what was said to and by the carrier, what we saw and sent, and the proof of it.

``record`` keeps, ``export`` hands out, ``check`` and ``patrol`` look for damage. Nothing is imported here, so that the
daemon's patrol loads nothing of the rest.
"""
