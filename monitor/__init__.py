"""billing-monitor: know that a phone line will be cut off before it is, say why, and say what to do.

One poll, from the timer to the delivered alert, is six files, read in this order:

① ``scheduler.py``      who is due
② ``poll.py``           fetch → decide → commit
③ ``carriers/``         what the carrier says now
④ ``core/decide.py``    what it means, and what must be said
⑤ ``store/``            state and notices, in one transaction
⑥ ``deliver.py``        claim → send → settle
"""
