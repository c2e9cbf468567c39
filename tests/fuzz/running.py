"""Feed damaged files to the readers and judge what comes of each: it is taken, or refused in words a person can
act on.
"""

import io
import random
import re
import resource
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from finance.problems import Problem
from interfaces.cli.frame import printing
from tests.fuzz.mutating import damaged
from tests.fuzz.readers import CORPUS, READERS, Answer, Reader, form_of

SECONDS = 5.0  # of the processor, for one input: other work on the machine is no fault of a reader
GROWTH = 1 << 20  # KiB the process may grow by in one input
LIBRARY_WORDS = re.compile(
    r"Traceback|Error\b(?<!#Error)|Exception|openpyxl|pyarrow|tomllib|jsonschema|sqlite3?\b|sqlalchemy|psycopg|codec|"
    r"object at 0x|NoneType|<class|Decimal\(|datetime\.|KeyError|\bdict\b|Errno|expecting|regex",
    re.I,
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass
class Told:
    """What came of feeding one reader."""

    reader: str
    seed: int
    inputs: int = 0
    taken: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


class Fault(AssertionError):
    """A reader answered, and what it said will not do."""


def feed(name: str, inputs: int, seed: int, folder: Path, keep: Path | None = None, first: int = 0) -> Told:
    """Feed a reader so many damaged files. ``keep``: where each that it fails on is saved. ``first``: the
    number to begin at.
    """
    reader, told = READERS[name], Told(name, seed)
    for beside in (CORPUS / name / "beside").glob("*"):  # what these files include
        shutil.copy(beside, folder)
    began = time.monotonic()
    for number, content, called in _inputs(reader, inputs, seed, first):
        path = folder / called
        path.write_bytes(content)
        before, at = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        try:
            problems = reader.read(path)
            judge(problems, number % 50 == 0)
            took = time.process_time() - at
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            if took > SECONDS:
                raise Fault(f"it took {took:.1f} seconds")
            if grown > GROWTH:
                raise Fault(f"the process grew by {grown >> 10:,} MiB")
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            kind = _kind(error)
            told.kinds[kind] += 1
            told.failures.append(f"{name} seed {seed} input {number}: {kind}")
            if keep is not None and told.kinds[kind] <= 3:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{name}-{seed}-{number}~{called}").write_bytes(content)
        else:
            told.taken += not problems
            told.refused += bool(problems)
        told.slowest = max(told.slowest, time.process_time() - at)
        told.inputs += 1
        path.unlink(missing_ok=True)
    told.seconds = time.monotonic() - began
    return told


def _kind(error: BaseException) -> str:
    """What failed and where in our own code, so that a thousand failures of one fault count as one."""
    places = [each for each in traceback.extract_tb(error.__traceback__) if "site-packages" not in each.filename]
    where = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "?"
    said = str(error).splitlines()[0][:120] if isinstance(error, AssertionError) and str(error) else ""
    return f"{type(error).__name__} at {where} {said}".strip()


def _inputs(reader: Reader, inputs: int, seed: int, first: int) -> Iterator[tuple[int, bytes, str]]:
    files = list(reader.corpus())
    contents = {each: each.read_bytes() for each in files}
    alike = {
        form: [contents[each] for each in files if form_of(each) == form] for form in {form_of(each) for each in files}
    }
    for number in range(first, first + inputs):
        rng = random.Random(f"{seed} {reader.name} {number}")
        path = rng.choice(files)
        yield number, damaged(contents[path], rng, alike[form_of(path)], form_of(path)), path.name


def judge(problems: Answer, shown: bool = False) -> None:
    """Raise Fault unless every problem says where, what and what to do, in no library’s words, and can be shown."""
    for each in (problems or ())[:200]:
        if not (each.where.strip() and each.what.strip() and each.what_to_do.strip()):
            raise Fault(f"a problem does not say where, what and what to do: {each!r}")
        own = re.sub("“.*?”", "", f"{each.what} {each.what_to_do}", flags=re.S)
        found = LIBRARY_WORDS.search(own)
        if found:
            raise Fault(f"a problem is in a library’s words: {found[0]}")
    if problems and shown:
        _show(list(problems[:3]))


@cache
def _screen() -> printing.PlainConsole:
    return printing.PlainConsole(file=io.StringIO(), width=200, no_color=True)


def _show(problems: list[Problem]) -> None:
    screen = _screen()
    assert isinstance(screen.file, io.StringIO)
    screen.file.seek(0)
    screen.file.truncate()
    screen.print(
        printing.table(("Where", "What", "What to do"), [(each.where, each.what, each.what_to_do) for each in problems])
    )
    found = _CONTROL.search(screen.file.getvalue())
    if found:
        raise Fault(f"the screen was given U+{ord(found[0]):04X}")


def said(told: Told) -> dict[str, object]:
    """What came of it, for machines."""
    return {
        "reader": told.reader,
        "seed": told.seed,
        "inputs": told.inputs,
        "taken": told.taken,
        "refused": told.refused,
        "failed": len(told.failures),
        "kinds": dict(told.kinds.most_common()),
        "seconds": round(told.seconds, 1),
        "slowest_seconds": round(told.slowest, 2),
        "python": sys.version.split()[0],
    }
