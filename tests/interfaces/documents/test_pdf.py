"""A paper read back from its PDF: what it says, in which language, tagged so that it can be read aloud."""

import io
from dataclasses import replace

import pikepdf
import pytest

from billing.documents.care_content import BilledCare
from billing.documents.content import CREDIT_NOTE, Addressee, Item, Paper
from interfaces.documents.rendering import as_pdf
from interfaces.documents.statement import tell
from tests.interfaces.documents.papers import BILL_PAPER, MONTH, STATEMENT_PAPER, squeezed, tags_of, text_of, to_read


def test_the_bill_says_what_the_record_says() -> None:
    said = text_of(as_pdf(tell(BILL_PAPER)))
    for words in (
        "Bill for care: 6 April to 3 May 2026",
        "Please pay £278.34 by 5 June 2026.",
        "B0000123",
        "BP000045",
        "Mrs Siân Llŷr-Ŵyn",
        "Llanfairpwllgwyngyll Road",
        "AM12 3BC",
        "This is for the care of Mary Example.",
        "10.5 hours a week: 21 hours in all",
        "£23.52 an hour",
        "2 sessions on Tuesday and Friday",
        "the first weeks of reablement are free",
        "£1,336.92",
        "From 6 April 2026: £67.71 a week.",
        "−£189.74",
        "4 weeks at £67.71",
        "£270.84",
        "Top-up: Rose House",
        "hardship while benefits were sorted out",
        "£258.34",
        "£245.84",
        "−£12.50",
        "Days away from the care were recorded or changed.",
        "Payment received by bank transfer",
        "−£50.00",
        "Sort code 00-00-00",
        "Monday to Friday, 9am to 5pm",
        "made up",
        "page 1 of 3",
    ):
        assert squeezed(words) in said, words


@pytest.mark.parametrize("paper", [BILL_PAPER, STATEMENT_PAPER, to_read(print_="large"), to_read(language="Welsh")])
def test_it_can_be_read_aloud(paper: Paper) -> None:
    told = tell(paper)
    with pikepdf.open(io.BytesIO(as_pdf(told))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked) and bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.Root.Lang).split("-")[0] == told.tag.split("-")[0]
        assert "pdfuaid:part" in pdf.open_metadata() and pdf.open_metadata()["dc:title"] == told.title
        assert not {"/ModDate", "/CreationDate"} & set(pdf.docinfo.keys())
        tags = [tag for tag, _ in tags_of(pdf)]
    large = paper.to.print == "large"
    tables = [each for each in told.sections if each.rows and not (large and len(each.columns) > 2)]
    assert tags.count("/H1") == 1 and tags.count("/H2") == len(told.sections)
    assert tags.count("/Table") == len(tables)
    assert tags.count("/TH") == sum(len(each.columns) for each in tables)
    assert tags.count("/TD") == sum(len(each.columns) * len(each.rows) for each in tables)


def test_each_column_of_a_table_has_its_heading_in_the_head() -> None:
    with pikepdf.open(io.BytesIO(as_pdf(tell(STATEMENT_PAPER)))) as pdf:
        heads = [element for tag, element in tags_of(pdf) if tag == "/THead"]
        rows = [[str(cell.S) for cell in row.K] for head in heads for row in head.K]
    assert rows == [["/TH"] * 2, ["/TH"] * 5, ["/TH"] * 2]


def test_a_long_table_is_one_table_whose_heading_is_on_every_page() -> None:
    items = tuple(
        Item("recharge", f"Home care {place}", *MONTH, 100, "", f"Person {place} (P{place})") for place in range(200)
    )
    funder = replace(BILL_PAPER, payer_kind="funder", items=items, amount=27_084 + 20_000 - 1_250)
    made = as_pdf(tell(funder))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        pages = len(pdf.pages)
        tags = [tag for tag, _ in tags_of(pdf)]
    told = tell(funder)
    assert pages > 5 and tags.count("/Table") == sum(bool(each.rows) for each in told.sections)
    said = text_of(made)
    assert said.count("HowmuchPriceCost") <= 1 and squeezed("Person 199 (P199)") in said
    assert said.count(squeezed("What Person Days Amount")) > 3


def test_the_same_words_are_the_same_bytes() -> None:
    told = tell(BILL_PAPER)
    first = as_pdf(told)
    as_pdf(tell(STATEMENT_PAPER))
    assert as_pdf(told) == first


def test_english_inside_a_welsh_paper_is_marked_as_english() -> None:
    with pikepdf.open(io.BytesIO(as_pdf(tell(to_read(language="Welsh"))))) as pdf:
        languages = {str(element.Lang) for _, element in tags_of(pdf) if "/Lang" in element}
        assert str(pdf.Root.Lang).startswith("cy")
    assert any(each.startswith("en") for each in languages)


def test_nothing_typed_can_change_the_layout() -> None:
    nasty = '#panic("no") <b>*x*</b> $y$ \\ @z {page} \ue000oops'
    bill = replace(
        BILL_PAPER,
        about=nasty,
        to=Addressee(nasty, (nasty,)),
        care=(BilledCare(nasty, nasty, *MONTH, 1, note=nasty),),
        items=(Item(nasty, nasty, *MONTH, 2_000, nasty),),
    )
    for language in ("English", "Welsh"):
        said = text_of(as_pdf(tell(to_read(bill, language))))
        assert squeezed('#panic("no") <b>*x*</b> $y$ \\ @z {page}') in said


def test_negative_and_nothing_are_said_in_words() -> None:
    credit = replace(
        BILL_PAPER, kind=CREDIT_NOTE, number="B0000124", amount=-3_000, movements=(), brought_forward=1_000
    )
    said = text_of(as_pdf(tell(credit)))
    assert (
        squeezed("We have taken £30.00 off the account. There is nothing to pay. The account is £20.00 in credit.")
        in said
    )
    assert squeezed("Credit note number: B0000124") in said and squeezed("How to pay") not in said
    paid = replace(BILL_PAPER, collected=BILL_PAPER.due, collecting=BILL_PAPER.balance)
    assert squeezed("We will take £278.34 by Direct Debit on 5 June 2026. You do not need to do anything.") in text_of(
        as_pdf(tell(paid))
    )
    part = text_of(as_pdf(tell(replace(paid, collecting=27_000))))
    assert (
        squeezed(
            "We will take £270.00 by Direct Debit on 5 June 2026. £8.34 is still owed. Please pay it by 5 June 2026."
        )
        in part
    )
    nothing = replace(BILL_PAPER, amount=0, movements=(), brought_forward=0)
    assert squeezed("There is nothing to pay.") in text_of(as_pdf(tell(nothing)))
