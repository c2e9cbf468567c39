"""What is due, worked out afresh from the facts: a dataflow from dated facts to whole pence.

The steps, in order, one module each: ``spans`` (which days a line is payable), ``prices`` (which rate on which day),
``quantities`` (how many units on those days), ``amounts`` (exact sums and the one rounding), ``funding`` (who bears
what). ``facts`` is what goes in, ``calculate`` runs it. Every node's docstring is the label an officer reads.
"""
