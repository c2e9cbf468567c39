"""Where a verb is carried out: the database, who is acting, the day, and how the answer is given.

Every verb is a function handed a :class:`Desk` first. :func:`verb` adds the options all of them share, opens nothing
until it is needed, and turns a refusal into a sentence and exit code 1. Today is asked for here and nowhere below.
"""

import datetime as dt
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, get_args

import typer
from rich.console import Console, RenderableType
from sqlalchemy import inspect as look_at
from sqlalchemy.exc import OperationalError
from typer.models import ParameterInfo

from finance.days import EARLIEST, LATEST
from finance.problems import Busy, Clash, Problem, Refusal
from interfaces.cli.frame import printing
from interfaces.cli.frame.progress import bars
from interfaces.database.connection import Database, DatabaseUnreachable, utc_now
from interfaces.database.plainly import in_plain_words
from interfaces.database.steps import is_up_to_date
from ledgers.progress import Progress

if TYPE_CHECKING:
    from interfaces.council import CouncilSettings
    from interfaces.database.sandbox import SandboxMark
    from ledgers.officers.authority import Authority

P = ParamSpec("P")

ENTER = "enter "  # how the rights to tell facts begin
DEFAULT_DATABASE = "sqlite:///outturn.db"
REFUSED = 1


class NotSetUp(Refusal):
    """The database is not there, or has no tables yet."""


class AnswerLost(Exception):
    """A verb that was carried out, and whose answer could not be written: a disk that is full, say."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.what = f"It was done, but the answer could not be written: {why}."
        self.what_to_do = "Do not do it again: ask for it with a verb that shows it."


@contextmanager
def answering() -> Iterator[None]:
    """Raise AnswerLost where what is said cannot be written. A reader that has stopped reading is no such trouble."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise AnswerLost(error.strerror or type(error).__name__) from error


def read_day(text: str) -> dt.date:
    """A day as people type it: 2026-05-03 or 03/05/2026."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = dt.datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
        if not EARLIEST <= day <= LATEST:
            raise typer.BadParameter(f"“{text}” is too far from today to be right.")
        return day
    raise typer.BadParameter(f"“{text}” is not a day. Write it as 2026-05-03 or 03/05/2026.")


Day = Annotated[dt.date, typer.Option(parser=read_day, metavar="DATE")]

_SHARED: tuple[tuple[str, Any, Any], ...] = (
    (
        "shared_database",
        Annotated[
            str,
            typer.Option(
                "--database",
                envvar="OUTTURN_DATABASE",
                metavar="URL",
                show_default=True,
                help="The council’s database: sqlite:///file.db or postgresql://…",
                rich_help_panel="Every verb",
            ),
        ],
        DEFAULT_DATABASE,
    ),
    (
        "shared_who",
        Annotated[
            str | None,
            typer.Option(
                "--as",
                envvar="OUTTURN_USER",
                metavar="NAME",
                help="Who is acting. Recorded with what you do.",
                rich_help_panel="Every verb",
            ),
        ],
        None,
    ),
    (
        "shared_day",
        Annotated[
            dt.date | None,
            typer.Option(
                "--on",
                parser=read_day,
                metavar="DATE",
                help="The day to act as if it were. Today, when not given.",
                rich_help_panel="Every verb",
            ),
        ],
        None,
    ),
    (
        "shared_json",
        Annotated[
            bool,
            typer.Option("--json", help="Answer for machines: whole pence, ISO dates.", rich_help_panel="Every verb"),
        ],
        False,
    ),
)


@dataclass
class Desk:
    """One verb’s surroundings. Reading ``by`` or ``database`` is what makes them required."""

    url: str = DEFAULT_DATABASE
    who: str | None = None
    day: dt.date | None = None
    json: bool = False
    out: Console = field(default_factory=printing.console)
    failed: bool = False
    sandbox: "SandboxMark | None" = None
    officers: "Authority | None" = None

    @property
    def claimed(self) -> str:
        """Who says that they are acting. A usage error when nobody is named."""
        if not self.who or not self.who.strip():
            raise typer.BadParameter(
                "Say who you are: --as NAME, or set OUTTURN_USER. It is recorded with what you do."
            )
        return self.who.strip()

    @property
    def by(self) -> str:
        """Who is acting, as the list of officers has them: whoever is on no list does nothing that is recorded.

        A council that has no officer yet takes anybody’s word. That they are who they say they are is proved here,
        once there is a way to. Raises NotAnOfficer.
        """
        name = self.claimed
        assert self.database is not None
        if self.officers is None or not self.officers.founders:
            return name
        return self.officers.known(name, "do this")

    def may(self, right: str, deed: str) -> str:
        """The same of whoever’s role has a right, which in a council with no officer yet is nobody’s but to tell facts.

        Raises NotAnOfficer or NoRight.
        """
        name, now = self.by, self.officers
        assert now is not None
        return name if not now.founders and right.startswith(ENTER) else now.acting(name, right, deed)

    @property
    def on(self) -> dt.date:
        return self.day or dt.date.today()

    @property
    def as_at(self) -> dt.date | None:
        """The day a look is asked for as at, where one was named: what came later is left out of it."""
        return self.day

    @cached_property
    def at(self) -> dt.datetime:
        """The moment to record, UTC: one for all that a verb does, however long it takes."""
        return utc_now()

    @cached_property
    def database(self) -> Database:
        """The council’s database, which must be there and set up."""
        database = self.new_database(must_exist=True)
        try:
            with database.in_turn() as engine:  # another thread may have the file open by its other door
                ready = look_at(engine).has_table("run")
            current = ready and is_up_to_date(database)
            if current:
                from interfaces.database.sandbox import sandbox_mark
                from ledgers.officers.store import read_standing

                with database.read() as connection:
                    self.sandbox = sandbox_mark(connection)
                    if self.who:
                        self.officers = read_standing(connection)
        except OperationalError as error:
            first = str(error.orig).strip().splitlines()[0]
            raise DatabaseUnreachable(f"The database cannot be opened: {first}", "Check --database.") from error
        if not ready:
            raise NotSetUp(f"{_shown(database)} holds no council yet.", "Run “outturn init” first.")
        if not current:
            raise NotSetUp(f"{_shown(database)} was made by an earlier version.", "Run “outturn migrate” first.")
        return database

    @cached_property
    def council(self) -> "CouncilSettings":
        """What the council’s policy says that holds on the day; the choices that ship where none does, or where there
        is no database yet.
        """
        from interfaces.council import council_on, settings_of

        try:
            database = self.database
        except NotSetUp:
            return settings_of(None)
        with database.read() as connection:
            return council_on(connection, self.on)

    def new_database(self, must_exist: bool = False) -> Database:
        """A database that may not have been made yet."""
        try:
            database = Database(self.url)
        except Refusal:
            raise
        except Exception as error:
            wanted = "Write it as sqlite:///file.db or postgresql://user@host/name."
            raise DatabaseUnreachable(f"“{self.url}” is not the address of a database.", wanted) from error
        if must_exist and database.sqlite and not Path(str(database.url.database)).is_file():
            raise NotSetUp(f"There is no {_shown(database)}.", "Run “outturn init” first, or name one with --database.")
        return database

    def progress(self) -> AbstractContextManager[Progress]:
        """A bar on the screen for long work; nothing for machines or where nobody is watching."""
        return bars(not self.json)

    def answer(self, result: object, *shown: RenderableType | None) -> None:
        """Give the answer: ``result`` to machines, the rest to people. Raises AnswerLost where it cannot be written."""
        with answering():
            if self.json:
                of = {"sandbox_of": self.sandbox.of} if self.sandbox and isinstance(result, dict) else {}
                printing.as_json({**of, **result} if of and isinstance(result, dict) else result)
                return
            if self.sandbox:
                self.out.print(printing.note(f"A sandbox: a copy of {self.sandbox.of}, {self.sandbox.when}."))
            for each in shown:
                if each is not None:
                    self.out.print(each)

    def with_last_deed(self, error: Refusal) -> Refusal:
        """A clash that no verb could explain, with what was recorded last and by whom: most likely it was that."""
        if type(error) not in (Clash, Busy) or "database" not in self.__dict__:
            return error
        from interfaces.cli.frame.references import last_deed  # seldom wanted, and slow to bring

        with suppress(Refusal), self.database.read() as connection:
            if deed := last_deed(connection):
                return type(error)(f"{error.what} Last recorded: {deed}.", error.what_to_do)
        return error

    def refuse(self, error: Refusal, problems: Sequence[Problem] = ()) -> None:
        """Say why something may not happen, and what to do."""
        if self.json:
            printing.as_json(
                {
                    "error": {
                        "kind": type(error).__name__,
                        "what": error.what,
                        "what_to_do": error.what_to_do,
                        "problems": [printing.problem(each) for each in problems],
                    }
                }
            )
        else:
            printing.complain(f"{error.what} {error.what_to_do}")


def _shown(database: Database) -> str:
    return database.url.render_as_string(hide_password=True)


# of a run, a finding, a count: more than there will be, and no more than a database looks for
LARGEST_NUMBER = 2**31 - 1


def _bound(work: Callable[..., None]) -> None:
    """Give every whole number a verb takes a largest and a least, where it says none itself."""
    for parameter in inspect.signature(work).parameters.values():
        kind, *about = get_args(parameter.annotation) or (None,)
        if "int" not in str(kind):
            continue
        for each in about:
            if isinstance(each, ParameterInfo):
                each.max = LARGEST_NUMBER if each.max is None else each.max
                each.min = -LARGEST_NUMBER if each.min is None else each.min


def verb(
    app: typer.Typer, name: str, **settings: Any
) -> Callable[[Callable[Concatenate[Desk, P], None]], Callable[Concatenate[Desk, P], None]]:
    """Register a function as a verb, with the shared options after its own. Setting ``desk.failed`` gives exit
    code 1.
    """

    def register(work: Callable[Concatenate[Desk, P], None]) -> Callable[Concatenate[Desk, P], None]:
        @wraps(work)
        def carry_out(**given: Any) -> None:
            desk = Desk(*(given.pop(option) for option, _, _ in _SHARED))
            try:
                with in_plain_words():
                    work(desk, **given)  # type: ignore[call-arg]
            except Refusal as error:
                desk.refuse(desk.with_last_deed(error), getattr(error, "problems", ()))
                raise typer.Exit(REFUSED) from error
            finally:
                if "database" in desk.__dict__:
                    desk.database.close()
            if desk.failed:
                raise typer.Exit(REFUSED)

        _bound(work)
        own = [
            each.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for each in list(inspect.signature(work).parameters.values())[1:]
        ]
        shared = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
            for option, kind, default in _SHARED
        ]
        parameters = own + shared
        carry_out.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        carry_out.__annotations__ = {each.name: each.annotation for each in parameters}
        del carry_out.__wrapped__
        app.command(name, **settings)(carry_out)
        return work

    return register
