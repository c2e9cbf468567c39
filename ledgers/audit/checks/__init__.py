"""What an audit asks of the ledger, a module each."""
