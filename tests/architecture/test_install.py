"""Which Python ``make`` takes, and what it says when there is none: tried on folders of made-up Pythons."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TOOLS = ("sh", "sed", "cut", "awk", "tr", "sort", "paste", "find", "dirname", "cat")
MADE_UP = """#!/bin/sh
case "$*" in
*ensurepip*) exit {without} ;;
*) echo "{minor} 3.{minor}.1 $0 /made/up" ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """A machine with the Pythons that a test puts on it, and no others."""

    folder: Path

    def has(self, name: str, minor: int, makes_environments: bool = True) -> str:
        return self.puts(name, MADE_UP.format(minor=minor, without=0 if makes_environments else 1))

    def has_a_shim(self, name: str) -> str:
        """As pyenv leaves one for a version that is not switched on."""
        return self.puts(name, '#!/bin/sh\necho "pyenv: command not found" >&2\nexit 127\n')

    def puts(self, name: str, text: str) -> str:
        path = self.folder / name if "/" in name else self.folder / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    def asked(self, what: str = "which", **named: str) -> subprocess.CompletedProcess[str]:
        known = {"PATH": str(self.folder / "bin"), "HOME": str(self.folder), **named}
        return subprocess.run(
            [str(self.folder / ".ci" / "install"), what], env=known, capture_output=True, text=True, check=False
        )

    def takes(self, **named: str) -> str:
        answer = self.asked(**named)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    def refuses(self, **named: str) -> str:
        answer = self.asked(**named)
        assert answer.returncode == 1
        assert not answer.stdout
        return answer.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / ".ci").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / ".ci" / "install", tmp_path / ".ci" / "install")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for each in TOOLS:
        real = shutil.which(each)
        assert real, each
        os.symlink(real, tmp_path / "bin" / each)
    return Machine(tmp_path)


def test_the_newest_that_fits_is_taken(machine: Machine) -> None:
    machine.has("python3.11", 11)
    machine.has("python3.14", 14)
    newest = machine.has("python3.12", 12)
    assert machine.takes() == newest


def test_one_that_is_there_and_does_not_run_is_passed_over(machine: Machine) -> None:
    machine.has_a_shim("python3.13")
    machine.has_a_shim("python3.12")
    runs = machine.has("python3.11", 11)
    assert machine.takes() == runs


def test_one_with_a_plain_name_is_taken_when_it_fits(machine: Machine) -> None:
    machine.has("python", 9)
    plain = machine.has("python3", 12)
    assert machine.takes() == plain


def test_pyenvs_own_are_found_behind_their_shims(machine: Machine) -> None:
    machine.has_a_shim("python3.13")
    behind = machine.has(".pyenv/versions/3.13.0/bin/python3.13", 13)
    assert machine.takes() == behind


def test_one_of_each_version_is_listed(machine: Machine) -> None:
    found = [machine.has(f"python3.{minor}", minor) for minor in (13, 11)]
    machine.has("python3", 11)
    machine.has("python", 10)
    answer = machine.asked("every")
    assert answer.returncode == 0
    assert answer.stdout.split() == ["3.13", found[0], "3.11", found[1]]


def test_the_one_named_is_taken_and_no_other(machine: Machine) -> None:
    machine.has("python3.13", 13)
    named = machine.has("elsewhere/python", 11)
    assert machine.takes(PYTHON=named) == named


def test_the_one_that_made_the_environment_is_kept(machine: Machine) -> None:
    machine.has("python3.13", 13)
    machine.has(".venv/bin/python", 11)
    assert machine.takes() == ".venv/bin/python"


def test_an_environment_whose_python_has_gone_is_not_kept(machine: Machine) -> None:
    machine.has_a_shim(".venv/bin/python")
    found = machine.has("python3.13", 13)
    assert machine.takes() == found


def test_where_none_fits_it_is_said_which_would_and_how_to_name_one(machine: Machine) -> None:
    machine.has("python3", 9)
    machine.has_a_shim("python3.12")
    said = machine.refuses()
    assert "There is no Python here that Outturn runs on: it needs 3.11, 3.12 or 3.13." in said
    assert "make demo PYTHON=/path/to/python3.13" in said


@pytest.mark.parametrize(
    "name, minor, said",
    [
        ("python3.9", 9, "is Python 3.9.1. Outturn needs 3.11, 3.12 or 3.13."),
        ("python3.14", 14, "is Python 3.14.1. Outturn needs 3.11, 3.12 or 3.13."),
        ("python3.12", None, "does not run"),
        ("", None, "There is no"),
    ],
)
def test_one_that_is_named_and_will_not_do_is_refused_in_a_sentence(
    machine: Machine, name: str, minor: int | None, said: str
) -> None:
    machine.has("python3.13", 13)
    if minor:
        machine.has(name, minor)
    elif name:
        machine.has_a_shim(name)
    answer = machine.refuses(PYTHON=name or "python3.99")
    assert said in answer
    assert "make demo PYTHON=" in answer


def test_one_that_cannot_make_environments_is_named_with_its_remedy(machine: Machine) -> None:
    bare = machine.has("python3.12", 12, makes_environments=False)
    said = machine.refuses()
    assert f"{bare} fits but cannot make an environment" in said
    assert "apt-get install python3.12-venv" in said


def test_one_that_can_make_environments_is_taken_before_one_that_cannot(machine: Machine) -> None:
    machine.has("python3.12", 12, makes_environments=False)
    whole = machine.has("python3.11", 11)
    assert machine.takes() == whole


def test_with_uv_a_python_need_not_make_environments_itself(machine: Machine) -> None:
    bare = machine.has("python3.12", 12, makes_environments=False)
    machine.puts("uv", "#!/bin/sh\n")
    assert machine.takes() == bare
