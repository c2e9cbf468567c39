"""The double-entry sub-ledger and the run machine every stream of money shares."""
