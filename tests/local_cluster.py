"""A real Dask cluster on this machine for tests: a scheduler and workers, each a process."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
from distributed import Client
from nbformat.v4 import new_code_cell, new_notebook

SECONDS = 300
"""The longest wait for anything: only a test that fails takes so long."""


class LocalCluster:
    """A scheduler and workers with one thread each; workers by name."""

    def __init__(self, folder: Path, workers: int, **environment: str) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        words = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        self.scheduler = self._start("dask_scheduler", *words)
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.add(workers, **environment)

    def add(self, workers: int, **environment: str) -> None:
        """Let workers join, and wait until the scheduler has them."""
        names = [f"w{len(self.workers) + number}" for number in range(workers)]
        for name in names:
            words = [self.address, "--name", name, "--nthreads", "1", "--no-nanny"]
            words += ["--no-dashboard", "--local-directory", str(self.folder / name)]
            self.workers[name] = self._start("dask_worker", *words, environment=environment)
        with Client(self.address, timeout=60, set_as_default=False) as client:
            wait_until(lambda: {*names} <= worker_names(client))

    def kill(self, name: str) -> None:
        """End a worker as a lack of memory does, and wait until the scheduler has noticed."""
        self.workers[name].send_signal(signal.SIGKILL)
        self.workers[name].wait()
        with Client(self.address, timeout=60, set_as_default=False) as client:
            wait_until(lambda: name not in worker_names(client))

    def kill_scheduler(self) -> None:
        """End the scheduler, which ends its workers."""
        self.scheduler.send_signal(signal.SIGKILL)
        self.scheduler.wait()

    def _start(
        self, program: str, *words: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *words], cwd=self.folder,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self) -> None:
        for process in [*self.workers.values(), self.scheduler]:
            process.kill()
            process.wait()


def worker_names(client: Client) -> set[str]:
    """The workers a scheduler has."""
    return {about["name"] for about in client.scheduler_info(n_workers=-1)["workers"].values()}


def write_notebook(root: Path, name: str, source: str) -> None:
    """A notebook of a tiny project, with one parameter, `word`."""
    cells = [new_code_cell("word = ''", metadata={"tags": ["parameters"]})]
    notebook = new_notebook(cells=[*cells, new_code_cell(f"from pathlib import Path\n{source}")])
    (root / "notebooks").mkdir(exist_ok=True)
    nbformat.write(notebook, root / "notebooks" / f"{name}.ipynb")


def wait_until(holds: Callable[[], object]) -> None:
    """Wait until something holds; fail if it takes too long."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
