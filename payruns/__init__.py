"""What payees are due and why: the payments stream and its checks; ``explain`` a line of a run, ``cost`` a package.

What is due is worked out by ``finance.care_costs``; the run machine is ``ledgers``; remittances and payment files are
made in ``interfaces.files.outbound``, from what the ledger posted.
"""
