"""Why banks send things back: the reason codes of ARUDD, ADDACS, AUDDIS and indemnity claims, and what each means for
us.

ARUDD returns a collection unpaid; ADDACS tells of a mandate changed or cancelled; AUDDIS of a new one refused; a DDIC
is an indemnity claim. ``mandate`` is what becomes of the mandate: an action of ``states.MANDATE_FOLLOWS``, or nothing.
"""

from dataclasses import dataclass

from finance.problems import Refusal


@dataclass(frozen=True, slots=True)
class Reason:
    """One code of one report. ``again``: the same sum may be presented once more."""

    report: str
    code: str
    what: str
    mandate: str = ""
    again: bool = False
    died: bool = False
    what_to_do: str = ""

    @property
    def key(self) -> str:
        """As it is recorded: ``ARUDD 0``."""
        return f"{self.report} {self.code}"

    def __str__(self) -> str:
        return f"{self.what} ({self.key})"


class NoSuchReason(Refusal):
    """A code the report does not have."""


_NEW = "Agree another way to pay, or obtain a new instruction."
_ASK = "Settle it with the payer before collecting again."
_SEE = "Look into it with the bank before collecting again."
_ESTATE = "Write to whoever settles the estate."

_ARUDD = (
    Reason("ARUDD", "0", "refer to payer", again=True, what_to_do="Present it once more, or ask the payer."),
    Reason("ARUDD", "1", "instruction cancelled", "cancel", what_to_do=_NEW),
    Reason("ARUDD", "2", "payer deceased", "cancel", died=True, what_to_do=_ESTATE),
    Reason("ARUDD", "3", "account transferred", "cancel", what_to_do=_NEW),
    Reason("ARUDD", "4", "advance notice disputed", "suspend", what_to_do=_ASK),
    Reason("ARUDD", "5", "no account", "cancel", what_to_do=_NEW),
    Reason("ARUDD", "6", "no instruction", "cancel", what_to_do=_NEW),
    Reason("ARUDD", "7", "amount differs", what_to_do=_SEE),
    Reason("ARUDD", "8", "amount not yet due", what_to_do=_SEE),
    Reason("ARUDD", "9", "presentation overdue", what_to_do=_SEE),
    Reason("ARUDD", "A", "service user differs", "suspend", what_to_do=_SEE),
    Reason("ARUDD", "B", "account closed", "cancel", what_to_do=_NEW),
)
_ADDACS = (
    Reason("ADDACS", "0", "instruction cancelled, refer to payer", "cancel", what_to_do=_NEW),
    Reason("ADDACS", "1", "instruction cancelled by payer", "cancel", what_to_do=_NEW),
    Reason("ADDACS", "2", "payer deceased", "cancel", died=True, what_to_do=_ESTATE),
    Reason(
        "ADDACS",
        "3",
        "account transferred to another bank",
        "cancel",
        what_to_do="Where the new account is given, record a new mandate for it and lodge that.",
    ),
    Reason("ADDACS", "B", "account closed", "cancel", what_to_do=_NEW),
    Reason("ADDACS", "C", "account transferred to another branch", what_to_do="Record the new account and go on."),
    Reason("ADDACS", "D", "advance notice disputed", "suspend", what_to_do=_ASK),
    Reason("ADDACS", "E", "instruction amended", what_to_do="Record the change and go on."),
    Reason("ADDACS", "R", "instruction reinstated", "reinstate", what_to_do="Go on."),
)
_AUDDIS = tuple(
    Reason("AUDDIS", code, what, "cancel", died=code == "2", what_to_do=_ESTATE if code == "2" else _NEW)
    for code, what in {
        "1": "instruction cancelled by payer",
        "2": "payer deceased",
        "3": "account transferred",
        "5": "no account",
        "6": "no instruction",
        "B": "account closed",
        "F": "invalid account type",
        "G": "bank will not accept direct debits on the account",
        "H": "instruction has expired",
        "I": "payer reference is not unique",
        "K": "instruction cancelled by paying bank",
        "L": "incorrect payer's account details",
        "M": "transaction code and user status do not agree",
        "N": "transaction disallowed at payer's branch",
        "O": "invalid reference",
        "P": "payer's name not present",
        "Q": "service user's name blank",
    }.items()
)
_AUDDIS_CHANGED = Reason(
    "AUDDIS", "C", "account transferred to another branch", what_to_do="Record the new account and go on."
)
_DDIC = (
    Reason("DDIC", "1", "amount or date differs from the advance notice", what_to_do=_ASK),
    Reason("DDIC", "2", "no advance notice received, or the amount is disputed", what_to_do=_ASK),
    Reason("DDIC", "3", "instruction cancelled by paying bank", "cancel", what_to_do=_NEW),
    Reason("DDIC", "4", "payer cancelled with the council", "cancel", what_to_do=_NEW),
    Reason("DDIC", "5", "no instruction held, or authority denied", "cancel", what_to_do=_NEW),
    Reason("DDIC", "6", "signature fraudulent or not authorised", "cancel", what_to_do=_NEW),
    Reason("DDIC", "7", "claim raised at the council's own request", what_to_do="Nothing more."),
    Reason("DDIC", "8", "council not recognised by the payer", "suspend", what_to_do=_ASK),
)

REASONS: dict[str, Reason] = {each.key: each for each in (*_ARUDD, *_ADDACS, *_AUDDIS, _AUDDIS_CHANGED, *_DDIC)}


def reason_of(report: str, code: str) -> Reason:
    """The reason behind a code of a report. Raises NoSuchReason."""
    found = REASONS.get(f"{report.strip().upper()} {code.strip().upper()}")
    if found is None:
        known = [each.code for each in REASONS.values() if each.report == report.strip().upper()]
        raise NoSuchReason(
            f"{report} has no reason {code}.",
            f"Its codes are {', '.join(known)}." if known else "Name ARUDD, ADDACS, AUDDIS or DDIC.",
        )
    return found
