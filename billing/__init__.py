"""What clients and funders owe: assessments and their life, charges, bills, receipts, direct debits, debt, care
accounts.
"""
