"""Care accounts as the council keeps them: facts, weeks recorded and reversed, the day the cap is reached, statements.

The rules are :mod:`finance.care_cap`. Off unless the council's policy switches accounts on (``policy``).
``docs/care-account.md`` tells the whole of it.
"""
