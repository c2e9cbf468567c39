"""Run one verb of a charge run in a process that kills itself at a chosen commit: ``python -m
tests.billing.charges.crashing``.

Arguments: the database's URL, the run, ``calculate`` or ``release``, which commit, and ``before`` or ``after`` it.
"""

import sys

from billing.charges.jobs import calculate_billrun, release_billrun
from tests.billing.charges.charged_life import APPROVER
from tests.laws.crashing import AT, SURVIVED, Dying


def main(url: str, run: str, verb: str, commit: str, when: str) -> None:
    database = Dying(url, int(commit), when)
    if verb == "calculate":
        calculate_billrun(database, int(run))
    else:
        release_billrun(database, int(run), by=APPROVER, at=AT)
    sys.exit(SURVIVED)


if __name__ == "__main__":
    main(*sys.argv[1:])
