"""Which lines of a run a fact decides, by what its stream says of the table it is in. Pure."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import ints
from ledgers.streams import OF_NO_LINE, Decider

LINE_COLUMNS = ("subject", "kind", "party", "person", "service", "amount")
"""What of a run’s lines must be read to ask."""


def decided(lines: pa.Table, decider: Decider, values: Iterable[int]) -> Any:
    """Which lines are decided by one of these facts (a NumPy mask). A service line has its number among lines of care
    alone.
    """
    mine = np.isin(ints(lines, decider.among), sorted(values))
    if decider.kind:
        return mine & np.asarray(pc.equal(lines["kind"], decider.kind).to_numpy(zero_copy_only=False), bool)
    if decider.among == "subject":
        of_no_line = pc.is_in(lines["kind"], pa.array(OF_NO_LINE))
        return mine & ~np.asarray(of_no_line.to_numpy(zero_copy_only=False), bool)
    return mine
