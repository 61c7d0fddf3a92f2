"""Whether what is published is what the committed sources build."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.delivery.releases import CURRENT, Folder
from analysis.errors import InputError

SHOWN = 10


def verify(root: Path, dest: Folder) -> str:
    """Build a clean clone of HEAD with the installed libraries, and compare byte for byte.

    Parameters
    ----------
    root
        The checkout; changes that are not committed do not count.
    dest
        The folder that was published to, here or on another machine.

    Returns
    -------
    str
        A sentence that says what was compared.

    Raises
    ------
    InputError
        If nothing is published, the clone does not build, or a file differs: with the first ones.
    """
    named = f"{dest}/{CURRENT}"
    with TemporaryDirectory(prefix="verify-") as folder:
        published = dest.fetch(Path(folder) / "published")
        clone = Path(folder) / "clone"
        _run(["git", "clone", "--quiet", str(root.resolve()), str(clone)], Path(folder))
        commit = _run(["git", "rev-parse", "--short", "HEAD"], clone).strip()
        _run([sys.executable, "-m", "analysis.graph", "report"], clone)
        differing = differences(clone / "_site", published)
        count = sum(path.is_file() for path in published.rglob("*"))
    if differing:
        more = f", and {len(differing) - SHOWN} more" if len(differing) > SHOWN else ""
        raise InputError(
            f"{named} is not what commit {commit} builds: {'; '.join(differing[:SHOWN])}{more}."
        )
    return f"verified: {named} is, byte for byte, what commit {commit} builds ({count} files)"


def differences(built: Path, published: Path) -> list[str]:
    """The files in which two folders differ, in order of their paths."""
    found = []
    for name in sorted(_files(built) | _files(published)):
        one, other = built / name, published / name
        if not other.is_file():
            found.append(f"{name} is not published")
        elif not one.is_file():
            found.append(f"{name} is published only")
        elif one.read_bytes() != other.read_bytes():
            found.append(f"{name} differs")
    return found


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _run(command: list[str], folder: Path) -> str:
    paths = [str(folder / "src"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    if not shutil.which(command[0]):
        raise InputError(f"{command[0]} is not installed: verifying needs it.")
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if result.returncode:
        lines = (result.stdout + result.stderr).splitlines()[-SHOWN:]
        raise InputError(f"the clone of HEAD cannot be built: {' / '.join(lines)}")
    return result.stdout
