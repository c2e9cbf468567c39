"""Write the demonstration's pages from their templates. Plain HTML, no script, every chart with its table beside it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from finance.days import spoken
from finance.money import sterling
from interfaces.demo.results import DemoTold, RunTold
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.printing import shown

BAR = 340  # pixels of the longest bar


def write_pages(told: DemoTold, folder: Path) -> None:
    """``index.html``, and ``explained/<line>.html`` for every explanation."""
    env = Environment(
        loader=PackageLoader("interfaces.demo.pages", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        sterling=sterling, spoken=spoken, last_day=lambda day: spoken(day - dt.timedelta(days=1)), count=_count
    )
    pages = folder / "explained"
    explained = env.get_template("explained.html.j2")
    first = {explanation.ref: (kind, what, explanation) for kind, what, explanation in reversed([*told.explanations])}
    for kind, what, explanation in first.values():  # a line may show two things; it has one page
        text = explained.render(kind=kind, what=what, explanation=explanation, council=told.manifest.council)
        leave(pages / f"{explanation.ref}.html", shown(text).encode())
    index = env.get_template("index.html.j2").render(
        told=told,
        manifest=told.manifest,
        runs=told.runs,
        proof=told.proof,
        charts=[_bars(each) for each in told.runs],
        quarantined=[problem for each in told.runs for loaded in each.loaded for problem in loaded.problems],
        billed=told.billed,
        papers=[(each.shows, each.number, each.path.relative_to(folder).as_posix()) for each in told.papers],
        folder=folder,
        notable=[_notable(each, folder) for each in told.runs],
    )
    leave(told.index, shown(index).encode())


def _count(number: int) -> str:
    return f"{number:,}"


def _bars(told: RunTold) -> list[tuple[str, int, int, int]]:
    """(service kind, lines, pence, width of its bar)."""
    largest = max((abs(pence) for _, _, pence in told.by_service), default=1)
    return [(kind, lines, pence, max(abs(pence) * BAR // largest, 1)) for kind, lines, pence in told.by_service]


def _notable(told: RunTold, folder: Path) -> Sequence[tuple[str, str, int]]:
    """(kind, path from the index, bytes) of the files that are not one for each payee, and the first few that are."""
    single = [each for each in told.files if "remittance" not in each.kind]
    papers = [each for each in told.files if "remittance" in each.kind]
    return [
        (each.kind, each.path.relative_to(folder).as_posix(), each.path.stat().st_size)
        for each in [*single, *papers[:4]]
    ]
