"""Who may confirm bank details: anyone but the person who proposed them, and only with evidence."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from finance.names import same_person
from finance.problems import Refusal


class BankDetailsNeedASecondPerson(Refusal):
    """The person who proposed bank details may not confirm them."""


class NoSuchBankDetails(Refusal):
    """No bank details are believed under this reference."""


class EvidenceNeeded(Refusal):
    """Bank details are confirmed by somebody with a name, on evidence, not on trust."""


class ProposedDetail(Protocol):
    """Bank details as proposed, and who has confirmed them, if anyone."""

    @property
    def ref(self) -> str: ...
    @property
    def payee_name(self) -> str: ...
    @property
    def proposed_by(self) -> str: ...
    @property
    def confirmed_by(self) -> str | None: ...


D = TypeVar("D", bound=ProposedDetail)

LETTERS_OF_EVIDENCE = 10
_HIDDEN = "••••"


def hidden(number: str) -> str:
    """An account, roll or reference number as anybody may see it: its last four, enough to tell two apart."""
    return f"{_HIDDEN}{number[-4:]}" if len(number) >= 8 else _HIDDEN


def hidden_sort_code(code: str) -> str:
    """A sort code as anybody may see it: ``••-••-34``."""
    return f"••-••-{code[-2:]}"


def whole_sort_code(code: str) -> str:
    """A sort code as banks write it: ``12-00-34``."""
    return f"{code[:2]}-{code[2:4]}-{code[4:]}"


def check_evidence(evidence: str) -> None:
    """Raise EvidenceNeeded unless what is said of how the details were checked has ten letters or more."""
    if sum(map(str.isalpha, evidence)) < LETTERS_OF_EVIDENCE:
        raise EvidenceNeeded(
            f"“{evidence.strip()}” does not say how the bank details were checked.",
            (
                f"Say how, in {LETTERS_OF_EVIDENCE} letters or more: a call back to a number already held, and who "
                f"answered."
            ),
        )


def to_confirm(refs: Sequence[str], details: Sequence[D], by: str, evidence: str) -> list[D]:
    """Those of the details asked for that this person's word would confirm: not the ones already confirmed.

    Raises NoSuchBankDetails, EvidenceNeeded or BankDetailsNeedASecondPerson; then none of them is confirmed.
    """
    known = {each.ref for each in details}
    for ref in refs:
        if ref not in known:
            raise NoSuchBankDetails(f"There are no bank details {ref}.", "Load them first, or correct the reference.")
    if not by.strip():
        raise EvidenceNeeded("Nobody is named as having checked the bank details.", "Give the checker's name.")
    if not evidence.strip():
        raise EvidenceNeeded(
            "Nothing is said about how the bank details were checked.",
            "Say how: a call back to a number already held, and who answered.",
        )
    for each in details:
        if same_person(each.proposed_by, by):
            raise BankDetailsNeedASecondPerson(
                f"{by} proposed the bank details {each.ref} of {each.payee_name}, so cannot confirm them.",
                "Ask somebody else to check and confirm them.",
            )
    return [each for each in details if each.confirmed_by is None]
