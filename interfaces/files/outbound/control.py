"""Control totals, and what is said when they do not agree. A file out says what it carries; a reader believes
nothing.
"""

import hashlib
import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from finance.money import pounds, sterling
from finance.problems import Refusal


class BrokenFile(Refusal):
    """A file does not carry what its own totals say, or is not laid out as its kind is."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "Do not use it. Ask for it to be issued again.")


class ExportDoesNotTie(Refusal):
    """A file would not carry exactly what the ledger posted. It is not issued."""

    def __init__(self, file: str, says: str, carries: int, posted: int) -> None:
        super().__init__(
            f"{file} would carry {sterling(carries)} of {says}, and the ledger posted {sterling(posted)}: "
            f"a difference of {sterling(carries - posted)}.",
            "Nothing has been issued. Report this with the run's number: it should be impossible.",
        )
        self.difference = carries - posted


class ChangedSinceIssue(Refusal):
    """A stored file is no longer the one that was issued."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} is not what was issued: its content no longer matches its hash.",
            "Do not send it. Restore the database from a backup and find out who changed it.",
        )


class TooMuchToAdd(Refusal):
    """Amounts come to more than a column of whole pence can hold: a sum of them would wrap round to another figure."""


def must_add_up(amounts: NDArray[np.int64], what: str) -> None:
    """Refuse amounts some of which could add up to more than 64 bits hold. Asked once, every sum of any of them is
    right.

    Raises TooMuchToAdd, saying ``what`` they are.
    """
    largest = max(abs(int(amounts.max(initial=0))), abs(int(amounts.min(initial=0))))
    if largest * len(amounts) <= _MOST:
        return
    halves = int((amounts >> _HALF)[amounts > 0].sum()), int((amounts >> _HALF)[amounts < 0].sum())
    rest = int((amounts & _LOW)[amounts > 0].sum()), int((amounts & _LOW)[amounts < 0].sum())
    above, below = ((high << _HALF) + low for high, low in zip(halves, rest, strict=True))
    if above - below > _MOST:
        raise TooMuchToAdd(
            f"{what} come to more than can be added up: {sterling(above)} one way and {sterling(-below)} the other.",
            "Nothing has been issued. One of the amounts must be wrong: look for the largest.",
        )


_MOST, _HALF, _LOW = (1 << 63) - 1, 32, (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Printed:
    """A file as it goes out: its name, its bytes, and its control totals (rows, and pence each way).

    ``party`` is the payee it is for, 0 for the whole run.
    """

    kind: str
    name: str
    content: bytes
    rows: int
    debit: int
    credit: int
    party: int = 0
    _sha256: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if max(abs(self.debit), abs(self.credit)) > _MOST:
            raise TooMuchToAdd(
                f"{self.name} would come to {sterling(max(abs(self.debit), abs(self.credit)))}: more than can be kept.",
                "Nothing has been issued. One of the amounts must be wrong: look for the largest.",
            )

    @property
    def sha256(self) -> str:
        """Of the content. Worked out when first asked for: by whoever packs the file, beside whoever makes the next."""
        if not self._sha256:
            object.__setattr__(self, "_sha256", sha256(self.content))
        return self._sha256


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def must_tie(file: str, says: str, carries: int, posted: int) -> None:
    """Refuse a file that carries anything but what was posted, naming the difference to the penny."""
    if carries != posted:
        raise ExportDoesNotTie(file, says, carries, posted)


def read_pounds(text: str, file: str) -> int:
    """An amount as our own files print it. Anything else means the file is broken."""
    if not re.fullmatch(r"-?(0|[1-9]\d*)\.\d\d", text, re.ASCII):
        raise BrokenFile(file, f"“{text}” is not an amount.")
    pence = int(text.replace(".", ""))
    if pounds(pence) != text:
        raise BrokenFile(file, f"“{text}” is not an amount.")
    return pence
