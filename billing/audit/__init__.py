"""What an audit asks of what clients are charged and owe."""
