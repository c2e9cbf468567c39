"""Which charging policy a verb assesses by."""

from pathlib import Path
from typing import Annotated

import typer

from finance.assessment import AssessmentPolicy, default_policy, load_policy

PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        envvar="OUTTURN_CHARGING_POLICY",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="The council’s charging policy; the made-up default when not given.",
    ),
]


def policy_of(path: Path | None) -> AssessmentPolicy:
    """The council's policy, or the default council's. Its name is the file's."""
    return default_policy() if path is None else load_policy(path, path.stem.replace("_", " ").title())
