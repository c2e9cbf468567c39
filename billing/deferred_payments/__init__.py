"""Deferred payment agreements as kept and posted: facts, the stream on the run machine, statements and the return.

The rules of the loan are ``finance.deferred_payments``. Here its facts are stored, what is deferred is read from the
charges posted, and what follows (interest, fees, repayments, charges moved from the bill to the loan) is proposed,
checked, approved and posted like any other money: due less posted, so late news posts its own difference.
"""
