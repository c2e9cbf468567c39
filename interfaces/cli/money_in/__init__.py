"""Money coming in, as verbs: bills, receipts, debt, direct debits, care accounts, deferred payments."""
