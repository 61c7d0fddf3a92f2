"""What a part of the benchmark found, kept as JSON until the table is put together."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.graph import versions
from analysis.paths import ROOT
from analysis.versions import code_version
from analysis.writing import write_text

FOLDER = ROOT / "build" / "bench"
LIBRARIES = ("ipykernel", "matplotlib", "numpy", "pandas", "papermill", "pypandoc-binary")


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, and its goal where there is one.

    ``reached`` is None where there is no goal; ``note`` says how it was measured, or why a goal
    was not reached.
    """

    what: str
    measured: str
    goal: str = ""
    reached: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Part:
    """The rows of one part, and on what they were measured."""

    name: str
    conditions: str
    rows: tuple[Row, ...]


def conditions() -> str:
    """Cores, memory, versions of Python, the libraries and the code; nothing else of a machine."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return (
        f"code {code_version()} ({described}), {os.cpu_count()} cores, {platform.system()}, "
        f"{versions(LIBRARIES)}"
    )


def keep(name: str, rows: Sequence[Row], folder: Path = FOLDER) -> None:
    """Keep a part's rows; those it had before are replaced."""
    part = Part(name, conditions(), tuple(rows))
    write_text(folder / f"{name}.json", json.dumps(asdict(part), indent=1, ensure_ascii=False))


def kept(folder: Path = FOLDER) -> list[Part]:
    """The parts measured so far, in order of their names."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("?.json"))]
    return [
        Part(each["name"], each["conditions"], tuple(Row(**row) for row in each["rows"]))
        for each in found
    ]
