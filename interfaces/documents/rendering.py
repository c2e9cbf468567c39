"""A paper laid out: a tagged PDF (PDF/UA-1 by the compiler's own check), a page, or words for a screen.

Words go into the PDF as data, never as source, so nothing anybody typed can change the layout. A compiler is kept
warm for as long as the process lives: its fonts are read once, and one paper costs some hundredths of a second.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from interfaces.documents.sheet import Sheet, SheetSection
from interfaces.documents.words import END, ENGLISH
from interfaces.files.outbound.printing import LOST, all_shown, shown

TEMPLATES = Path(__file__).with_name("templates")
_ENGLISH = re.compile(f"{ENGLISH}(.*?){END}", re.S)


def as_pdf(told: Sheet) -> bytes:
    """The paper as a PDF that can be read aloud. The same words give the same bytes."""
    return displayed(lambda words: compiled(_source(), {"paper": words}), asdict(told))


_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed')
_BY_NUMBER = re.compile(r"\\u\{([0-9a-f]+)\}")


def displayed(compile_words: Callable[[str], bytes], told: Mapping[str, Any]) -> bytes:
    """What is told as a PDF, from its words as JSON. A letter that no font of ours has is shown as lost: one person's
    name in another script stops nobody's paper.
    """
    words = json.dumps(all_shown(dict(told)), ensure_ascii=False)
    while True:
        try:
            return compile_words(words)
        except typst.TypstError as error:
            said = _BY_NUMBER.sub(lambda found: chr(int(found[1], 16)), str(getattr(error, "diagnostic", error)))
            missing = {letter for text in _NO_LETTER.findall(said) for letter in text if not letter.isascii()} - {LOST}
            if not missing.intersection(words):
                raise
            words = words.translate(dict.fromkeys(map(ord, missing), LOST))


def compiled(source: bytes, inputs: dict[str, str]) -> bytes:
    """One compilation, refused by the compiler itself unless the PDF can be read aloud."""
    made = _compiler().compile(input=source, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))


@cache
def _source() -> bytes:
    return (TEMPLATES / "paper.typ").read_bytes()


def as_html(told: Sheet) -> bytes:
    """The same paper as one page that needs nothing else."""
    return shown(_environment().get_template("paper.html.j2").render(it=told)).encode()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["said"] = _said
    return made


def _said(words: str) -> Markup:
    """Words escaped, those in English inside another language marked so."""
    parts = _ENGLISH.split(words)
    return Markup("").join(
        Markup('<span lang="en-GB">{}</span>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def plain(words: str) -> str:
    """Words without the marks of language, for a screen or an envelope."""
    return words.replace(ENGLISH, "").replace(END, "")


def for_screen(told: Sheet) -> list[SheetSection]:
    """The parts of a paper as a terminal shows them."""
    first = SheetSection(
        told.title,
        tuple(
            filter(
                None,
                (
                    told.warning,
                    ", ".join(map(plain, told.to)),
                    *(f"{name}: {value}" for name, value in told.facts),
                    told.headline,
                    *map(plain, told.summary),
                ),
            )
        ),
    )
    rest = [
        SheetSection(
            plain(each.title),
            tuple(map(plain, (*each.sentences, *each.after))),
            each.columns,
            tuple(tuple(map(plain, row)) for row in each.rows),
            each.figures,
            each.totals,
        )
        for each in told.sections
    ]
    return [first, *rest]
