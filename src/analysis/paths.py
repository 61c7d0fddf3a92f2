"""Where things lie: a few constants, all below the project's root."""

import re
import sys
from pathlib import Path

from analysis.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw"
TABLES = RAW / "tables"
PROCESSED = ROOT / "data" / "processed"
NOTEBOOKS = ROOT / "notebooks"

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""A code that becomes a file's name and an anchor: it cannot lead out of a folder."""


def shown(path: Path) -> str:
    """Name a file the way a message should: relative to the project where it lies in it."""
    resolved = path.resolve()
    return resolved.relative_to(ROOT).as_posix() if resolved.is_relative_to(ROOT) else str(path)


def python() -> str:
    """This interpreter as one types it in the project's root: by its path below it, or its name."""
    here = Path(sys.executable)
    return here.relative_to(ROOT).as_posix() if here.is_relative_to(ROOT) else "python"


def inside_project(path: str) -> Path:
    """A path given as a parameter, relative to the project's root.

    Raises
    ------
    InputError
        If it leads out of the project.
    """
    resolved = (ROOT / path).resolve()
    if not resolved.is_relative_to(ROOT):
        raise InputError(f"{path!r} leads out of the project; give a path below its root.")
    return resolved
