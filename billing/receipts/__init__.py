"""Money received from those who are billed, and what becomes of it: allocation, suspense, refunds, write-offs, debt."""
