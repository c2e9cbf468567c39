"""Explain what a charge run asked of somebody: every stretch of weeks, what was posted before, and what changed since.

``jobs`` are the verbs and ``store`` their SQL; ``person`` is what was read, ``weeks`` the steps as weeks, ``figures``
the proof that they add up to the ledger, ``prices`` and ``stretches`` each stretch in words, ``telling`` all of it.
"""

from billing.explain.jobs import explain_bill, explain_charges

__all__ = ["explain_bill", "explain_charges"]
