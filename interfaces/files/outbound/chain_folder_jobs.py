"""What an auditor needs to work the chain out again, in a folder: its links, what they cover, and a script."""

from dataclasses import dataclass
from pathlib import Path

from finance.columns import Database
from finance.problems import Refusal
from interfaces.files.outbound.leaving import into, own_folder
from ledgers.chain.jobs import read_chain
from ledgers.chain.links import FIRST_COLUMNS, ChainLink, latest, line_of

SCRIPT = Path(__file__).with_name("check_chain.py")
_OWN = "the chain for an auditor"


class FolderNotEmpty(Refusal):
    """The folder an auditor is to be given holds something already."""


@dataclass(frozen=True, slots=True)
class ChainLeft:
    """What was written. ``last``: the last link; None: nothing was ever posted, signed for or confirmed."""

    folder: Path
    links: int
    in_no_link: int
    last: ChainLink | None


def write_chain(database: Database, folder: Path) -> ChainLeft:
    """Write the chain, and all it covers as the database holds it now, into an empty folder. Raises FolderNotEmpty.

    It says what is there, right or wrong: what is not as it was, the script names.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise FolderNotEmpty(f"{folder} holds files already.", "Name an empty folder, or one that is not there yet.")
    links, held = read_chain(database)
    counting, stray = latest(links), 0
    for inside in (folder, folder / "covered"):
        own_folder(inside)
    with into(folder / "covered", _OWN) as covered:
        for about, content in held:
            if about in counting:
                covered.save([(f"{counting[about].nr:08d}.csv", content)])
                continue
            stray += 1
            own_folder(folder / "in_no_link")
            with into(folder / "in_no_link", _OWN) as apart:
                apart.save([(f"{about}.csv", content)])
    with into(folder, _OWN) as whole:
        whole.save([(SCRIPT.name, SCRIPT.read_bytes()), ("links.csv", _lines(links))])
    return ChainLeft(folder, len(links), stray, links[-1] if links else None)


def _lines(links: list[ChainLink]) -> bytes:
    head = ",".join((*FIRST_COLUMNS, "digest"))
    lines = (f"{line_of(e.nr, e.about, e.at, e.covers, e.before)},{e.digest}" for e in links)
    return "".join(f"{line}\n" for line in (head, *lines)).encode()
