"""Made-up papers for the tests of layout: one bill with a line of every sort, a statement, and ways to read a
PDF back.
"""

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pikepdf

from billing.documents.care_content import BilledCare, Pattern
from billing.documents.content import (
    BILL,
    CREDIT_NOTE,
    AccountMovement,
    Addressee,
    Assessed,
    Bill,
    BilledStretch,
    Correction,
    CouncilOnPaper,
    Item,
    Statement,
    Working,
)


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


COUNCIL = CouncilOnPaper(
    "Ambermere County Council",
    "Adult social care billing",
    ("County Hall", "1 High Street", "Ambermere", "AM1 1AA"),
    "01234 567890",
    "Monday to Friday, 9am to 5pm",
    "care.bills@ambermere.example",
    "www.ambermere.example/bills",
    "Ambermere County Council",
    "00-00-00",
    "00000000",
    "www.ambermere.example/pay",
    "01234 567891",
    made_up=True,
)
TO = Addressee(
    "Mrs Siân Llŷr-Ŵyn",
    (
        "Flat 12b, The Old Maltings Residential Conversion",
        "Llanfairpwllgwyngyll Road",
        "Upper Somewhere",
        "Ambermere",
        "AM12 3BC",
    ),
    "representative",
)
MONTH = (day(4, 6), day(5, 4))
BILL_PAPER = Bill(
    kind=BILL,
    number="B0000123",
    reference="BP000045",
    payer="Mary Example",
    payer_kind="client",
    about="Mary Example",
    to=TO,
    council=COUNCIL,
    issued=day(5, 8),
    due=day(6, 5),
    starts=MONTH[0],
    ends=MONTH[1],
    amount=27_084 + 4_000 - 2_000 - 1_250,
    brought_forward=5_000,
    since=day(4, 10),
    care=(
        BilledCare(
            "Home care",
            "Sunnyside Care Ltd",
            day(4, 6),
            day(4, 20),
            48_300,
            Pattern("hour", 630),
            "hour",
            1_260,
            (230_000,),
        ),
        BilledCare(
            "Home care",
            "Sunnyside Care Ltd",
            day(4, 20),
            day(5, 4),
            49_392,
            Pattern("hour", 630),
            "hour",
            1_260,
            (235_200,),
        ),
        BilledCare(
            "Day centre", "The Willows", *MONTH, 36_000, Pattern("session", 200, 0b10010), "session", 800, (450_000,)
        ),
        BilledCare("Home care", "Sunnyside Care Ltd", *MONTH, 0, Pattern("visit", 700), note="reablement"),
    ),
    assessed=(
        Assessed(
            day(4, 6),
            6_771,
            "assessed on means",
            "",
            (
                Working("income", 26_145),
                Working("tariff", 800),
                Working("kept", -18_974),
                Working("costs", -1_200),
                Working("maximum", 6_771, total=True),
            ),
        ),
    ),
    stretches=(BilledStretch(day(4, 6), 4, 6_771, "assessed"),),
    items=(
        Item("third-party top-up", "Rose House", *MONTH, 4_000),
        Item("waived", "", *MONTH, -2_000, "hardship while benefits were sorted out"),
    ),
    changes=(
        Correction(
            "charge", "Home care, Sunnyside Care Ltd", day(3, 9), day(4, 6), 25_834, 24_584, "a suspension changed"
        ),
    ),
    movements=(AccountMovement(day(4, 23), "receipt", -5_000, "bank transfer", day(4, 22)),),
)
STATEMENT_PAPER = Statement(
    reference="BP000045",
    payer="Mary Example",
    payer_kind="client",
    about="Mary Example",
    to=TO,
    council=COUNCIL,
    issued=day(6, 1),
    starts=day(4, 1),
    ends=day(6, 1),
    opening=5_000,
    closing=-1_166,
    movements=(
        AccountMovement(day(4, 23), "receipt", -5_000, "bank transfer", day(4, 22)),
        AccountMovement(day(5, 8), BILL, 27_834, "B0000123"),
        AccountMovement(day(5, 20), "receipt", -27_834, "card", day(5, 20)),
        AccountMovement(day(5, 29), CREDIT_NOTE, -1_166, "B0000130"),
    ),
)


def to_read(bill: Bill = BILL_PAPER, language: str = "English", print_: str = "standard") -> Bill:
    return replace(bill, to=replace(bill.to, language=language, print=print_))


def text_of(made: bytes) -> str:
    """The text of a PDF in reading order, through each font's own map from glyphs to letters, on one line."""
    words: list[str] = []
    with pikepdf.open(io.BytesIO(made)) as pdf:
        for page in pdf.pages:
            maps = {str(name): _letters(font) for name, font in page.Resources.Font.items()}
            current: dict[int, str] = {}
            for each in pikepdf.parse_content_stream(page):
                operands: Any = each.operands
                if str(each.operator) == "Tf":
                    current = maps[str(operands[0])]
                elif str(each.operator) in ("Tj", "TJ"):
                    parts = operands[0] if str(each.operator) == "TJ" else [operands[0]]
                    raw = [bytes(part) for part in parts if isinstance(part, pikepdf.String)]
                    words += [
                        current.get(int.from_bytes(one[at : at + 2], "big"), "")
                        for one in raw
                        for at in range(0, len(one), 2)
                    ]
                elif str(each.operator) == "ET":
                    words.append(" ")
    return squeezed("".join(words))


def squeezed(words: str) -> str:
    """Words without any space: where a line was broken is nobody's business."""
    return "".join(words.split())


def _letters(font: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    text = font.ToUnicode.read_bytes().decode("ascii", "replace")
    for block in text.split("beginbfchar")[1:]:
        for row in block.split("endbfchar")[0].strip().splitlines():
            code, letters = row.split()[:2]
            found[int(code.strip("<>"), 16)] = bytes.fromhex(letters.strip("<>")).decode("utf-16-be")
    return found


def tags_of(pdf: pikepdf.Pdf) -> list[tuple[str, Any]]:
    """Every element of the structure tree, in order: its tag and itself."""
    found: list[tuple[str, Any]] = []

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Array):
            for each in element:
                walk(each)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found.append((str(element.S), element))
            if "/K" in element:
                walk(element.K)

    walk(pdf.Root.StructTreeRoot.K)
    return found
