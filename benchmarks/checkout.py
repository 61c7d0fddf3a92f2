"""Copies of the project in temporary folders, and runs of the task graph in them."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError

STATE = (".doit-state.json", ".doit-durations.json")
BUILT = ("build", "data", "en", "reports", "_site", "index.ipynb", "search.ipynb")
LOG = Path("reports") / "run-log.jsonl"
SHOWN_LINES = 10


@dataclass(frozen=True)
class Run:
    """One run of the task graph: seconds of wall-clock time, and the tasks it executed."""

    seconds: float
    tasks: tuple[str, ...]


def copy_sources(root: Path, folder: Path) -> None:
    """Copy the files that git knows or would take: a clean copy, with changes not yet committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target)


def copy_built(root: Path, folder: Path) -> None:
    """Copy the project with all it has made, and make there what was stale."""
    copy_made(root, folder)
    report(folder)


def copy_made(root: Path, folder: Path) -> None:
    """Copy the project with all it has made.

    doit's record names files by their absolute paths: there they become those of the copy.
    """
    copy_sources(root, folder)
    for name in BUILT:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, dirs_exist_ok=True)
        elif (root / name).is_file():
            shutil.copy2(root / name, folder / name)
    for name in STATE:
        text = (root / name).read_text("utf-8")
        (folder / name).write_text(text.replace(f"{root}/", f"{folder}/"), "utf-8")


def environment(folder: Path) -> dict[str, str]:
    """The environment in which Python imports the copy's package, with the installed libraries."""
    paths = [str(folder / "src"), str(folder)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "RENDERER": "embedded"}


def command(folder: Path, *words: str) -> float:
    """Run a command in a copy; what it says of its progress, on stderr, is shown.

    Returns
    -------
    float
        Seconds it took.

    Raises
    ------
    InputError
        With its last lines, if it fails.
    """
    begun = time.monotonic()
    result = subprocess.run(
        words,
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if result.returncode:
        lines = result.stdout.splitlines()[-SHOWN_LINES:]
        raise InputError(f"{' '.join(words[:4])} failed in the copy: {' / '.join(lines)}")
    return time.monotonic() - begun


def report(folder: Path) -> Run:
    """What `make report` runs, in a copy."""
    seconds = command(folder, sys.executable, "-m", "analysis.graph", "report")
    return Run(seconds, executed_tasks(folder / LOG))


def executed_tasks(log: Path) -> tuple[str, ...]:
    """The tasks that the last run in a log executed."""
    records = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    start = max(place for place, record in enumerate(records) if record["event"] == "start")
    return tuple(r["task"] for r in records[start:] if r.get("result") == "run")


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that stands once in a file.

    Raises
    ------
    InputError
        If it does not.
    """
    text = path.read_text("utf-8")
    if text.count(old) != 1:
        raise InputError(
            f"{path.name} has {old!r} {text.count(old)} times: name a text it has once."
        )
    path.write_text(text.replace(old, new), "utf-8")
