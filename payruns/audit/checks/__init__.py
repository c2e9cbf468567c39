"""What an audit asks of care and payees, a module each."""
