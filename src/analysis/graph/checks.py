"""What doit does not check by itself, or not fast: library versions, content of outputs, inputs."""

import hashlib
import os
import platform
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from doit import dependency

from analysis.errors import InputError

CHANGED_INPUTS = "changed inputs"
"""Under this name a task's values on record list the inputs that changed while it ran."""

_INPUTS = "inputs"

_Stamp = tuple[int, int] | None


class _Task(Protocol):
    targets: list[str]
    values: dict[str, Any]
    value_savers: list[Callable[[], dict[str, object]]]


def versions(names: Iterable[str]) -> str:
    """The versions of Python and of some libraries, as a value for `Settings`.

    Parameters
    ----------
    names
        Names as in the requirements, such as `pandas`.

    Returns
    -------
    str
        Like `matplotlib 3.11.2, pandas 3.1.1, python 3.11.7`: the libraries sorted by name.

    Raises
    ------
    InputError
        If a library is not installed.
    """
    try:
        installed = [f"{name} {version(name)}" for name in sorted(names)]
    except PackageNotFoundError as error:
        raise InputError(f"{error.name} is not installed: pip install {error.name}") from error
    return ", ".join([*installed, f"python {platform.python_version()}"])


def outputs_intact(task: _Task, values: Mapping[str, object]) -> bool:
    """Whether every target is as the task's last run left it; for doit's `uptodate`.

    Parameters
    ----------
    task
        The doit task. It will save its targets' digests after its next run.
    values
        What the task saved after its last run.
    """

    task.value_savers.append(lambda: {"outputs": _digests(task)})
    return values.get("outputs") == _digests(task)


def changed_outputs(task: _Task, values: Mapping[str, object]) -> list[str]:
    """The targets that are not as the task's last run left them."""
    kept = values.get("outputs")
    before = kept if isinstance(kept, dict) else {}
    return [name for name, digest in _digests(task).items() if before.get(name) != digest]


def note_inputs(dependencies: Iterable[str]) -> dict[str, dict[str, _Stamp]]:
    """What a task's inputs are just before it runs: its first action, for `inputs_kept`."""
    return {_INPUTS: {path: _stamp(path) for path in dependencies}}


def inputs_kept(task: _Task, values: Mapping[str, object]) -> bool:
    """Whether no input changed while the task last ran; for doit's `uptodate`.

    doit puts on record what the inputs are after a run, whatever it has read.

    Parameters
    ----------
    task
        The doit task, whose first action is `note_inputs`.
    values
        What the task saved after its last run.
    """
    task.value_savers.append(lambda: {CHANGED_INPUTS: _changed_inputs(task)})
    return not values.get(CHANGED_INPUTS)


class Settings:
    """Whether a task's parameters and libraries are those of its last run; for `uptodate`.

    Parameters
    ----------
    parameters
        Values by name.
    libraries
        As `versions` gives them.
    """

    def __init__(self, parameters: Mapping[str, str | int], libraries: str) -> None:
        self._settings = {f"parameter {name}": value for name, value in parameters.items()}
        for library in libraries.split(", "):
            name, _, number = library.partition(" ")
            self._settings[f"library {name}"] = number

    def __call__(self, task: _Task, values: Mapping[str, object]) -> bool:
        """Whether nothing has changed; the task saves its settings after its next run."""
        task.value_savers.append(lambda: {"settings": self._settings})
        return values.get("settings") == self._settings

    def changes(self, values: Mapping[str, object]) -> list[str]:
        """What has changed: `library pandas is 3.1.2, was 3.1.1`."""
        kept = values.get("settings")
        before = kept if isinstance(kept, dict) else {}
        return [
            f"{name} is {self._settings.get(name, 'gone')}, was {before.get(name, 'not there')}"
            for name in sorted(self._settings.keys() | before.keys())
            if self._settings.get(name) != before.get(name)
        ]


class MD5Checker(dependency.MD5Checker):  # type: ignore[misc]
    """doit's own check of a file, which reads a file once a run and not once for each task.

    It has the name of doit's, since doit makes everything again after a change of the checker.
    """

    def __init__(self) -> None:
        self._digests: dict[tuple[str, int, int], str] = {}

    def check_modified(self, file_path: str, file_stat: Any, state: Any) -> bool:
        """Whether a file is another than when its state was stored."""
        timestamp, size, digest = state
        if file_stat.st_size != size:
            return True
        if file_stat.st_mtime == timestamp:
            return False
        key = (file_path, file_stat.st_mtime_ns, file_stat.st_size)
        if key not in self._digests:
            self._digests[key] = dependency.get_file_md5(file_path)
        return bool(digest != self._digests[key])

    def get_state(self, dep: str, current_state: Any) -> Any:
        """What to store of a file; None where its stored state is still true."""
        same_size = current_state and os.path.getsize(dep) == current_state[1]
        return super().get_state(dep, current_state if same_size else None)


def _changed_inputs(task: _Task) -> list[str]:
    before = task.values.pop(_INPUTS, {})
    return sorted(path for path, stamp in before.items() if stamp != _stamp(path))


def _stamp(path: str) -> _Stamp:
    try:
        state = os.stat(path)
    except FileNotFoundError:
        return None
    return state.st_mtime_ns, state.st_size


def _digests(task: _Task) -> dict[str, str | None]:
    return {target: _digest(Path(target)) for target in task.targets}


def _digest(path: Path) -> str | None:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        listing = "".join(f"{file.relative_to(path)}\0{_digest(file)}\n" for file in files)
        return hashlib.sha256(listing.encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
