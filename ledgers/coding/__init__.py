"""Which code in the corporate ledger every penny falls to."""
