"""What clients owe for their care, worked out afresh from the facts: the charges stream of the run machine.

The steps, in order, one module each: ``segments`` (each service line cut where a different charging rule begins),
``weekly_costs`` (what each segment costs in each charging week), ``maximum`` (the most a person may be charged in a
week), ``lower`` (the lower of the two, shared over services, less what is waived or already collected), ``topups``
(top-ups, arrangement fees and single charges). ``facts`` is what goes in, ``calculate`` runs it. ``stream`` meets the
run machine, ``store`` the database; ``jobs`` are the verbs.

The one rounding: each segment's cost in a charging week, and each person's maximum in a charging week, are rounded once
to the penny. What is charged is the lower, in whole pence, and weeks are added with nothing more to round.
"""
