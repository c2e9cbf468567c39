"""Words from outside are shown as they stand: never mark-up, never an order to the terminal, never out of sight."""

import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from interfaces.cli.frame import printing
from interfaces.cli.frame.visible import escaped, visible

NASTY = st.lists(st.one_of(
    st.characters(), st.sampled_from("[]/\\:@#*\x1b\x00\x07\x08\r\x9b\u202e\u200b\ufeff\u2066"),
    st.sampled_from(["[/x]", "[/]", "[red]", "[bold]", "[link=http://x]", ":smile:", "\x1b[2J", "\x1b]0;x\x07"]),
), max_size=15).map("".join)  # fmt: skip


def shown(*cells: object) -> str:
    out = io.StringIO()
    console = printing.PlainConsole(file=out, width=100_000, no_color=True)
    for cell in cells:
        console.print(cell)
    return out.getvalue()


def obeyed(text: str) -> list[str]:
    """What a terminal would obey or an eye would miss."""
    return [each for each in text if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(NASTY)
def test_any_words_in_any_cell_come_out_letter_for_letter(words: str) -> None:
    words = words.replace("\n", "")
    for made in (
        words,
        printing.words(words),
        Text(words.translate(dict.fromkeys(range(32)))),
        printing.table(("Name", "Sum"), [(words, "1")]),
        printing.table(("Sum", words), [("1", "2")], right=("Sum",)),
        printing.table(("Name",), [("a",)], title=words),
        printing.pairs([("Name", words), (words, "x")]),
        printing.note(words),
        printing.heading(words),
        printing.sums([(words, 1)]),
    ):
        assert not obeyed(shown(made))
    out = shown(printing.table(("Name",), [(f"<{words}>",)]))
    assert f"<{visible(words)}>" in "".join(out.split("\n")[1:])


@pytest.mark.parametrize(
    ("given_", "seen"),
    [
        ("[/x]", "[/x]"),
        ("[red]hidden[/red]", "[red]hidden[/red]"),
        (":smile:", ":smile:"),
        ("\x1b[2J", "␛[2J"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("bell\x07", "bell␇"),
        ("\x7f", "␡"),
        ("[link=http://x]y", "[link=http://x]y"),
        ("Siân O’Neill", "Siân O’Neill"),
    ],
)
def test_what_is_seen(given_: str, seen: str) -> None:
    assert seen in shown(printing.table(("Name",), [(given_,)]))
    assert seen in shown(given_)


@given(NASTY, st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"]))
def test_json_reads_back_to_the_same_words_and_holds_no_order_to_a_terminal(words: str, encoding: str) -> None:
    made = escaped(json.dumps({"name": words}, ensure_ascii=False, indent=2), encoding)
    assert json.loads(made) == {"name": words}
    assert not obeyed(made)
    made.encode(encoding)


def test_a_refusal_in_words_from_outside(capsys: pytest.CaptureFixture[str]) -> None:
    printing.complain("There is no payee “[/x]\x1b]0;owned\x07”.")
    assert capsys.readouterr().err == "There is no payee “[/x]␛]0;owned␇”.\n"


def test_bars_take_no_mark_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from interfaces.cli.frame import progress

    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", screen)
    with progress.bars() as say:
        say("reading [/x]\x1b[2J", 1, 2)
    assert "reading [/x]␛[2J" in screen.getvalue()
