"""What doit does not check by itself: library versions and the content of outputs."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from analysis.errors import InputError


class _Task(Protocol):
    targets: list[str]
    value_savers: list[Callable[[], dict[str, object]]]


def versions(names: Iterable[str]) -> str:
    """The installed versions of some libraries, as a value for doit's `config_changed`.

    Parameters
    ----------
    names
        Names as in the requirements, such as `pandas`.

    Returns
    -------
    str
        Like `matplotlib 3.11.2, pandas 3.1.1`: sorted by name.

    Raises
    ------
    InputError
        If a library is not installed.
    """
    try:
        return ", ".join(f"{name} {version(name)}" for name in sorted(names))
    except PackageNotFoundError as error:
        raise InputError(f"{error.name} is not installed: pip install {error.name}") from error


def outputs_intact(task: _Task, values: Mapping[str, object]) -> bool:
    """Whether every target is as the task's last run left it; for doit's `uptodate`.

    Parameters
    ----------
    task
        The doit task. It will save its targets' digests after its next run.
    values
        What the task saved after its last run.
    """

    def digests() -> dict[str, str | None]:
        return {target: _digest(Path(target)) for target in task.targets}

    task.value_savers.append(lambda: {"outputs": digests()})
    return values.get("outputs") == digests()


def _digest(path: Path) -> str | None:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        listing = "".join(f"{file.relative_to(path)}\0{_digest(file)}\n" for file in files)
        return hashlib.sha256(listing.encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
