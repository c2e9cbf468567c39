"""Which proposed lines wait: those of a line or a payee that a hold names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Row

from ledgers.streams import OF_NO_LINE


@dataclass(frozen=True)
class Holds:
    """Lines and payees told to wait."""

    lines: set[int]
    parties: set[int]

    @classmethod
    def of(cls, holds: Iterable[Row[Any]]) -> "Holds":
        some = list(holds)
        return cls(
            {each.target for each in some if each.scope == "line"},
            {each.target for each in some if each.scope == "payee"},
        )

    def mask(self, proposal: pa.Table) -> pa.Array:
        """Which lines wait. A hold of a line holds nothing whose subject is no line."""
        by_line = pc.and_(
            pc.is_in(proposal["subject"], pa.array(sorted(self.lines), pa.int64())),
            pc.invert(pc.is_in(proposal["kind"], pa.array(OF_NO_LINE))),
        )
        return pc.or_(by_line, pc.is_in(proposal["party"], pa.array(sorted(self.parties), pa.int64())))

    def posted(self, proposal: pa.Table) -> pa.Table:
        """The lines that do not wait."""
        if not self.lines and not self.parties:
            return proposal
        return proposal.filter(pc.invert(self.mask(proposal)))

    def waiting(self, proposal: pa.Table) -> pa.Table:
        return proposal.filter(self.mask(proposal)) if self.lines or self.parties else proposal.slice(0, 0)
