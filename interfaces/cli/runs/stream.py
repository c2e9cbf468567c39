"""What a stream brings to the life of its runs: how they are made, what its things are called, and what it says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import RenderableType
from sqlalchemy import Connection

from interfaces.cli.frame.desk import Desk
from ledgers.checks import Checks
from ledgers.progress import Progress
from ledgers.runs import Run
from ledgers.streams import STREAMS, Declared
from ledgers.views import store as views
from ledgers.views.store import Naming

Shown = RenderableType | None


@dataclass(frozen=True)
class Said:
    """What a stream says of a run besides what is said of every run: more keys for machines, more for people."""

    keys: Mapping[str, object] = field(default_factory=dict)
    shown: Sequence[Shown] = ()


@dataclass(frozen=True)
class Drafting:
    """How the runs of a stream with calendars are begun. ``calendars``: their numbers by reference."""

    calendars: Callable[[Connection], Mapping[str, int]]
    draft: Callable[..., Run]


@dataclass(frozen=True)
class Life:
    """One stream's runs. ``subject``: the key of what a finding or a parked case is about; findings of some streams
    name a party alone. ``said``: what it says of a run besides. ``after``: what follows release, and its answer;
    ``then``: what to do next.

    ``listing``: the verb that lists its runs. ``panel``: where help shows the verbs; None: under the three headings
    here. ``with_it``: streams whose runs are released as they are raised; the verbs that only look take theirs too.
    ``holds``: its parties may be told to wait. ``files``: its files are the journal and the workings alone.
    ``checks``: those it declares.
    """

    stream: str
    calculate: Callable[..., Run]
    release: Callable[[Desk, int, Progress], Run]
    naming: Naming
    drafting: Drafting | None = None
    subject: str = "ref"
    findings_of_subjects: bool = False
    said: Callable[[Connection, Run], Said] = lambda _connection, _run: Said()
    after: Callable[[Desk, Run], Said] | None = None
    then: str | None = None
    listing: str = "list"
    panel: str | None = None
    with_it: tuple[str, ...] = ()
    holds: bool = False
    files: bool = True
    checks: Checks | None = None

    @property
    def declared(self) -> Declared:
        return STREAMS[self.stream]

    @property
    def group(self) -> str:
        return self.declared.group

    def ours(self, desk: Desk, nr: int) -> Run:
        """The run, if it is one of this stream. Raises NoSuchRun or OfAnotherStream."""
        with desk.database.read() as connection:
            return views.read_run_of(connection, nr, (self.stream,))

    def looked_at(self, connection: Connection, nr: int) -> Run:
        """The run, if the verbs that only look take it. Raises NoSuchRun or OfAnotherStream."""
        return views.read_run_of(connection, nr, (self.stream, *self.with_it))
