"""Signing for a run: who may, how many must, and for how much. An approval is of one run, in one place."""
