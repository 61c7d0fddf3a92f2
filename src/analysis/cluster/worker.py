"""What a Dask worker does: it runs notebooks in a folder that holds what was sent, nothing else.

The plugin is sent by value and brings the project's code as a parcel: a worker needs Python and
the pinned libraries, but no checkout. So this module imports nothing a worker may lack.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from distributed import Worker, WorkerPlugin
from distributed.versions import get_versions

from analysis.cluster.parcel import Sent, pack, receive, send, unpack
from analysis.errors import InputError

IDLE_SECONDS = 60.0
RUNNER = "analysis.cluster.runner"

Versions = Mapping[str, str | None]


class Job(TypedDict):
    """One notebook run; all paths are below the project's root."""

    source: str
    output: str
    parameters: dict[str, str | int]
    targets: list[str]


class Answer(TypedDict):
    """What became of a job: a sentence for the user, or the targets."""

    error: str
    targets: Sent


def installed(packages: Iterable[str]) -> Versions:
    """The versions of Python and some packages here; None where there is no such package."""
    return comparable(get_versions(packages)["packages"], packages)


def comparable(found: Versions, packages: Iterable[str]) -> Versions:
    """Of the versions Dask reports those that count: the packages', and Python 3.11 for 3.11.2."""
    python = ".".join(str(found["python"]).split(".")[:2])
    return {"python": python, **{name: found[name] for name in packages}}


def refusal(worker: str, wanted: Versions, found: Versions) -> str:
    """Why a worker may not run the notebooks; empty if its versions are the wanted ones."""
    differing = [
        f"{name} {found[name] or 'missing'} instead of {version or 'none'}"
        for name, version in sorted(wanted.items())
        if found[name] != version
    ]
    if not differing:
        return ""
    return (
        f"worker {worker} has other libraries ({', '.join(differing)}): "
        "install requirements/lock.txt there"
    )


class Notebooks(WorkerPlugin):
    """Runs notebooks on a worker, each thread in a folder and a process of its own.

    Parameters
    ----------
    name
        Stands for all the other parameters: an equal plugin is not set up twice.
    code
        The parcel of the project's code.
    packages
        Those of which the worker must have the versions that are installed here.
    storage
        Where targets go, see `send`.
    """

    idempotent = True

    def __init__(self, name: str, code: Sent, packages: Sequence[str], storage: str) -> None:
        self.name = name
        self._code = code
        self._packages = packages
        self._versions = installed(packages)
        self._storage = storage

    def setup(self, worker: Worker) -> None:
        """Remember the worker; nothing starts before the first job."""
        self._address = worker.address
        self._folder = Path(worker.local_directory) / self.name
        self._runners: dict[int, Runner] = {}

    def teardown(self, worker: Worker) -> None:
        """End the processes and remove the folders."""
        for runner in self._runners.values():
            runner.end()

    def run(self, job: Job, inputs: Sent) -> Answer:
        """Run a notebook.

        Parameters
        ----------
        job
            The run.
        inputs
            The parcel of the files it reads beside the code.
        """
        try:
            wrong = refusal(self._address, self._versions, installed(self._packages))
            if wrong:
                raise InputError(wrong)
            files = unpack(receive(inputs))
            targets = self._runner().run(job, files)
            return {"error": "", "targets": send(pack(targets), self._storage)}
        except InputError as error:
            return {"error": str(error), "targets": b""}
        except OSError as error:
            sentence = f"{job['source']}: worker {self._address} failed ({error}): see its disk"
            return {"error": sentence, "targets": b""}

    def _runner(self) -> "Runner":
        thread = threading.get_ident()
        runner = self._runners.get(thread)
        if runner is None or not runner.wake():
            runner = Runner(self._folder / str(thread), unpack(receive(self._code)), self._address)
            self._runners[thread] = runner
        return runner


class Runner:
    """A process that runs notebooks in a folder of its own, until it has been idle for a minute.

    Parameters
    ----------
    folder
        Its folder; whatever is there goes.
    code
        The files that stay in it.
    worker
        The worker's address, for messages.
    """

    def __init__(self, folder: Path, code: Mapping[str, bytes], worker: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        write_files(folder, code)
        self._folder, self._code, self._worker = folder, frozenset(code), worker
        self._lock, self._idle = threading.Lock(), threading.Timer(IDLE_SECONDS, self._end_if_idle)
        self._resting = False
        paths = [str(folder / "src"), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", RUNNER],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def wake(self) -> bool:
        """Keep the process from ending for want of work; False if it has ended."""
        with self._lock:
            self._resting = False
            self._idle.cancel()
            return self._process.poll() is None

    def run(self, job: Job, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Run a notebook on some files; returns its targets.

        Raises
        ------
        InputError
            With the sentence of a notebook that did not run to its end, or if the process ended.
        """
        try:
            self._tidy()
            write_files(self._folder, files)
            error = self._ask(job)
        finally:
            self._rest()
        if error:
            raise InputError(error)
        return {name: (self._folder / name).read_bytes() for name in job["targets"]}

    def end(self) -> None:
        """End the process, which ends its kernels, and remove the folder."""
        self._idle.cancel()
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, job: Job) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        try:
            stdin.write(json.dumps(job).encode() + b"\n")
            stdin.flush()
            answer = stdout.readline()
        except BrokenPipeError:
            answer = b""
        if not answer:
            status = self._process.wait()
            return (
                f"{job['source']}: the process that runs notebooks on worker {self._worker} ended "
                f"with status {status}: the worker's own output says why"
            )
        return str(json.loads(answer))

    def _tidy(self) -> None:
        for path in self._folder.rglob("*"):
            name = path.relative_to(self._folder).as_posix()
            if path.is_file() and name not in self._code and path.suffix != ".pyc":
                path.unlink()

    def _rest(self) -> None:
        with self._lock:
            self._resting = True
            self._idle = threading.Timer(IDLE_SECONDS, self._end_if_idle)
            self._idle.daemon = True
            self._idle.start()

    def _end_if_idle(self) -> None:
        with self._lock:
            if self._resting:
                self.end()


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
