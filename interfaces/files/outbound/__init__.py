"""Files for payees and for corporate finance: remittances, creditor payments, journals, workings."""
