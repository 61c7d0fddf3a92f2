"""`doit why PAGE`: what has changed since a page was made, without making it."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from doit.cmd_base import DoitCmdBase
from doit.control import TaskControl
from doit.exceptions import InvalidCommand
from doit.task import Task

from analysis.graph.checks import (
    CHANGED_INPUTS,
    Settings,
    changed_outputs,
    inputs_kept,
    outputs_intact,
)
from analysis.graph.estimate import needed_by

_SHOWN = 3
_FILES = {
    "changed_file_dep": "changed",
    "missing_file_dep": "is missing",
    "removed_file_dep": "is no longer an input",
    "added_file_dep": "is a new input",
}


class Why(DoitCmdBase):  # type: ignore[misc]
    """Says for each language of a page whether it is fresh, and if not what has changed."""

    name = "why"
    doc_purpose = "say why a page would be made again"
    doc_usage = "PAGE"
    doc_description = None
    cmd_options = ()

    def _execute(self, pos_args: Sequence[str]) -> int:
        control = TaskControl(self.task_list)
        for task in pages_called(pos_args[0] if pos_args else "", control.tasks):
            self.outstream.write(f"{self._verdict(task, control.tasks)}\n")
        return 0

    def _verdict(self, task: Task, tasks: Mapping[str, Task]) -> str:
        _, page, language = task.name.split(":")
        named = f"{page} ({language})"
        own = self._reasons(task, tasks)
        if own:
            return f"{named} is stale: {own}"
        needs = {name: [*other.task_dep, *other.setup_tasks] for name, other in tasks.items()}
        for name in sorted(needed_by([task.name], needs) - {task.name}):
            before = self._reasons(tasks[name], tasks) if tasks[name].actions else ""
            if before:
                return f"{named} is fresh so far, but {name}, which it needs, is stale: {before}"
        return f"{named} is fresh"

    def _reasons(self, task: Task, tasks: Mapping[str, Task]) -> str:
        status = self.dep_manager.get_status(task, tasks, get_log=True)
        if status.status == "up-to-date":
            return ""
        values = self.dep_manager.get_values(task.name)
        if not values:
            return "no complete run of it is on record"
        found = list(dict.fromkeys(_sentences(task, values, status.reasons)))
        more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        return "; ".join(found[:_SHOWN]) + more


def pages_called(page: str, tasks: Mapping[str, Task]) -> list[Task]:
    """The tasks of a page, one for each language.

    Parameters
    ----------
    page
        As in the page's address: `reports/progress-2025`, with or without `en/` and ending.

    Raises
    ------
    InvalidCommand
        If there is no such page, with the names most like it.
    """
    named = page.removeprefix("en/").removesuffix(".html").removesuffix(".ipynb")
    names = {name.split(":")[1] for name in tasks if name.count(":") == 2}
    if named not in names:
        like = difflib.get_close_matches(named, names, n=3) or sorted(names)[:3]
        raise InvalidCommand(f'no page is called "{page}": give PAGE={" or PAGE=".join(like)}')
    return [task for name, task in tasks.items() if name.startswith(f"page:{named}:")]


def _sentences(task: Task, values: Mapping[str, Any], reasons: Mapping[str, Any]) -> Iterator[str]:
    for check, _, _ in reasons.get("uptodate_false") or ():
        if isinstance(check, Settings):
            yield from check.changes(values)
        elif check is inputs_kept:
            yield from (
                _input(path, "changed while it was read") for path in values[CHANGED_INPUTS]
            )
        elif check is outputs_intact:
            for target in changed_outputs(task, values):
                state = "was changed" if Path(target).exists() else "is missing"
                yield f"output {_shown(target)} {state}"
    for reason, words in _FILES.items():
        for path in sorted(reasons.get(reason) or ()):
            yield _input(path, words)


def _input(path: str, words: str) -> str:
    kind = "code" if path.endswith(".py") else "file"
    return f"{kind} {_shown(path)} {words}"


def _shown(path: str) -> str:
    resolved = Path(path).resolve()
    here = Path.cwd()
    return resolved.relative_to(here).as_posix() if resolved.is_relative_to(here) else path
