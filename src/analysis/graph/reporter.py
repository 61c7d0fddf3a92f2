"""What doit prints: a line per executed task with the time left, then one for the run."""

import json
import shlex
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from doit.exceptions import BaseFail, UnmetDependency
from doit.reporter import ConsoleReporter
from doit.task import Task

from analysis.graph.checks import CHANGED_INPUTS
from analysis.graph.estimate import about, in_words, needed_by, time_left
from analysis.graph.imports import PACKAGE
from analysis.graph.lock import LOCK, hold
from analysis.graph.refusal import refusing
from analysis.graph.runlog import Result, RunLog, place_of
from analysis.graph.workers import run_ends_with_worker, run_has_ended, workers_end_with_run
from analysis.paths import python, shown
from analysis.writing import write_text, writing

_TRACEBACK_ENTRIES = 3
_OUTPUT_LINES = 10
_CLEAR_LINE = "\r\033[K"


class Reporter(ConsoleReporter):  # type: ignore[misc]
    """Progress for people, for `DOIT_CONFIG = {"reporter": Reporter}`.

    Tasks without actions (groups) and tasks whose name begins with `_` are neither
    counted nor printed. Exceptions defined in the package are meant for the user and
    shown as one sentence; any other with the end of its traceback.

    Attributes
    ----------
    durations_file
        Where the seconds each task took are kept between runs, seen from the folder of
        `dodo.py`. It may be deleted at any time.
    log_file
        The log of the latest runs, seen from the same folder.
    """

    desc = "progress with time left"
    durations_file = Path(".doit-durations.json")
    log_file = Path("reports/run-log.jsonl")

    def __init__(self, outstream: TextIO, options: Mapping[str, Any]) -> None:
        super().__init__(outstream, options)
        self._begun = time.monotonic()
        self._needs: dict[str, list[str]] = {}
        self._undecided: set[str] = set()
        self._total = 0
        self._started: dict[str, float] = {}
        self._lanes = 1
        self._ran: set[str] = set()
        self._failed: dict[str, list[Task]] = {}
        self._current = 0
        self._log: RunLog | None = None
        self._durations = _read_durations(self.durations_file)

    def initialize(self, tasks: Mapping[str, Task], selected_tasks: Sequence[str]) -> None:
        """Take the checkout for this run, and count what it may have to do.

        Raises
        ------
        InvalidCommand
            If another run is at work in it, or the log cannot be written.
        """
        with refusing():
            with writing(LOCK):
                hold(LOCK.resolve())
            log = RunLog(self.log_file)
        self._log = log
        workers_end_with_run()
        run_ends_with_worker()
        self._needs = {
            name: [*task.task_dep, *task.setup_tasks, *task.calc_dep]
            for name, task in tasks.items()
        }
        selected = needed_by(selected_tasks, self._needs)
        self._undecided = {name for name in selected if _counts(tasks[name])}
        self._total = len(self._undecided)

    def execute_task(self, task: Task) -> None:
        """Note the start; on a terminal also say what runs now."""
        if not _counts(task):
            return
        self._started[task.name] = time.monotonic()
        self._lanes = max(self._lanes, len(self._started))
        if self.outstream.isatty():
            self.write(f"{_CLEAR_LINE}{_label(task)} …")
            self.outstream.flush()

    def add_success(self, task: Task) -> None:
        """Print the task's line."""
        if not _counts(task):
            return
        seconds = self._finish(task)
        self._durations[task.name] = seconds
        self._ran.add(task.name)
        self._record(task, "run", seconds)
        left = self._left()
        rest = f", about {about(left)} left" if left >= 1 else ""
        changed = task.values.get(CHANGED_INPUTS)
        again = (
            f"; {shown(Path(changed[0]))} changed meanwhile, the next run reads it"
            if changed
            else ""
        )
        self._line(task, f"{in_words(seconds)}{rest}{again}")

    def skip_uptodate(self, task: Task) -> None:
        """Count the task."""
        if _counts(task):
            self._undecided.discard(task.name)
            self._current += 1
            self._record(task, "up-to-date")

    def skip_ignore(self, task: Task) -> None:
        """Say that the task is ignored, as `doit ignore` asked."""
        self._undecided.discard(task.name)
        self._line(task, f"ignored: `{python()} -m doit forget {task.name}` lets it run again")

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Print the error at once, unless a task before had the same; it is repeated at the end."""
        if isinstance(fail, UnmetDependency) or not fail.report:
            if _counts(task):
                self._record(task, "skipped")
            return
        seconds = self._finish(task)
        alike = self._failed.setdefault(_reason(fail), [])
        alike.append(task)
        sentence, lines = _sentence(task, fail), _report(task, fail).splitlines()
        about = {"error": sentence, "last_lines": lines[-_OUTPUT_LINES:], "command": _command(task)}
        self._record(task, "failed", seconds, **place_of(sentence), **about)
        self._line(task, f"failed after {in_words(seconds)}" if task.executed else "cannot run")
        if not (_is_for_user(fail) and len(alike) > 1):
            self.write(f"{_report(task, fail)}\n")

    def complete_run(self) -> None:
        """Say in one line what was done, then each error once and its mend."""
        run_has_ended()
        if self._log is None:  # the run did not begin
            return
        seconds = time.monotonic() - self._begun
        self.write(f"{self._summary()} ({in_words(seconds)})\n")
        for reason, (task, *alike) in self._failed.items():
            more, which = (f" and {len(alike)} more", "the first") if alike else ("", "it")
            self.write(f"error: {_label(task)}{more}: {reason}\n")
            self.write(f"  to run {which} again: {_command(task)}\n")
        for message in self.runtime_errors:
            self.write(f"error: {message}\n")
        counts = {"run": len(self._ran), "up-to-date": self._current}
        counts |= {"failed": self._failures(), "skipped": len(self._undecided)}
        with refusing():
            self._log.end(counts, seconds)
            if self._ran:
                _write_durations(self.durations_file, self._durations)

    def _record(self, task: Task, result: Result, seconds: float = 0, **failure: Any) -> None:
        if not self._log:
            return
        with refusing():
            self._log.task(task.name, result, seconds, **failure)

    def _finish(self, task: Task) -> float:
        self._undecided.discard(task.name)
        now = time.monotonic()
        return now - self._started.pop(task.name, now)

    def _left(self) -> float:
        """Count what depends on an executed task; all, until one is found up to date."""
        now = time.monotonic()
        started = dict(self._started)
        waiting = [
            name
            for name in self._undecided - started.keys()
            if not self._current or self._ran & needed_by([name], self._needs)
        ]
        running = {name: now - start for name, start in started.items()}
        return time_left(waiting, running, self._durations, self._lanes)

    def _line(self, task: Task, text: str) -> None:
        width = len(str(self._total))
        clear = _CLEAR_LINE if self.outstream.isatty() else ""
        number = self._total - len(self._undecided)
        self.write(f"{clear}[{number:>{width}}/{self._total}] {_label(task)} … {text}\n")
        self.outstream.flush()

    def _failures(self) -> int:
        return sum(map(len, self._failed.values()))

    def _summary(self) -> str:
        done = f"{len(self._ran)} run, {self._current} up to date"
        if self._failed or self.runtime_errors:
            missed = len(self._undecided)
            return f"failed: {self._failures()} of {self._total} tasks; {done}, {missed} not run"
        if self._undecided:
            return f"stopped: {done}, {len(self._undecided)} not run"
        if not self._ran:
            noun = "task is" if self._current == 1 else "tasks are"
            return f"nothing to do: {self._current} {noun} up to date"
        return f"done: {done}"


def _counts(task: Task) -> bool:
    return bool(task.actions) and not task.name.startswith("_")


def _label(task: Task) -> str:
    return str(task.title()) if task.custom_title else task.name.replace(":", " ")


def _command(task: Task) -> str:
    return f"{python()} -m doit {shlex.quote(task.name)}"


def _sentence(task: Task, fail: BaseFail) -> str:
    return f"error: {_label(task)}: {_reason(fail)}"


def _reason(fail: BaseFail) -> str:
    """One line from the exception, or from doit where there was none."""
    text = fail.traceback[-1] if fail.traceback else fail.message.removeprefix("ERROR: ")
    if _is_for_user(fail):
        text = text.partition(": ")[2]
    return " ".join(text.split())


def _report(task: Task, fail: BaseFail) -> str:
    """The sentence and, unless it is all a user needs, where the task came to grief."""
    if _is_for_user(fail):
        return _sentence(task, fail)
    captured = [a.err for a in task.actions if a.err and task.verbosity == 0]
    captured += [a.out for a in task.actions if a.out and task.verbosity <= 1]
    printed = "".join(captured).splitlines()[-_OUTPUT_LINES:]
    entries = "".join(fail.traceback[-_TRACEBACK_ENTRIES - 1 : -1]).splitlines()
    return "\n".join([*printed, *entries, _sentence(task, fail)])


def _is_for_user(fail: BaseFail) -> bool:
    return bool(fail.traceback) and fail.traceback[-1].startswith(f"{PACKAGE}.")


def _read_durations(path: Path) -> dict[str, float]:
    try:
        return {
            str(name): float(seconds)
            for name, seconds in json.loads(path.read_text(encoding="utf-8")).items()
        }
    except (AttributeError, FileNotFoundError, TypeError, ValueError):
        return {}


def _write_durations(path: Path, durations: Mapping[str, float]) -> None:
    rounded = {name: round(seconds, 2) for name, seconds in sorted(durations.items())}
    write_text(path, json.dumps(rounded, indent=1, ensure_ascii=False) + "\n")
