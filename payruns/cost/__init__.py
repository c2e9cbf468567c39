"""What a package of care would cost, before it exists: the pay run's own calculation, run on facts made up in memory.

``reading`` turns a small file into ``options``; ``planned`` makes facts of one; ``pricing`` hands them to the
calculation; ``market`` ranks the rates already paid; ``costing`` is the answer. ``jobs`` is the verb, ``store`` its
SQL. What the client would pay of it is ``billing.contributions``; the two packages are strangers, so they meet in
``interfaces.costing``.
"""

from payruns.cost.costing import Costing
from payruns.cost.jobs import cost_package
from payruns.cost.options import CostRefused, LineAsked, Option, ShareAsked
from payruns.cost.reading import read_options

__all__ = ["CostRefused", "Costing", "LineAsked", "Option", "ShareAsked", "cost_package", "read_options"]
