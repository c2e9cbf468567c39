"""What nobody expected is one sentence with a reference, and a log that holds kinds and places, never words or
values.
"""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from interfaces import cli
from interfaces.cli import run
from interfaces.cli.frame import trouble
from interfaces.cli.frame.misuse import MISUSED

SECRET = "Ada Lovelace 12345678"
SENTENCE = re.compile(
    r"Something went wrong that Outturn did not expect \(reference ([2-9A-Z]{4}-[2-9A-Z]{4})\)\. Nothing was changed "
    "by this "
    r"step\. Send this reference to whoever looks after Outturn\.\n"
)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(trouble.LOG, str(tmp_path / "kept" / "outturn.log"))
    return tmp_path / "kept" / "outturn.log"


def breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def work(_arguments: object) -> int:
        name = SECRET
        try:
            raise ValueError(f"INSERT INTO person VALUES ('{name}')")
        except ValueError as cause:
            raise error from cause

    monkeypatch.setattr(cli, "_carried_out", work)


@pytest.mark.parametrize(
    "error", [RuntimeError(SECRET), AssertionError(SECRET), RecursionError(), MemoryError(), OSError(5, SECRET)]
)
def test_an_error_nobody_expected(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    breaks(monkeypatch, error)
    assert run(["payrun", "show", SECRET]) == cli.BROKEN
    out, err = capsys.readouterr()
    found = SENTENCE.fullmatch(err)
    assert not out and found
    kept = log.read_text(encoding="utf-8")
    assert (
        found[1] in kept and "during payrun" in kept and type(error).__name__ in kept and "builtins.ValueError" in kept
    )
    assert "test_trouble.py" in kept and "Ada" not in kept and "INSERT" not in kept and "12345678" not in kept
    assert os.name != "posix" or (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_same_for_machines(log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    breaks(monkeypatch, RuntimeError(SECRET))
    assert run(["proof", "--json"]) == cli.BROKEN
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "Unexpected" and error["reference"] in error["what"] and error["what_to_do"]
    assert error["reference"] in log.read_text(encoding="utf-8")


def test_the_log_stays_small(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trouble, "LARGEST", 2_000)
    for _ in range(200):
        trouble.unexpected(RuntimeError("x"), "a test")
    assert sorted(each.name for each in log.parent.iterdir()) == [
        "outturn.log",
        *(f"outturn.log.{n}" for n in (1, 2, 3)),
    ]
    assert all(each.stat().st_size <= 2_000 for each in log.parent.iterdir())


def test_a_log_that_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(trouble.LOG, "/dev/null/nowhere/outturn.log")
    breaks(monkeypatch, RuntimeError(SECRET))
    assert run(["proof"]) == cli.BROKEN
    assert "could not be written to the log" in capsys.readouterr().err


def test_stopping_by_hand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    breaks(monkeypatch, KeyboardInterrupt())
    assert run(["proof"]) == cli.STOPPED
    assert capsys.readouterr().err == "Stopped, as you asked. What was done before stands; run it again to go on.\n"


def test_what_libraries_log_reaches_no_screen(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handler = trouble.LogHandler(logging.WARNING)
    logger = logging.Logger("a library")  # one of no family: nothing else hears it
    logger.addHandler(handler)
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        logger.exception("of %s", SECRET)
    assert capsys.readouterr() == ("", "")
    assert "RuntimeError" in log.read_text(encoding="utf-8") and "Ada" not in log.read_text(encoding="utf-8")


def outturn(*arguments: str, log: Path, **settings: str) -> subprocess.Popen[bytes]:
    made = os.environ | {"OUTTURN_LOG": str(log), "PYTHONUTF8": "0"} | settings
    program = "from interfaces.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=made
    )


def test_a_terminal_that_is_not_utf_8(log: Path, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'a’b.db'}"
    process = outturn("proof", "--database", there, log=log, PYTHONIOENCODING="ascii", LC_ALL="C")
    out, err = process.communicate()
    assert (process.returncode, out) == (MISUSED, b"")
    assert b"holds bytes that are no letters here" in err and b"Traceback" not in err


def test_a_terminal_with_few_letters(log: Path, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'none.db'}"
    process = outturn("proof", "--database", there, log=log, PYTHONIOENCODING="ascii", LC_ALL="C")
    _, err = process.communicate()
    assert process.returncode == 1 and b"Run \\u201coutturn init\\u201d first" in err and err.isascii()


def test_nobody_reads_the_answer(log: Path) -> None:
    process = outturn("--help", log=log)
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    said = process.stderr.read()
    assert process.wait() in (0, cli.NOBODY_READS) and said == b""


def test_standard_output_is_closed(log: Path) -> None:
    code = f"exec {sys.executable} -c 'from interfaces.cli import main; main()' --help >&-"
    done = subprocess.run(
        ["sh", "-c", code], capture_output=True, env=os.environ | {"OUTTURN_LOG": str(log)}, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_for_the_answer(log: Path) -> None:
    code = f"exec {sys.executable} -c 'from interfaces.cli import main; main()' --help >/dev/full"
    done = subprocess.run(
        ["sh", "-c", code], capture_output=True, env=os.environ | {"OUTTURN_LOG": str(log)}, check=False
    )
    assert done.returncode == cli.BROKEN and b"Traceback" not in done.stderr and b"Exception ignored" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("how", [(), ("--json",)], ids=["in words", "as JSON"])
def test_what_was_done_is_said_to_be_done_where_the_answer_cannot_be_written(
    log: Path, tmp_path: Path, how: tuple[str, ...]
) -> None:
    verb = " ".join(("init", "--database", f"sqlite:///{tmp_path / 'council.db'}", *how))
    code = f"exec {sys.executable} -c 'from interfaces.cli import main; main()' {verb} >/dev/full"
    done = subprocess.run(
        ["sh", "-c", code], capture_output=True, env=os.environ | {"OUTTURN_LOG": str(log)}, check=False
    )
    assert done.returncode == cli.BROKEN
    assert b"It was done, but the answer could not be written: No space left on device." in done.stderr
    assert b"Nothing was changed" not in done.stderr and (tmp_path / "council.db").stat().st_size


def test_nobodys_home_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv(trouble.LOG, raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    said = trouble.unexpected(ValueError("x"), "proof")
    assert "could not be written to the log" in said.what
    trouble.LogHandler().emit(logging.LogRecord("x", logging.WARNING, "", 0, "x", (), None))


def test_where_the_log_is_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(trouble.LOG, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert trouble.log_file() == Path("/var/state/outturn/outturn.log")
