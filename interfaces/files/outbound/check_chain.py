"""Works out again, from this folder alone, the chain over what a council posted, signed for and confirmed.

It needs Python and nothing else: python check_chain.py [DIGEST]. It reads, and changes nothing.

links.csv has one line for each link: its number, what it is about, the moment it was made, the SHA-256 of what it
covers, the digest of the link before, and its own digest. What a link covers is the file covered/NUMBER.csv. Of two
links about one thing the later counts: a run signed for again has another. A link's digest is the SHA-256 of its line
up to the last comma, with a line feed after it. So nothing up to a digest can be otherwise than it was, unless the
digest is another: keep the last one on paper, and give it to this script in a year.
"""

import csv
import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHORTEST = 16  # characters of a digest that are enough to know it by
ABOUT = {
    "beginning": "what stood when the chain began ({of} links)",
    "part": "the entries of run {of}, part {place}",
    "run": "run {of} as it was released",
    "urgent": "whom run {of} was for, and why",
    "debt": "the debt of payee {place} after run {of}",
    "approval": "signature {place} on run {of}",
    "choices": "the choices of policy {of}",
    "officers": "change {of} to the officers",
    "confirmed": "the rows confirmed as change {of}",
}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def told(link: dict[str, str]) -> str:
    """A link, and what it is about, in words."""
    return f"link {link['nr']} ({ABOUT.get(link['what'], '{what} {of}').format(**link)})"


def faults(links: list[dict[str, str]]) -> list[str]:
    """What does not hold, the first of it first."""
    found: list[str] = []
    counts = {(link["what"], link["of"], link["place"]): link["nr"] for link in links}
    before = "0" * 64
    for place, link in enumerate(links, 1):
        line = ",".join(link[name] for name in ("nr", "what", "of", "place", "at", "covers", "before"))
        if link["nr"] != str(place):
            found.append(f"{told(link)} stands where link {place} should: links are missing, or were put in.")
            break
        if link["before"] != before:
            found.append(f"{told(link)} does not follow from the link before it.")
        if sha256(f"{line}\n".encode()) != link["digest"]:
            found.append(f"{told(link)} has been changed: its digest is not that of its line.")
        before = link["digest"]
        if link["what"] == "beginning" or counts[link["what"], link["of"], link["place"]] != link["nr"]:
            continue
        covered = HERE / "covered" / f"{int(link['nr']):08d}.csv"
        if not covered.is_file():
            found.append(f"{told(link)} covers a file that is not there: {covered.name}.")
        elif sha256(covered.read_bytes()) != link["covers"]:
            found.append(f"{told(link)} is not what it was when the link was made: {covered.name}.")
    found += [f"{each.stem}: is in no link, put in by no verb." for each in sorted(HERE.glob("in_no_link/*.csv"))]
    return found


def money(links: list[dict[str, str]]) -> str:
    """What the entries come to, from the files that count: each names the account it debits and the one it credits."""
    entries, moved = 0, 0
    for link in links:
        file = HERE / "covered" / f"{int(link['nr']):08d}.csv"
        if link["what"] in ("part", "debt") and file.is_file():
            with file.open(encoding="utf-8", newline="") as lines:
                for entry in csv.DictReader(lines):
                    entries, moved = entries + 1, moved + abs(int(entry["amount"]))
    return f"{entries:,} entries, which move {moved // 100:,}.{moved % 100:02d} pounds from account to account"


def main(known: str = "") -> int:
    with (HERE / "links.csv").open(encoding="utf-8", newline="") as file:
        links = list(csv.DictReader(file))
    found = faults(links)
    known = "".join(known.split()).lower()
    if known and len(known) < SHORTEST:
        found.append(f"The digest you kept is too short to know a link by: give {SHORTEST} characters of it or more.")
    elif known and not any(link["digest"].startswith(known) for link in links):
        found.append(f"No link has the digest {known}: what stood then has been changed, or the chain made anew.")
    if not links:
        found.append("There is no link: the chain is gone, or nothing was ever posted.")
    if found:
        return say(1, "NOT AS IT WAS:", *(f"  {each}" for each in found))
    lines = [f"OK: {len(links):,} links hold, over {money(links)}."]
    if known:
        since = next(link for link in links if link["digest"].startswith(known))
        lines.append(f"The digest you kept is of {told(since)}, made {since['at']} UTC. Nothing up to it was changed.")
    return say(0, *lines, f"The digest of the last link, made {links[-1]['at']} UTC:", f"  {links[-1]['digest']}")


def say(outcome: int, *lines: str) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return outcome


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
