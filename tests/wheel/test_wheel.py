"""What is handed to a council: a wheel with everything in it, that works by itself on the versions it says it
works on.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgres"]]
Said = Callable[..., str]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    made = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(made, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (only,) = folder.glob("*.whl")
    return only


def oldest(requirement: str) -> str:
    """The oldest version a requirement allows: ``pandas==3.0`` of ``pandas>=3.0,<4``."""
    found = re.match(r"([a-z0-9-]+)(?:\[\w+\])?>=([\d.]+)", requirement)
    assert found, f"{requirement} does not say from which version on"
    return f"{found[1]}=={found[2]}"


def test_everything_the_product_reads_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    """Rules, their dated figures, kinds, papers, pages, schemas and migrations: every file of every package."""
    there = {each for each in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in each}
    kept = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there == kept | {"scheduler.py"}
    assert {Path(each).suffix for each in there} >= {".py", ".toml", ".j2", ".typ"}


def test_everything_needed_says_from_which_version_on() -> None:
    assert [oldest(each) for each in NEEDED]


@pytest.fixture(params=["newest", "oldest"])
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path: Path) -> Said:
    """``outturn`` from an environment that holds the wheel and what it needs, and nothing of ours beside."""
    environment, bounds = tmp_path / "environment", tmp_path / "bounds.txt"
    python = environment / "bin" / "python"
    bounds.write_text("".join(f"{oldest(each)}\n" for each in NEEDED if request.param == "oldest"), encoding="utf-8")
    wanted = ["--quiet", "--constraint", str(bounds), f"{wheel}[postgres]"]
    if uv := shutil.which("uv"):
        carried_out([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(environment)], tmp_path)
        carried_out([uv, "pip", "install", "--python", str(python), *wanted], tmp_path)
    else:
        carried_out([sys.executable, "-m", "venv", str(environment)], tmp_path)
        carried_out([str(python), "-m", "pip", "install", "--disable-pip-version-check", *wanted], tmp_path)
    return lambda *words: carried_out([str(environment / "bin" / "outturn"), *words], tmp_path)


def carried_out(words: list[str], folder: Path) -> str:
    """What a command says, carried out in a folder where nothing of ours can be found by chance."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "OUTTURN"))
    }
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=clean)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2_000:]}\n{done.stderr[-2_000:]}"
    return done.stdout


@pytest.mark.wheel
def test_the_wheel_works_by_itself(installed: Said, tmp_path: Path) -> None:
    assert "approved and posted pay run out" in " ".join(installed("--help").split())
    assert "is ready" in installed(
        "init", "--officer", "first officer=payments officer", "--officer", "second officer=manager"
    )
    told = json.loads(installed("demo", "--people", "60", "--folder", "county", "--json"))
    assert told["proved"] is True
    assert told["papers"] > 0
    assert (tmp_path / "county" / "index.html").is_file()
