"""What clients and funders owe, and what becomes of it: a room for each part, from assessment to debt.

``assessments`` the most somebody pays; ``charges`` what they are asked for, and ``contributions`` what they would be;
``documents`` the paper; ``receipts`` money in; ``direct_debits`` and ``debt`` how it is collected or chased;
``deferred_payments`` the loans; ``care_accounts`` what counts towards a cap; ``recharges`` what other funders bear;
``explain`` how a charge came about. Bills are numbered in ``bill_store``, for every stream that bills.
"""
