"""Explain what a charge run asked of somebody: every stretch of weeks, what was posted before, and what changed since.

``jobs`` are the verbs and ``store`` their SQL; ``past`` is what was read, ``weeks`` the steps as weeks, ``figures`` the
proof that they add up to the ledger, ``changes`` what was learned in between, ``nouns`` and ``telling`` the words.
"""

from billing.explain.explained import Explained, Part
from billing.explain.jobs import explain_bill, explain_charges

__all__ = ["Explained", "Part", "explain_bill", "explain_charges"]
