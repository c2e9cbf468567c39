"""Direct debits: mandates, what is collected of which bill and when, and what comes back."""
