"""The log of the latest runs: one JSON object a line, for programs and for whoever looks later."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from analysis.writing import write_text, writing

KEPT_RUNS = 20
_PLACE = re.compile(r"(?P<notebook>\S+\.ipynb): (?P<cell>code cell \d+ \(`.*?`\))")

Result = Literal["run", "up-to-date", "failed", "skipped"]


class RunLog:
    """One run's lines, after those of the runs before it; each is written at once.

    The first, written at the run's start, has `time` (UTC), the last one `status` and the number
    of tasks by result.

    Parameters
    ----------
    path
        The file; only its last runs are kept, without lines that are cut off. A file that is not
        such a log is begun anew.

    Raises
    ------
    InputError
        If the file cannot be written; from every method.
    """

    def __init__(self, path: Path) -> None:
        write_text(path, _last_runs(path, KEPT_RUNS - 1))
        self._path = path
        self._write({"event": "start", "time": datetime.now(UTC).isoformat("T", "seconds")})

    def task(self, name: str, result: Result, seconds: float, **failure: Any) -> None:
        """Log what became of a task; a failed one says where, its last lines and the command."""
        about = {"task": name, "result": result, "seconds": round(seconds, 2)}
        self._write({"event": "task"} | about | failure)

    def end(self, counts: Mapping[str, int], seconds: float) -> None:
        """Log the end of the run."""
        whole = not counts.get("failed") and not counts.get("skipped")
        about = {"status": "ok" if whole else "failed", "seconds": round(seconds, 2)}
        self._write({"event": "end"} | about | dict(counts))

    def _write(self, record: Mapping[str, Any]) -> None:
        with writing(self._path), self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def place_of(sentence: str) -> dict[str, str | None]:
    """The notebook and the cell an error's sentence names; None where it names none."""
    found = _PLACE.search(sentence)
    return found.groupdict() if found else {"notebook": None, "cell": None}


def _last_runs(path: Path, count: int) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    lines = [line for line in lines if _is_record(line)]
    starts = [number for number, line in enumerate(lines) if line.startswith('{"event": "start"')]
    kept = lines[starts[-min(count, len(starts))] :] if starts and count else []
    return "".join(f"{line}\n" for line in kept)


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
