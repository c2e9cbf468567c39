"""The reference a bank knows a mandate by, and how bank details are shown.

The rules of a Bacs core reference: 6 to 18 of A-Z, 0-9, space and & - . /; at least six letters or digits; a letter or
digit first, no space last; not one character repeated; not beginning DDIC, which the banks keep for themselves. For one
account, no reference may be the beginning of another.
"""

import re

from finance.problems import Refusal

LEAST, MOST = 6, 18
_ALLOWED = re.compile(r"^[A-Z0-9][A-Z0-9 &./-]*[A-Z0-9&./-]$")


class BadReference(Refusal):
    """A reference the banks would not accept."""


def read_reference(text: str) -> str:
    """A reference as the bank will hold it, in capitals. Raises BadReference."""
    made = text.strip().upper()
    plain = re.sub(r"[^A-Z0-9]", "", made)
    if not LEAST <= len(made) <= MOST:
        raise BadReference(f"“{text}” has {len(made)} characters.", f"A direct debit reference has {LEAST} to {MOST}.")
    if not _ALLOWED.match(made):
        raise BadReference(
            f"“{text}” has a character the banks do not take, or does not begin with a letter or digit.",
            "Use A to Z, 0 to 9, space and & - . /",
        )
    if len(plain) < LEAST:
        raise BadReference(f"“{text}” has {len(plain)} letters and digits.", f"It needs at least {LEAST}.")
    if len(set(plain)) == 1:
        raise BadReference(f"“{text}” is one character repeated.", "Use a reference of the payer's own.")
    if made.startswith("DDIC"):
        raise BadReference(f"“{text}” begins with DDIC.", "The banks keep that for indemnity claims; begin otherwise.")
    return made


def overlap(one: str, other: str) -> bool:
    """Whether a bank could take one reference on an account for another."""
    return one.startswith(other) or other.startswith(one)


def masked(account_number: str) -> str:
    """An account as it may be shown in a list: its last three figures."""
    return f"account ending {account_number[-3:]}"
