"""The register of streams: what each package posts is what it declared; what does not hold together is not taken."""

from dataclasses import replace

import pytest

from billing.charges import facts as charges
from billing.deferred_payments import kinds as deferred
from billing.receipts import facts as receipts
from billing.recharges import jobs as recharges
from finance.care_costs import facts as payments
from interfaces.cli.frame.contents import listed
from interfaces.files.inbound.council_file import CHOICES
from ledgers.coding.purposes import Purpose
from ledgers.streams import (
    CHARGES,
    KINDS,
    PAYMENTS,
    RECEIPTS,
    STREAMS,
    Decider,
    Declared,
    EntryKind,
    checked,
    coded_kinds,
)

POSTED = {
    "payments": payments.KINDS,
    "charges": charges.KINDS,
    "recharges": recharges.KINDS,
    "receipts": receipts.KINDS,
    "deferred payments": deferred.KINDS,
}


@pytest.mark.parametrize("name", STREAMS)
def test_what_a_stream_declares_is_what_its_package_proposes(name: str) -> None:
    assert {each.name for each in STREAMS[name].kinds if each.proposed} == set(POSTED[name])


def test_every_kind_says_its_two_accounts_and_its_journal() -> None:
    """By hand, from docs/ledger.md and docs/receipts.md: which side each is on when its amount is above nought."""
    said = {name: (str(each.debit), str(each.credit), each.journal) for name, each in KINDS.items()}
    assert said["care"] == ("cost", "control", "care payable")
    assert said["contribution"] == ("income", "control", "care payable")
    assert said["settlement"] == ("control", "bank", "payments released")
    assert said["debt"] == ("control", "debtor", "moved to debtors")
    assert said["charge"] == ("receivable", "income", "charges billed")
    assert said["receipt"] == ("receivable", "bank", "receipts")
    assert said["unidentified receipt"] == said["returned unidentified receipt"]
    assert said["write-off"] == ("receivable", "bad debt", "debts written off")
    assert said["deferred charge"] == ("deferred", "receivable", "deferred payments") == said["moved to bill"]
    assert said["deferred interest"] == ("deferred", "income", "deferred interest and fees")
    assert said["deferred brought in"] == ("deferred", "unidentified", "deferred payments")


def test_the_kinds_a_coding_rule_may_name_stand_in_the_order_of_the_file() -> None:
    assert coded_kinds(Purpose.COST) == ["care", "block", "adjustment", "nursing"]
    assert coded_kinds(Purpose.INCOME)[:4] == ["contribution", "top-up", "nursing deducted", "charge"]
    assert coded_kinds(Purpose.INCOME)[-3:] == ["recharge", "deferred interest", "deferred fee"]
    assert "recharged nursing" not in coded_kinds(Purpose.INCOME)  # coded by the rules of a recharge


@pytest.mark.parametrize("name", STREAMS)
def test_the_verbs_and_the_choices_a_stream_names_are_there(name: str) -> None:
    declared = STREAMS[name]
    verbs = {each.name for each in listed() or ()}
    assert declared.group in verbs and declared.choices in CHOICES


@pytest.mark.parametrize(
    "wrong, what",
    [
        (replace(CHARGES, kinds=()), "two streams are called charges"),
        (replace(CHARGES, name="fostering"), "two streams post charge"),
        (
            replace(
                CHARGES,
                name="fostering",
                kinds=(EntryKind("skill fee", Purpose.COST, Purpose.CONTROL, "care payable"),),
            ),
            "two streams share care payable",
        ),
        (replace(PAYMENTS, name="fostering", receivable=True, kinds=()), "both pays its parties and bills them"),
        (replace(RECEIPTS, name="fostering", receivable=False, bills=True, kinds=()), "stands on no payer’s account"),
        (
            replace(
                CHARGES, name="fostering", kinds=(EntryKind("skill fee", Purpose.COST, Purpose.COST, "fostering"),)
            ),
            "debits what it credits",
        ),
        (
            replace(
                CHARGES,
                name="fostering",
                kinds=(),
                deciders=(Decider("rate", "nr", "subject", "a rate", kind="skill fee"),),
            ),
            "decided by a kind not its",
        ),
        (replace(CHARGES, name="fostering", kinds=(), deciders=(), owes=("letters",)), "owes what nothing raises"),
    ],
)
def test_a_declaration_that_does_not_hold_together_is_not_taken(wrong: Declared, what: str) -> None:
    with pytest.raises(AssertionError, match=what):
        checked([*STREAMS.values(), wrong])
