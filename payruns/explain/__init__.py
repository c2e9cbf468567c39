"""Explain one line of a run: the facts behind it, every step, what changed and why, and what the ledger holds.

``jobs`` is the verb and ``store`` its SQL; ``subject`` is what was read, ``figures`` the proof that the steps add up,
``again`` the same calculation run afresh for this one line, ``workings`` all of it, ``line`` and ``steps`` its words.
"""

from payruns.explain.jobs import explain_line

__all__ = ["explain_line"]
