"""Explain one line of a run: the facts behind it, every step, what changed and why, and what the ledger holds.

``jobs`` is the verb and ``store`` its SQL; ``past`` is what was read, ``sums`` the steps in words, ``figures`` the
proof that they add up, ``again`` the same calculation run afresh for this one line, ``changes`` what was learned in
between.
"""

from payruns.explain.explanation import Explanation, Section
from payruns.explain.jobs import explain_line

__all__ = ["Explanation", "Section", "explain_line"]
