"""What is served: numbered releases in a folder, and a link to the one in force.

`DEST/current` leads to `DEST/releases/<number>-<digest of the content>`. It is replaced in one
step, so a reader finds the old site or the new one, whatever happens to the run that publishes. The
number, not a time, says which release came before: clocks can be set back. One numbered above that
in force was left by a rollback, or never served by a killed run: the next publication sets it aside
as `<name>.left`, so that no rollback takes it for one that came before.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Protocol

from analysis.errors import InputError

CURRENT = "current"
RELEASES = "releases"
KEEP = 5
_DIGITS = 16
LEFT = ".left"
_RELEASE = re.compile(rf"(\d{{4,}})-([0-9a-f]{{{_DIGITS}}})({re.escape(LEFT)})?")
UNDONE = ".undone-"


class Folder(Protocol):
    """A folder to publish to, on this machine (`here`) or another (`remote`).

    What fails raises an InputError, and what is served is as it was.
    """

    def held(self, make: bool) -> AbstractContextManager[None]:
        """Keep other runs out, and remove what a killed one left.

        Parameters
        ----------
        make
            Whether a folder that is not there is made; where its parent is there, it can be.

        Raises
        ------
        BusyError
            If another run publishes there.
        """

    def listed(self) -> tuple[str, list[str]]:
        """The name of the release in force, empty where there is none; the whole ones' names."""

    def set_aside(self, names: Sequence[str]) -> None:
        """Add ``LEFT`` to the names of releases."""

    def digest(self, name: str) -> str:
        """The digest of a release's content, as ``tree_digest`` computes it."""

    def copy(self, site: Path, name: str, served: str) -> str:
        """Copy a site beside the releases, and return the name of the copy.

        Parameters
        ----------
        served
            The release in force, which may have files in common with it.
        """

    def switch(self, copied: str, name: str) -> None:
        """Give a copy its name, and serve it."""

    def remove(self, names: Sequence[str]) -> None:
        """Remove releases, or a copy; what cannot be removed is tried again the next time."""

    def fetch(self, folder: Path) -> Path:
        """Where the release in force lies on this machine: copied into a folder if need be."""


def publish(site: Path, dest: Folder, keep: int = KEEP) -> str:
    """Serve a site from a folder, unless exactly that is served already.

    Parameters
    ----------
    site
        The site, whole and checked.
    dest
        The folder; it is made where its parent is there.
    keep
        How many releases to keep, the new one among them: at least 1.

    Returns
    -------
    str
        A sentence on what was done.

    Raises
    ------
    InputError
        If the folder cannot be written; what it serves is as it was.
    BusyError
        If another run publishes there.
    """
    with dest.held(make=True):
        digest = tree_digest(site)
        served, names = dest.listed()
        if served and dest.digest(served) == digest:
            return f"nothing to publish: {dest} serves exactly this site, release {served}"
        name = f"{max(map(number, names), default=0) + 1:04}-{digest}"
        names = _with_unserved_aside(dest, served, names)
        copied = dest.copy(site, name, served)
        if dest.digest(copied) != digest:
            dest.remove([copied])
            raise InputError(f"{site} changed while it was copied: publish again.")
        dest.switch(copied, name)
        dest.remove([*names, name][:-keep])
    return f"published: {dest}/{CURRENT} is release {name}"


def rollback(dest: Folder) -> str:
    """Serve the release before the one in force.

    Returns
    -------
    str
        A sentence on what was done.

    Raises
    ------
    InputError
        If there is none before, or it is damaged; what is served is as it was.
    """
    with dest.held(make=False):
        served, names = dest.listed()
        earlier = [name for name in names if _came_before(name, served)]
        if not earlier:
            raise InputError(f"{dest} keeps no release before {served or 'the first'}.")
        name = earlier[-1]
        if dest.digest(name) != name.partition("-")[2]:
            raise InputError(f"release {name} is damaged, and is not served: publish anew.")
        dest.switch(name, name)
    return (
        f"rolled back: {dest}/{CURRENT} is release {name}; {served} stays in {dest}/{RELEASES}, "
        "and no rollback serves it again"
    )


def _came_before(name: str, served: str) -> bool:
    return bool(served) and number(name) < number(served) and not name.endswith(LEFT)


def _with_unserved_aside(dest: Folder, served: str, names: Sequence[str]) -> list[str]:
    """The names once those of releases above that in force say that they were left."""
    above = [n for n in names if number(n) > number(served or "0") and not n.endswith(LEFT)]
    dest.set_aside(above)
    return [f"{name}{LEFT}" if name in above else name for name in names]


def serves(dest: Folder, digest: str) -> bool:
    """Whether the release in force has this content, undamaged.

    Raises
    ------
    InputError
        If the folder is on a machine that cannot be reached.
    """
    served, _ = dest.listed()
    return bool(served) and dest.digest(served) == digest


def releases_among(names: Iterable[str]) -> list[str]:
    """Those names that are whole releases', set aside or not, the oldest first."""
    return sorted((name for name in names if _RELEASE.fullmatch(name)), key=number)


def number(name: str) -> int:
    """A release's number."""
    return int(name.partition("-")[0])


def tree_digest(folder: Path) -> str:
    """The first digits of a SHA-256 over the paths and contents of a folder's files."""
    return digest_of(
        {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file()
        }
    )


def digest_of(files: Mapping[str, str]) -> str:
    """The first digits of a SHA-256 over files' paths and SHA-256s."""
    lines = [f"{path}\0{files[path]}\n" for path in sorted(files, key=PurePosixPath)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:_DIGITS]
