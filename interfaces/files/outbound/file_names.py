"""A reference as it stands in the name of a file: valid on every system, never too long, and nobody else's.

Most references stand as they are. What a file name cannot hold is written as in a web address (``P/2`` is ``P%2F2``).
One that would be too long, that a system keeps for itself, or that differs from another's only in capitals is cut where
need be and ends in ``~`` and part of its hash. The same reference of the same run always has the same name.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

MOST = 120
"""Letters a reference may take of a file's name. With what stands around it the whole is under 200."""

_HASH = 16
_KEPT_BACK = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
_ODD = re.compile(r"^\.|\.$")


class FileNames:
    """How references stand in file names, each apart from all the others."""

    def __init__(self, refs: Iterable[str]) -> None:
        counted = Counter(ref.casefold() for ref in set(refs))
        self._alike = {ref for ref, count in counted.items() if count > 1}

    def of(self, ref: str) -> str:
        """The reference, as it may stand in the name of a file."""
        if ref.isascii() and ref.isalnum() and len(ref) <= MOST and not _KEPT_BACK.fullmatch(ref):
            plain = ref
        else:
            plain = quote(ref, safe="", errors="surrogatepass").replace("~", "%7E")
        odd = not plain or _ODD.search(plain) or _KEPT_BACK.fullmatch(plain)
        if len(plain) <= MOST and not odd and ref.casefold() not in self._alike:
            return plain
        own = hashlib.sha256(ref.encode(errors="surrogatepass")).hexdigest()[:_HASH]
        cut = re.sub(r"%.?$", "", plain[: MOST - _HASH - 1])
        return f"{'_' if odd else ''}{cut.lstrip('.')}~{own}"
