"""A folder that a web server serves: numbered releases, and a link to the one in force.

`DEST/current` leads to `DEST/releases/<number>-<digest of the content>`. It is replaced in one
step, so a reader finds the old site or the new one, whatever happens to the run that publishes. The
number, not a time, says which release came before: clocks can be set back.
"""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from analysis.errors import InputError
from analysis.graph.lock import hold

CURRENT = "current"
RELEASES = "releases"
KEEP = 5
_DIGITS = 16
_RELEASE = re.compile(rf"(\d{{4,}})-([0-9a-f]{{{_DIGITS}}})")
UNDONE = ".undone-"


def publish(site: Path, dest: Path, keep: int = KEEP) -> str:
    """Serve a site from a folder, unless exactly that is served already.

    Parameters
    ----------
    site
        The site, whole and checked.
    dest
        The folder; it is made where its parent is there.
    keep
        How many releases to keep, the new one among them.

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
    check_keep(keep)
    with _as_sentence(dest):
        _prepare(dest)
        digest = tree_digest(site)
        if serves(dest, digest):
            return f"nothing to publish: {dest} serves exactly this site, release {current(dest)}"
        name = next_name(releases(dest), digest)
        undone = dest / RELEASES / f"{UNDONE}{name}"
        try:
            shutil.copytree(site, undone, copy_function=shutil.copyfile)
            if tree_digest(undone) != digest:
                raise InputError(f"{site} changed while it was copied: publish again.")
            undone.rename(dest / RELEASES / name)
        except BaseException:
            shutil.rmtree(undone, ignore_errors=True)
            raise
        _switch(dest, name)
    _remove_old(dest, keep)
    return f"published: {dest / CURRENT} is release {name}"


def rollback(dest: Path) -> str:
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
    with _as_sentence(dest):
        if not (dest / RELEASES).is_dir():
            raise InputError(f"{dest} serves nothing yet: publish there first.")
        hold((dest / RELEASES / ".lock").resolve())
        served = current(dest)
        name = release_before(served, releases(dest), str(dest))
        if tree_digest(dest / RELEASES / name) != name.partition("-")[2]:
            raise InputError(f"release {name} is damaged, and is not served: publish anew.")
        _switch(dest, name)
    return f"rolled back: {dest / CURRENT} is release {name}, before it was {served}"


def serves(dest: Path, digest: str) -> bool:
    """Whether the release in force has this content, undamaged."""
    served = current(dest)
    return bool(served) and tree_digest(dest / RELEASES / served) == digest


def current(dest: Path) -> str:
    """The name of the release in force; empty where there is none."""
    link = dest / CURRENT
    return Path(os.readlink(link)).name if link.is_symlink() and link.exists() else ""


def releases(dest: Path) -> list[str]:
    """The names of the whole releases, the oldest first."""
    return releases_among(path.name for path in (dest / RELEASES).iterdir())


def releases_among(names: Iterable[str]) -> list[str]:
    """Those names that are whole releases', the oldest first."""
    return sorted((name for name in names if _RELEASE.fullmatch(name)), key=number)


def number(name: str) -> int:
    """A release's number."""
    return int(name.partition("-")[0])


def next_name(names: Sequence[str], digest: str) -> str:
    """The name of the release after those."""
    return f"{max(map(number, names), default=0) + 1:04}-{digest}"


def release_before(served: str, names: Sequence[str], dest: str) -> str:
    """The release before the one in force.

    Raises
    ------
    InputError
        If there is none.
    """
    earlier = [name for name in names if served and number(name) < number(served)]
    if not earlier:
        raise InputError(f"{dest} keeps no release before {served or 'the first'}.")
    return earlier[-1]


def check_keep(keep: int) -> None:
    """Refuse to keep no release.

    Raises
    ------
    InputError
        If `keep` is below 1.
    """
    if keep < 1:
        raise InputError(f"KEEP={keep} would keep no release: give a number of at least 1.")


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


def _prepare(dest: Path) -> None:
    link = dest / CURRENT
    if link.exists() and not link.is_symlink():
        raise InputError(f"{link} is not a link that was published: move it away.")
    dest.mkdir(exist_ok=True)
    (dest / RELEASES).mkdir(exist_ok=True)
    hold((dest / RELEASES / ".lock").resolve())
    for left in (dest / RELEASES).glob(f"{UNDONE}*"):
        shutil.rmtree(left)


def _switch(dest: Path, name: str) -> None:
    new = dest / f"{UNDONE}{CURRENT}"
    new.unlink(missing_ok=True)
    new.symlink_to(Path(RELEASES) / name, target_is_directory=True)
    new.replace(dest / CURRENT)


def _remove_old(dest: Path, keep: int) -> None:
    """Remove what is not kept; what cannot be removed is tried again the next time."""
    for name in releases(dest)[:-keep]:
        if name == current(dest):
            continue
        path = dest / RELEASES / name
        undone = path.with_name(f"{UNDONE}{name}")
        with contextlib.suppress(OSError):
            path.rename(undone)  # half removed, it is no release any more
            shutil.rmtree(undone)


@contextlib.contextmanager
def _as_sentence(dest: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, shutil.Error) as error:
        cause = error.strerror or "not every file could be copied"
        raise InputError(
            f"{dest} cannot be written ({cause}): what is served there is as it was."
        ) from error
