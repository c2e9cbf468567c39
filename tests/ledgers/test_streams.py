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
from interfaces.files.inbound.layouts.register import EXTRACTS
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
    assert coded_kinds(Purpose.COST) == ["care", "block", "adjustment", "nursing", "refund interest"]
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


DECIDES_NO_MONEY = {
    "service": "what a kind of care is called: what it costs stands in rates",
    "pay_calendar": "when money leaves, not how much; a change of it is shown by calendar list",
    "funder": "who bears a share: the share itself is a decider",
    "nursing_rate": "a figure of the law, the same for everybody",
    "bill_calendar": "when bills leave, not how much",
    "bill_payer": "who is billed: the sums are those of their care",
    "correspondent": "where papers go",
    "security": "how a debt is told apart in a report",
    "receipt": "money that came, as the bank says; a refund of it is a decider",
    "receipt_identification": "whose money it was: moves a receipt, pays nobody",
    "receipt_return": "money the bank took back",
    "allocation": "which bill a receipt pays: no sum of an account moves",
    "valuation": "what secures a loan, not what is lent",
    "deferred_request": "an application, before anything is agreed",
    "mandate": "how money is collected: what is owed stays as it is",
    "dispute": "debt that waits",
    "breathing_space": "debt that waits",
    "instalment_plan": "when debt is paid, not how much",
    "independent_budget": "counts towards the cap, posts nothing by itself",
    "care_account_transfer": "counts towards the cap, posts nothing by itself",
}


def test_every_fact_decides_money_by_name_or_says_why_it_does_not() -> None:
    """Whoever enters what decides money is not its only other pair of eyes: a fact nobody has thought of fails here."""
    deciding = {decider.table for each in STREAMS.values() for decider in each.deciders}
    every = {table for extract in EXTRACTS.values() for table in extract.table.metadata.tables.values()}
    facts = {each.name for each in every if {"learned", "superseded"} <= set(each.c.keys())}
    assert facts - deciding == set(DECIDES_NO_MONEY) & facts
    assert not deciding & set(DECIDES_NO_MONEY)


@pytest.mark.parametrize(
    "decider",
    [each for stream in STREAMS.values() for each in stream.deciders],
    ids=lambda each: f"{each.table} {each.among}",
)
def test_a_decider_names_columns_that_are_there(decider: Decider) -> None:
    tables = {name: table for extract in EXTRACTS.values() for name, table in extract.table.metadata.tables.items()}
    begins = decider.begins if decider.lasting else None
    named = {decider.column, begins, decider.by, decider.signed_in, "learned", "superseded"} - {None}
    assert named <= {column.name for column in tables[decider.table].c}
    if decider.through:
        name, meant = decider.through
        assert {"nr", meant} <= {column.name for column in tables[name].c}
