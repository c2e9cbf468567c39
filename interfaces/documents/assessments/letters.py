"""An assessment as a letter: a tagged PDF (PDF/UA-1) and a page, both from the same telling.

Words go into the PDF as data, never as source, so nothing anybody typed can change the layout. A document that could
not be read aloud is refused by the compiler, not issued.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typst

from finance.days import spoken
from finance.problems import Refusal
from interfaces.documents.assessments.pages import TEMPLATES, environment
from interfaces.documents.assessments.story import Story
from interfaces.documents.rendering import displayed
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.printing import shown

PLAIN, LARGE = 12, 18  # points: large print on request


class NotALetter(Refusal):
    """A letter was asked for in a form there is none of."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, and to whom. ``to`` is the name and address, a line each."""

    council: str = "Adult social care"
    to: tuple[str, ...] = ()
    reference: str = ""
    size: int = PLAIN
    contact: str = "the financial assessment team"


CLOSING = (
    (
        "If something is wrong, or changes",
        (
            (
                "Tell {contact} if any figure here is not right, or if income, savings, who lives at home or the "
                "care changes. "
                "We work it out again from the day of the change."
            ),
        ),
    ),
    (
        "How this was worked out, and having a person look",
        (
            (
                "The figures above were worked out by a computer from the facts given here and the rules named "
                "in the full explanation. "
                "You may ask for a person to look at the decision, tell them what you think, and contest it: "
                "ask {contact}."
            ),
        ),
    ),
    (
        "If you disagree",
        (
            (
                "You may ask for this assessment to be looked at again, and for a full explanation of any figure. "
                "If you are still not content you may complain to the council, and then to the ombudsman."
            ),
        ),
    ),
)


def letter(story: Story, on: dt.date, head: Letterhead | None = None) -> dict[str, Any]:
    """Everything a letter says, as plain data. ``on`` is the date it carries."""
    head = head or Letterhead()
    sections = [
        asdict(section)
        | {"what": _heading(section.title), "each": "Amount" if "Savings" in section.title else "Each week"}
        for section in story.sections
    ]
    closing = [
        {"title": title, "sentences": [each.format(contact=head.contact) for each in sentences]}
        for title, sentences in CLOSING
    ]
    return {
        "council": head.council,
        "to": list(head.to or (story.person,)),
        "reference": head.reference,
        "size": head.size,
        "date": spoken(on),
        "title": story.title,
        "headline": story.headline,
        "summary": list(story.summary),
        "sections": sections,
        "notes": list(story.notes),
        "closing": closing,
    }


def _heading(title: str) -> str:
    return {"Money coming in each week": "Income", "Savings and property": "What is owned"}.get(title, "What")


def as_pdf(content: dict[str, Any]) -> bytes:
    """The letter as a PDF that can be read aloud (PDF/UA-1)."""
    return displayed(_compiled, content)


def _compiled(words: str) -> bytes:
    made = typst.compile(
        (TEMPLATES / "letter.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": words},
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    return made


def as_html(content: dict[str, Any]) -> str:
    """The same letter as a page."""
    return shown(environment().get_template("letter.html.j2").render(it=content))


def write_letter(path: Path, story: Story, on: dt.date, head: Letterhead | None = None) -> None:
    """Write a letter; the name's end says which form. Raises NotALetter for any other."""
    content = letter(story, on, head)
    if path.suffix.casefold() == ".pdf":
        leave(path, as_pdf(content), over=True)
    elif path.suffix.casefold() in (".html", ".htm"):
        leave(path, as_html(content).encode(), over=True)
    else:
        raise NotALetter(f"A letter cannot be written as {path.suffix or path.name}.", "Name it .pdf or .html.")
