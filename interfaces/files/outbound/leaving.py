"""How a file leaves: whole or not at all, over nothing that differs, for its owner's eyes alone.

A file is written under a temporary name in its own folder, synced, given its name and the folder synced: whoever
watches the folder never meets part of a file. Killed half-way, a process leaves only such temporaries behind; whoever
does the same again takes them away, once it is sure that nobody is writing in the folder. Nobody takes away anything
else. What holds people or bank details is nobody else's to read: files are made 0600 and folders 0700, whatever the
umask, where the system has such a thing.
"""

import ctypes
import errno
import hashlib
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from finance.problems import Refusal

if sys.platform != "win32":
    import fcntl

FILE_MODE, FOLDER_MODE = 0o600, 0o700
MARK = ".outturn-unfinished-"
"""How the name of a temporary begins: a file so named was never finished, and nobody may use it."""

_FEW = 50  # files synced one by one; more are synced together, where the system can
_PATIENCE = 10.0  # seconds to wait while somebody else clears a folder up
_NEW = os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class CannotWrite(Refusal):
    """A file cannot be written where it was to go."""


class NoRoom(CannotWrite):
    """The disk, or what its owner may use of it, is full."""


class WouldOverwrite(Refusal):
    """A file of that name is there already, and is not the same."""

    def __init__(self, path: Path, cut_short: bool = False) -> None:
        what = "is there already and is not the same."
        if cut_short:
            what = (
                "is there already, cut short: it is the beginning of the file that was issued, written by an "
                "earlier version."
            )
        super().__init__(f"{path} {what}", "Use nothing of it. Move it away and do this again, or name another folder.")


def is_plain(name: str) -> bool:
    """Whether a name is a file's own: no folder, and no way out of one."""
    return name not in (".", "..") and bool(_PLAIN.fullmatch(name))


_PLAIN = re.compile(r"[^\x00-\x1f\x7f/\\]+")


def leave(path: Path, content: bytes, *, over: bool = False) -> None:
    """Write one file, whole. The same bytes there already are left; others refuse, unless ``over``: for what may be
    made anew.

    Raises WouldOverwrite, NoRoom, CannotWrite.
    """
    with into(path.parent, path.name) as folder:
        folder.save([(path.name, content)], over=over)


@contextmanager
def growing(path: Path) -> Iterator[BinaryIO]:
    """A file too large to hold, written piece by piece and given its name at the end of the block. Refuses as
    ``leave`` does.
    """
    with into(path.parent, path.name) as folder, folder.growing(path.name) as file:
        yield file


def own_folder(folder: Path) -> None:
    """Make a folder, and those above it that are not there, for its owner alone. One that is there stays as it is."""
    with _refused(folder):
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            with suppress(FileExistsError):
                os.mkdir(each, FOLDER_MODE)
            if not each.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "", str(each))


def own_file(path: Path) -> None:
    """Make an empty file for its owner alone, for another library to fill. One that is there and empty is made the
    owner's alone; one that holds something stays as it is: whoever keeps it may have given others the right to it."""
    if path.exists():
        if path.is_file() and not path.stat().st_size:
            with suppress(OSError):  # not ours to say
                path.chmod(FILE_MODE)
        return
    with _refused(path.parent), suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | _NEW, FILE_MODE))


class Leaving:
    """A folder that files are leaving into. ``into`` makes it."""

    def __init__(self, folder: Path, own: str) -> None:
        self.folder = folder
        self._inside = os.path.join(folder, "")
        self._own = f"{MARK}{hashlib.sha256(own.encode(errors='surrogatepass')).hexdigest()[:12]}-"

    def save(self, files: Sequence[tuple[str, bytes]], *, over: bool = False) -> None:
        """Files under their names, in order. All of them are whole and on the disk before the first has its name."""
        for name, _ in files:
            if not is_plain(name):
                raise CannotWrite(
                    f"“{name}” is no plain name of a file, so nothing is written to {self.folder}.",
                    "Have the proof read, and find out who gave a file that name: outturn proof",
                )
        with _refused(self.folder):
            new = [(name, content) for name, content in files if over or not self._there(name, content)]
            one_by_one = len(new) <= _FEW or sys.platform != "linux"
            made: list[str] = []
            done = 0
            try:
                for _, content in new:
                    made.append(self._temporary())
                    _write(made[-1], content, sync=one_by_one)
                if not one_by_one:
                    _sync_disk_of(self.folder)
                for done, (name, _) in enumerate(new):
                    os.replace(made[done], self._inside + name)
                done = len(new)
            finally:
                _take_away(made[done:])
            _sync_folder(self.folder)

    @contextmanager
    def growing(self, name: str) -> Iterator[BinaryIO]:
        """A file written piece by piece, given its name at the end of the block."""
        temporary = self._temporary()
        try:
            with _refused(self.folder):
                handle = os.open(temporary, os.O_RDWR | _NEW, FILE_MODE)
            with os.fdopen(handle, "w+b") as file, _refused(self.folder):
                yield file
                file.flush()
                os.fsync(file.fileno())
            with _refused(self.folder):
                if not self._there_as(name, temporary):
                    os.replace(temporary, self.folder / name)
                    _sync_folder(self.folder)
        finally:
            _take_away([temporary])

    def clear_up(self) -> None:
        """Take away what an earlier process of the same work left unfinished. Only while nobody else writes here."""
        with suppress(OSError):
            _take_away([each.path for each in os.scandir(self.folder) if each.name.startswith(self._own)])

    def _temporary(self) -> str:
        return f"{self._inside}{self._own}{secrets.token_hex(8)}"

    def _there(self, name: str, content: bytes) -> bool:
        """Whether exactly that is there already. Raises WouldOverwrite where something else is."""
        if not os.path.lexists(self._inside + name):
            return False
        path = Path(self.folder, name)
        try:
            there = path.read_bytes()
        except OSError as error:
            raise WouldOverwrite(path) from error
        if there != content:
            raise WouldOverwrite(path, cut_short=content.startswith(there))
        return True

    def _there_as(self, name: str, made: str) -> bool:
        path = Path(self.folder, name)
        if not os.path.lexists(path):
            return False
        if not path.is_file() or digest(path) != digest(Path(made)):
            raise WouldOverwrite(path)
        return True


@contextmanager
def into(folder: Path, own: str) -> Iterator[Leaving]:
    """A folder to write files into, made if need be. ``own`` names the work: what an earlier process of the same work
    left unfinished is taken away first, unless somebody is writing in the folder now.

    Whoever writes holds a shared lock on the folder, and nobody clears up without having it alone: a temporary that is
    still being written is never taken for a leftover.
    """
    own_folder(folder)
    leaving = Leaving(folder, own)
    handle = _lock(leaving)
    try:
        yield leaving
    finally:
        if handle is not None:
            os.close(handle)


def _lock(leaving: Leaving) -> int | None:
    """The folder held open, with a shared lock on it where the system has such locks; nothing is cleared up without."""
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(leaving.folder, os.O_RDONLY)
    except OSError:
        return None  # a folder one may put files in and not look at
    try:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leaving.clear_up()
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return handle
            except BlockingIOError:
                if time.monotonic() > until:
                    return handle
                time.sleep(0.01)
    except OSError:
        return handle  # a disk on a network, without locks
    except BaseException:
        os.close(handle)
        raise


def _write(path: str, content: bytes, *, sync: bool) -> None:
    handle = os.open(path, os.O_WRONLY | _NEW, FILE_MODE)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if sync:
            os.fsync(handle)
    finally:
        os.close(handle)


def _take_away(temporaries: Iterable[str]) -> None:
    """Temporaries of this process, or leftovers of one that is gone; never a file that has its name."""
    for each in temporaries:
        with suppress(OSError):
            os.unlink(each)


def _sync_disk_of(folder: Path) -> None:
    """All that waits to be written to the disk a folder is on, and no other: Linux’s ``syncfs``, which Python does not
    offer. Unlike ``sync``, it says so when something could not be written.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(handle):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """So that the names outlive a power cut too. Some systems cannot; the files themselves are on the disk."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest(path: Path) -> str:
    """The sha256 of a file, however large."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_OURS = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def _refused(folder: Path) -> Iterator[None]:
    """What the system says, as a refusal that says which folder and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom(
                f"There is no room left in {folder}.",
                "Make room there, then do the same again: nothing half-written is left.",
            ) from error
        if error.errno in _NOT_OURS:
            raise CannotWrite(
                f"{folder} may not be written in.", "Name another folder, or ask its owner for the right to."
            ) from error
        if error.errno == errno.ENOTDIR:
            raise CannotWrite(f"{error.filename or folder} is a file, not a folder.", "Name another folder.") from error
        if error.errno == errno.ENAMETOOLONG:
            raise CannotWrite(f"A name is too long for {folder}.", "Name a shorter one.") from error
        said = f" ({error.strerror})" if error.strerror else ""
        raise CannotWrite(
            f"{folder} cannot be written in{said}.", "Name another folder, or have the disk looked at."
        ) from error
