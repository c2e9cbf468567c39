"""What the ledger says: balances, journals, and the proof that due, posted and exported agree."""
