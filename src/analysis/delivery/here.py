"""Releases in a folder of this machine, laid out as `releases` says."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.delivery.releases import (
    CURRENT,
    LEFT,
    RELEASES,
    UNDONE,
    releases_among,
    tree_digest,
)
from analysis.errors import InputError
from analysis.graph.lock import hold

_FOLDER, _FILE = 0o755, 0o644
"""What a web server may read, whatever the publisher's umask."""


@dataclass(frozen=True)
class Here:
    """A folder of this machine; see ``releases.Folder``."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @contextmanager
    def held(self, make: bool) -> Iterator[None]:
        """Hold a lock for the rest of this process; failures within become one sentence."""
        link, releases = self.path / CURRENT, self.path / RELEASES
        with _as_sentence(self.path):
            if link.exists() and not link.is_symlink():
                raise InputError(f"{link} is not a link that was published: move it away.")
            if make:
                for folder in (self.path, releases):
                    if not folder.is_dir():
                        folder.mkdir()
                        folder.chmod(_FOLDER)
            if not releases.is_dir():
                raise InputError(f"{self.path} serves nothing yet: publish there first.")
            hold((releases / ".lock").resolve())
            for left in releases.glob(f"{UNDONE}*"):
                shutil.rmtree(left)
            yield

    def listed(self) -> tuple[str, list[str]]:
        """The name of the release in force, empty where there is none; the whole ones' names."""
        link, releases = self.path / CURRENT, self.path / RELEASES
        served = Path(os.readlink(link)).name if link.is_symlink() else ""
        names = releases_among(os.listdir(releases)) if releases.is_dir() else []
        return served if served in names else "", names

    def set_aside(self, names: Sequence[str]) -> None:
        """Add ``LEFT`` to the names of releases."""
        for name in names:
            (self.path / RELEASES / name).rename(self.path / RELEASES / f"{name}{LEFT}")

    def digest(self, name: str) -> str:
        """The digest of a release's content."""
        return tree_digest(self.path / RELEASES / name)

    def copy(self, site: Path, name: str, served: str) -> str:
        """Copy a site beside the releases; a copy that fails leaves nothing."""
        undone = self.path / RELEASES / f"{UNDONE}{name}"
        try:
            shutil.copytree(site, undone, copy_function=shutil.copyfile)
            for path in (undone, *undone.rglob("*")):
                path.chmod(_FOLDER if path.is_dir() else _FILE)
        except BaseException:
            shutil.rmtree(undone, ignore_errors=True)
            raise
        return undone.name

    def switch(self, copied: str, name: str) -> None:
        """Give a copy its name, and serve it."""
        (self.path / RELEASES / copied).rename(self.path / RELEASES / name)
        new = self.path / f"{UNDONE}{CURRENT}"
        new.unlink(missing_ok=True)
        new.symlink_to(Path(RELEASES) / name, target_is_directory=True)
        new.replace(self.path / CURRENT)

    def remove(self, names: Sequence[str]) -> None:
        """Remove releases; what cannot be removed is tried again the next time."""
        for name in names:
            path = self.path / RELEASES / name
            undone = path.with_name(f"{UNDONE}{name}")
            with contextlib.suppress(OSError):
                path.rename(undone)  # half removed, it is no release any more
                shutil.rmtree(undone)

    def fetch(self, folder: Path) -> Path:
        """Where the release in force lies; nothing is copied into the folder."""
        published = self.path / CURRENT
        if not published.is_dir():
            raise InputError(f"{published} is not there: publish first.")
        return published


@contextmanager
def _as_sentence(dest: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, shutil.Error) as error:
        cause = error.strerror or "not every file could be copied"
        raise InputError(
            f"{dest} cannot be written ({cause}): what is served there is as it was."
        ) from error
