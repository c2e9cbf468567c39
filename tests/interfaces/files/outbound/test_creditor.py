"""The creditor-payments file reads back as it was written, and a broken one is refused with the reason."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.problems import Refusal
from interfaces.files.outbound.control import BrokenFile, sha256
from interfaces.files.outbound.creditor import (
    CreditorBatch,
    CreditorPayment,
    NotAPayment,
    read_creditor,
    write_creditor,
)
from interfaces.files.outbound.printing import ControlCharacter

PAYMENT = CreditorPayment(
    "P1", "0045", "Sunnyside Care", "089999", "66374958", "SUNNYSIDE", "", 123_456, "R000012-P1", "RA000012-P1"
)
OTHER = replace(PAYMENT, payee_ref="P2", name='Acme "Home", Ltd', account_number="88837491", amount=5)
BATCH = CreditorBatch("AP000012", 12, dt.date(2026, 6, 12), dt.datetime(2026, 6, 9, 10, 30, 5), (PAYMENT, OTHER))


def test_the_file_as_it_is_documented() -> None:
    content = write_creditor(BATCH, "creditor.csv").content.decode()
    body, trailer = content[: content.index("T,")], content[content.index("T,") :]
    assert body == (
        "H,OUTTURN-AP,AP000012,12,20260612,20260609103005,2,1234.61\r\n"
        "D,1,P1,0045,Sunnyside Care,089999,66374958,SUNNYSIDE,,1234.56,R000012-P1,RA000012-P1\r\n"
        'D,2,P2,0045,"Acme ""Home"", Ltd",089999,88837491,SUNNYSIDE,,0.05,R000012-P1,RA000012-P1\r\n'
    )
    assert trailer == f"T,2,1234.61,0155212449,{sha256(body.encode())}\r\n"  # 66374958 + 88837491


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
digits = st.text("0123456789", max_size=10)
payments = st.builds(
    CreditorPayment, words, words, words, digits, digits, words, words, st.integers(1, 10**14), words, words
)
batches = st.builds(
    CreditorBatch,
    st.text("ABC0123", min_size=1, max_size=8),
    st.integers(1, 10**6),
    st.dates(dt.date(2000, 1, 1)),
    st.datetimes(dt.datetime(2000, 1, 1)).map(lambda when: when.replace(microsecond=0)),
    st.lists(payments, max_size=5).map(tuple),
)


@given(batches)
def test_what_is_written_reads_back(batch: CreditorBatch) -> None:
    first, second = write_creditor(batch, "a"), write_creditor(batch, "a")
    assert read_creditor(first.content) == batch
    assert first.content == second.content
    assert first.debit == batch.total


@given(batches.filter(lambda batch: len(batch.payments) > 0), st.data())
def test_any_byte_changed_is_noticed(batch: CreditorBatch, data: st.DataObject) -> None:
    content = bytearray(write_creditor(batch, "a").content)
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1
    with pytest.raises(BrokenFile):
        read_creditor(bytes(content))


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda text: text[:-40], "cut short"),
        (lambda text: text[: text.index("T,")], "has no trailer"),
        (lambda text: text.replace("1234.56", "1234.57"), "header says 2 payments of 1234.61"),
        (lambda text: text.replace("66374958", "66374959"), "trailer does not agree"),
        (lambda text: text.replace("Sunnyside", "Sunnyslde"), "trailer does not agree"),
        (lambda text: text.replace("D,2", "D,3"), "payment 2 is not laid out"),
        (lambda text: text.replace("1234.56", "1,234.56"), "payment 1 is not laid out"),
        (lambda text: text.replace("1234.56", "1234.5"), "“1234.5” is not an amount"),
        (lambda text: text.replace("H,OUTTURN-AP", "H,OTHER"), "has no header"),
    ],
)
def test_a_broken_file_is_refused(broken: Callable[[str], str], why: str) -> None:
    text = write_creditor(BATCH, "a").content.decode()
    with pytest.raises(BrokenFile, match=why):
        read_creditor(broken(text).encode(), "payments.csv")


@pytest.mark.parametrize("amount", [0, -1])
def test_only_amounts_above_nought_are_paid(amount: int) -> None:
    with pytest.raises(NotAPayment, match="payee P1 would be paid"):
        write_creditor(replace(BATCH, payments=(replace(PAYMENT, amount=amount),)), "a")


def test_control_characters_are_refused_and_formulas_left_alone() -> None:
    with pytest.raises(ControlCharacter, match=r"The name 'Sunny\\nside'"):
        write_creditor(replace(BATCH, payments=(replace(PAYMENT, name="Sunny\nside"),)), "a")
    formula = replace(BATCH, payments=(replace(PAYMENT, name="=Sunny"),))
    assert b",=Sunny," in write_creditor(formula, "a").content
    assert issubclass(ControlCharacter, Refusal)
