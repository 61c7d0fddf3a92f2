"""`python -m analysis.cluster.runner`: run the notebooks a worker names, a line of JSON each.

The answer is a line of JSON as well: the sentence of a notebook that did not run to its end, or an
empty text. The process ends with the worker, at once and in the midst of a run.
"""

import json
import os
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

from analysis.notebooks import NotebookError, run_notebook


def main() -> None:
    """Answer requests until there is nobody to ask."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed is no answer
    requests: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_read, args=[requests], daemon=True).start()
    while True:
        print(json.dumps(_run(requests.get())), file=answers, flush=True)


def _run(request: str) -> str:
    job = json.loads(request)
    try:
        run_notebook(Path(job["source"]), Path(job["output"]), job["parameters"])
    except NotebookError as error:
        return str(error)
    return ""


def _read(requests: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
