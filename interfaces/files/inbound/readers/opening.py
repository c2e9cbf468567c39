"""The one place a file from outside is opened: a regular file of a bounded size, and nothing else.

A device, a pipe, a loop of links or a file without end is refused before a byte of it is believed; every reader of
extracts, workbooks, statements, circumstances, costings, scenarios, policy and coding begins here.
"""

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

LARGEST_EXTRACT = 2 << 30  # bytes: a county's lines are some hundreds of millions
LARGEST_WORKBOOK = 512 << 20  # as it is stored
LARGEST_TEXT = 64 << 20  # circumstances, costings, statements, coding
LARGEST_TOML = 4 << 20  # scenarios and policy


class UnusableFile(Exception):
    """A file of which no row can be read. ``where`` adds a line, when there is one to name."""

    def __init__(self, what: str, what_to_do: str, where: str = "") -> None:
        super().__init__(f"{what} {what_to_do}")
        self.what = what
        self.what_to_do = what_to_do
        self.where = where


_WHY = {
    errno.ENOENT: ("is not there.", "Check the name and the folder."),
    errno.ENOTDIR: ("is not there.", "Check the name and the folder."),
    errno.EACCES: ("may not be read by you.", "Ask whoever keeps it for leave to read it."),
    errno.EPERM: ("may not be read by you.", "Ask whoever keeps it for leave to read it."),
    errno.ELOOP: ("is a link that leads back to itself.", "Name the file itself."),
    errno.ENAMETOOLONG: ("has too long a name.", "Give it a shorter one."),
    errno.EISDIR: ("is a folder, not a file.", "Name a file in it."),
}


def open_file(path: Path, most: int = LARGEST_EXTRACT) -> BufferedReader:
    """Open a file to read its bytes. Raises UnusableFile for whatever is no regular file of ``most`` bytes or fewer."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise UnusableFile(*_WHY.get(error.errno or 0, _CANNOT)) from error
    except ValueError as error:  # a name no file can have
        raise UnusableFile(*_WHY[errno.ENOENT]) from error
    try:
        about = os.fstat(handle)
        if stat.S_ISDIR(about.st_mode):
            raise UnusableFile(*_WHY[errno.EISDIR])
        if not stat.S_ISREG(about.st_mode):
            raise UnusableFile("is not a file but a device or a pipe.", "Save it as a file and name that.")
        if about.st_size > most:
            raise UnusableFile(
                f"is larger than {said_size(most)}.", "Check that it is the right file, or send it in parts."
            )
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


_CANNOT = ("cannot be read.", "Check that it can be opened on this machine, and try again.")


def read_bytes(path: Path, most: int = LARGEST_TEXT) -> bytes:
    """All of a file. Raises UnusableFile."""
    with open_file(path, most) as raw:
        try:
            content = raw.read(most + 1)
        except OSError as error:
            raise UnusableFile(*_CANNOT) from error
    if len(content) > most:  # it grew while it was read
        raise UnusableFile(
            f"is larger than {said_size(most)}.", "Check that it is the right file, or send it in parts."
        )
    return content


def read_text(path: Path, most: int = LARGEST_TEXT) -> str:
    """All of a file of text, in UTF-8, with or without its mark. Raises UnusableFile."""
    return as_text(read_bytes(path, most))


def as_text(content: bytes) -> str:
    """Bytes as text in UTF-8. Raises UnusableFile for any other encoding, by name where it can be told."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnusableFile("is in UTF-16, not UTF-8.", "Save it as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnusableFile("is not in UTF-8.", "Save it as UTF-8.", f"line {line}") from error


def said_size(size: int) -> str:
    return f"{size >> 30:,} GB" if size >= 1 << 30 else f"{size >> 20:,} MB"
