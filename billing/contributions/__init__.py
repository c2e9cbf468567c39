"""What a client would pay of care not yet bought: the calculation of a charge run, on facts made up in memory.

``expected`` works it out over some days; ``jobs`` is the verb, which reads what is said of charging a person;
``basis_words`` puts into words what a contribution rests on. Nothing is recorded. It meets the cost itself
(``payruns.cost``) in ``interfaces.costing``.
"""
