"""The figures of the law as a council has them: those that came with Outturn, and those two officers gave besides."""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection, select

from finance.assessment.given_figures import GivenFigures, read_figures, with_all
from finance.columns import Bulk
from finance.facts.tables import change
from finance.parameters import Parameters
from ledgers.policy.store import read_versions
from ledgers.policy.tables import policy_version
from ledgers.policy.versions import FIGURES, PolicyVersion


def figures_now(connection: Connection, figures: Parameters, known: int | None = None) -> Parameters:
    """Figures with those given and confirmed; ``known``: by the moment of that change."""
    given = _confirmed(read_versions(connection))
    if known is not None and given:
        moment = connection.execute(select(change.c.moment).where(change.c.nr == known)).scalar_one_or_none()
        given = [each for each in given if moment is not None and each.confirmed_at and each.confirmed_at <= moment]
    return _over(figures, given)


def figures_in_columns(bulk: Bulk, figures: Parameters) -> Parameters:
    """The same, through the door of columns."""
    rows = bulk.read(select(policy_version).where(policy_version.c.kind == FIGURES)).to_pylist()
    return _over(figures, _confirmed(PolicyVersion(**row) for row in rows))


def _confirmed(versions: Iterable[PolicyVersion]) -> list[PolicyVersion]:
    return [each for each in versions if each.kind == FIGURES and each.counts]


def _over(figures: Parameters, given: Iterable[PolicyVersion]) -> Parameters:
    ordered = sorted(given, key=lambda each: (each.confirmed_at or each.asked_at, each.nr))
    return with_all(figures, ((given_in(each), (each.confirmed_at or each.asked_at).date()) for each in ordered))


def given_in(version: PolicyVersion) -> GivenFigures:
    """The figures a version gives."""
    return _read(version.content, version.name)


@lru_cache(maxsize=32)
def _read(content: str, name: str) -> GivenFigures:
    return read_figures(content, name)
