"""Which charging policy a verb assesses by: the council's, as its policy in force has it, or a version to be tried."""

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.frame.desk import Desk

if TYPE_CHECKING:
    from finance.assessment import AssessmentPolicy

TriedPolicy = Annotated[
    int | None,
    typer.Option(
        "--policy",
        metavar="NUMBER",
        min=1,
        help="A version of the council’s policy to try, waiting or not (outturn policy list); the one in force when "
        "not given.",
    ),
]
MADE_UP = "No charging policy of this council is in force: made-up Anyshire’s choices were used (outturn policy)."


def policy_of(desk: Desk, number: int | None) -> "AssessmentPolicy":
    """The council's charging policy in force on the day, or that of a version. Raises NoSuchPolicy."""
    if number is None:
        return desk.council.assessment
    from interfaces.council import settings_of
    from ledgers.policy.store import read_version

    with desk.database.read() as connection:
        return settings_of(read_version(connection, number)).assessment
