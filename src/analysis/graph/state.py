"""doit's record of earlier runs, kept as a run goes along: a killed run is not repeated.

The file has a line for each task, a JSON object `{"task": record}`; a later line replaces an
earlier one, and `null` removes it. During a run lines are only appended, so a kill costs at most
the last of them. At the run's end the file is written anew with the lines still in force.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from doit.dependency import JSONCodec

from analysis.graph.refusal import refusing
from analysis.writing import write_text, writing

Record = dict[str, Any]

_LAST_OF_SUCCESS = "deps:"
"""What `doit.dependency.Dependency.save_success` stores last of a task that has run."""


class AppendingDB:
    """A backend for doit, registered in `pyproject.toml` under `tool.doit.plugins.backend`.

    Lines that cannot be read are left out with a sentence on standard error; their tasks are
    made again. Where the file cannot be written the run ends with a sentence (doit's
    `InvalidCommand`), and keeps what is on record.

    Parameters
    ----------
    name
        The file.
    codec
        doit's JSON codec.
    module_name
        Not used: other backends of doit have modules to choose from.
    """

    desc = "JSON lines, appended as tasks end"

    def __init__(self, name: str, codec: JSONCodec, *, module_name: str | None = None) -> None:
        self.name = name
        self._codec = codec
        self._path = Path(name)
        self._appended = False
        self._changed = False
        self._refused = False
        self._records: dict[str, Record] = {}
        damaged = self._load()
        if damaged:
            self._changed = True
            lines = "a line" if damaged == 1 else f"{damaged} lines"
            print(
                f"{self._path.name}: {lines} could not be read, after a killed run or damage: "
                "what they told of is made again.",
                file=sys.stderr,
            )

    def get(self, task_id: str, dependency: str) -> Any:
        """A stored value; None where there is none."""
        return self._records.get(task_id, {}).get(dependency)

    def set(self, task_id: str, dependency: str, value: Any) -> None:
        """Store a value; a task's record goes into the file with the last of its values."""
        self._changed = True
        self._records.setdefault(task_id, {})[dependency] = value
        if dependency == _LAST_OF_SUCCESS:
            self._append(task_id)

    def in_(self, task_id: str) -> bool:
        """Whether anything is stored of a task."""
        return task_id in self._records

    def remove(self, task_id: str) -> None:
        """Forget a task, in the file too."""
        if self._records.pop(task_id, None) is not None:
            self._changed = True
            self._append(task_id)

    def remove_all(self) -> None:
        """Forget every task."""
        self._changed = True
        self._records = {}

    def dump(self) -> None:
        """Write the file anew, in one step, unless nothing has changed or it was refused before."""
        if not self._changed or self._refused:
            return
        with self._once():
            write_text(self._path, "".join(self._line(task_id) for task_id in self._records))
        self._changed = False

    def _load(self) -> int:
        """Read the file; the number of lines that cannot be read."""
        if not self._path.exists():
            return 0
        damaged = 0
        with self._path.open(encoding="utf-8", errors="replace") as stream:
            for line in filter(str.strip, stream):
                try:
                    self._take(self._codec.decode(line))
                except ValueError:
                    damaged += 1
        return damaged

    def _take(self, records: object) -> None:
        if not isinstance(records, dict):
            raise ValueError
        for task_id, record in records.items():
            if record is None:
                self._records.pop(task_id, None)
            elif isinstance(record, dict):
                self._records[task_id] = record
            else:
                raise ValueError

    def _append(self, task_id: str) -> None:
        with self._once(), self._path.open("a", encoding="utf-8") as stream:
            if not self._appended:
                stream.write("\n")  # after a line that a kill or a full disk cut off
            stream.write(self._line(task_id))
        self._appended = True

    @contextmanager
    def _once(self) -> Iterator[None]:
        """Refused once, nothing more is written: the end of a failed run must not fail too."""
        self._refused = True
        with refusing(), writing(self._path):
            yield
        self._refused = False

    def _line(self, task_id: str) -> str:
        return f"{self._codec.encode({task_id: self._records.get(task_id)})}\n"
