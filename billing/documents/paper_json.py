"""What a paper says, kept beside its bytes as JSON: another form of it, years later, says exactly the same."""

import zlib
from functools import cache

from pydantic import TypeAdapter

from billing.documents.content import STATEMENT, Bill, Paper, Statement


def packed(paper: Paper) -> bytes:
    """A paper's record as it is stored."""
    return zlib.compress(_adapter(paper.kind).dump_json(paper), 6)


def unpacked(kind: str, record: bytes) -> Paper:
    """A stored record read back, equal to the one packed."""
    return _adapter(kind).validate_json(zlib.decompress(record))


@cache
def _adapter(kind: str) -> TypeAdapter[Paper]:
    return TypeAdapter(Statement if kind == STATEMENT else Bill)
