"""Overpayments: a case for each payee whom a released run left owing, and what an officer decided about it."""
