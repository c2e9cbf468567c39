"""Whatever is typed after a verb, it is done, refused or not understood: never broken off, never a traceback."""

import contextlib
import io
import os
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interfaces.cli import BROKEN, run
from interfaces.cli.frame.assembly import app
from interfaces.database.connection import Database

SLOW = {("demo",), ("schedule",)}  # one lives a county, the other goes on until stopped
ODD = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-1",
            "1",
            "2",
            "9" * 5_000,
            "9" * 30,
            "9223372036854775808",
            "2147483648",
            "1e400",
            "NaN",
            "0001-01-01",
            "9999-12-31",
            "31/12/9999",
            "2026-02-30",
            "1999-12-31",
            "2026-05-04",
            "2199-12-31",
            "1870-01-01",
            "[/x]",
            "\x1b[2J",
            "\u202eabc",
            "%s",
            "{0}",
            "=1+1",
            "L1",
            "P1",
            "V1",
            "B1",
            "CAL",
            "100.00",
            "-100.00",
            "100000000000000.00",
            "0.001",
            "£",
            "a=b",
            "a=9" * 9,
            "\x00",
            "\ud800",
            ".",
            "/dev/null",
            "/",
            "~",
            "--",
            "--json",
            "x" * 5_000,
            "all",
            "ten letters or more are here",
        ]
    ),
    st.text(max_size=30),
)


def verbs() -> list[tuple[tuple[str, ...], list[str], int]]:
    """Each verb’s words, the options it knows, and how many arguments it takes."""
    found = []

    def look(command: object, path: tuple[str, ...]) -> None:
        inside = getattr(command, "commands", None)
        if inside:
            for name, each in inside.items():
                look(each, (*path, name))
            return
        options = [max(each.opts, key=len) for each in command.params if each.param_type_name == "option"]  # type: ignore[attr-defined]
        options = [each for each in options if each not in ("--database", "--help")]
        count = sum(each.param_type_name == "argument" for each in command.params)  # type: ignore[attr-defined]
        if path not in SLOW:
            found.append((path, options, count))

    look(typer.main.get_command(app()), ())
    return found


VERBS = verbs()


@pytest.fixture
def council(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    made = tmp_path / "odd.db"
    made.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{made}"
    assert Database(url)
    monkeypatch.chdir(tmp_path)  # whatever is written is written here
    assert (
        run(["load", str(Path(__file__).parents[3] / "files" / "good"), "--as", "A", "--database", url, "--json"]) == 0
    )
    return url


@settings(
    max_examples=int(os.environ.get("ODD_LINES", "120")),
    derandomize="ODD_LINES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_odd_arguments(council: str, data: st.DataObject) -> None:
    path, options, count = data.draw(st.sampled_from(VERBS))
    line = [*path]
    for _ in range(count):
        line.append(data.draw(ODD))
    for option in data.draw(st.lists(st.sampled_from(options), max_size=4, unique=True)) if options else ():
        line += [option, data.draw(ODD)] if data.draw(st.booleans()) else [f"{option}={data.draw(ODD)}"]
    if data.draw(st.booleans()):
        line += ["--as", "A"]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*line, "--database", council])
    said = out.getvalue() + err.getvalue()
    assert code != BROKEN, (line, said, _log())
    assert "Traceback" not in said and "\x1b" not in said and "\u202e" not in said, (line, said)


def _log() -> str:
    """The end of the log, which says where it broke."""
    from interfaces.cli.frame.trouble import log_file

    return "\n".join(log_file().read_text(encoding="utf-8").splitlines()[-60:])


@pytest.mark.parametrize(
    "line",
    [
        "payrun draft CAL --on 1871-01-01 --as A",
        "payrun draft CAL --on 2199-12-31 --as A",
        "calendar list --on 2199-12-31",
        "payrun run CAL --last-day 1999-01-01 --as A",
        "payrun draft CAL --last-day 2199-12-31 --as A",
        "billrun draft CAL --on 2199-12-31 --as A",
        "proof --on 1870-01-01",
        "trial-balance --on 2199-12-31",
        "coding list --on 1870-01-01",
        "statement X --from 1870-01-01",
    ],
)
def test_days_far_away(council: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run([*line.split(), "--database", council])
    assert code in (0, 1, 2), (capsys.readouterr(), _log())
