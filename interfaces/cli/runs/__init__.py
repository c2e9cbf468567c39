"""Runs of every stream of money, as verbs: from draft to release, looked over, and what they send out."""
