"""What a client would pay of care not yet bought: the calculation of a charge run, on facts made up in memory.

``expected`` works it out over some days; ``jobs`` is the verb, which reads what is said of charging a person; ``said``
puts into words what a contribution rests on. Nothing is recorded.
"""
