"""One zygote for this process: started when first needed, asked for a kernel at a time."""

import json
import logging
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from analysis.errors import InputError
from analysis.graph.imports import SOURCE, code_used_by
from analysis.kernels import zygote
from analysis.paths import NOTEBOOKS

START_SECONDS = 60


class WarmKernel:
    """A kernel forked from the zygote, with what jupyter_client needs of a `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, report: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._report = report

    def poll(self) -> int | None:
        """The exit status, negative for a signal, or None while the kernel runs."""
        try:
            return self.wait(timeout=0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the kernel's end.

        Raises
        ------
        subprocess.TimeoutExpired
            If it still runs after `timeout` seconds.
        """
        if self.returncode is None:
            self._report.settimeout(timeout)
            try:
                status = self._report.recv(zygote.REQUEST_BYTES)
            except (BlockingIOError, TimeoutError):
                raise subprocess.TimeoutExpired("kernel", timeout or 0) from None
            # Without a report the zygote was killed; its kernels end with it.
            self.returncode = int(status) if status else -signal.SIGKILL
            self._report.close()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless the kernel has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class Zygote:
    """The process kernels are forked from; see `analysis.kernels.zygote`.

    Parameters
    ----------
    interpreter
        The command of the interpreter, with its options.
    environment
        The environment of the kernels.
    """

    def __init__(self, interpreter: Sequence[str], environment: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        words = ["-m", zygote.__name__, str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                [*interpreter, *words, *modules_of_notebooks()],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    @cached_property
    def problem(self) -> str:
        """Why no kernel can be forked from it, once it has imported; empty if it can."""
        try:
            answer = self._control.recv(zygote.REQUEST_BYTES).decode()
        except TimeoutError:
            return f"the imports took longer than {START_SECONDS} s"
        return "" if answer == zygote.READY else answer or "the process ended"

    def fork(self, arguments: Sequence[str], cwd: str | Path) -> WarmKernel | None:
        """A new kernel, or None where the zygote has ended.

        Parameters
        ----------
        arguments
            Those of ipykernel.
        cwd
            The kernel's working directory.
        """
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = json.dumps([str(cwd), *arguments]).encode()
        try:
            with theirs:
                socket.send_fds(self._control, [request], [theirs.fileno()])
            pid = int(mine.recv(zygote.REQUEST_BYTES) or 0)
        except OSError:
            pid = 0
        return WarmKernel(pid, mine) if pid > 0 else None

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Let the process end, with its kernels."""
        self._control.close()
        self._process.wait()

    def disown(self) -> None:
        """Close this process's copy of the connection to another process's zygote."""
        self._control.close()


class _Current:
    """The zygote of this process, and what it was started for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.zygote: Zygote | None = None
        self.made_for: object = None


_current = _Current()


def _after_fork() -> None:
    global _current
    if _current.zygote:
        _current.zygote.disown()
    _current = _Current()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def warm_kernel(
    interpreter: Sequence[str],
    arguments: Sequence[str],
    environment: Mapping[str, str],
    cwd: str | Path,
) -> WarmKernel | None:
    """A kernel forked from this process's zygote, which is started anew where it has to be.

    It is kept as long as the environment and the project's code are the same.

    Parameters
    ----------
    interpreter
        The command of the interpreter, with its options.
    arguments
        Those of ipykernel.
    environment
        The kernel's environment.
    cwd
        The kernel's working directory.

    Returns
    -------
    WarmKernel or None
        None where no kernel can be forked; a logged warning says why.
    """
    with _current.lock:
        made_for = (tuple(interpreter), dict(environment), _state_of_code())
        ended = _current.zygote and not _current.zygote.problem and not _current.zygote.alive()
        if _current.made_for != made_for or ended:
            if _current.zygote:
                _current.zygote.close()
            _current.zygote = Zygote(interpreter, environment)
            _current.made_for = made_for
            if _current.zygote.problem:
                message = "notebooks run in ordinary kernels: %s"
                logging.getLogger(__name__).warning(message, _current.zygote.problem)
        found = _current.zygote
    return found.fork(arguments, cwd) if found and not found.problem else None


def modules_of_notebooks() -> list[str]:
    """The package's modules that the project's notebooks import; none if that cannot be told."""
    try:
        files = {file for path in NOTEBOOKS.glob("*.ipynb") for file in code_used_by(path)}
    except InputError:
        return []
    names = [".".join(file.relative_to(SOURCE).with_suffix("").parts) for file in files]
    return sorted(name.removesuffix(".__init__") for name in names)


def _state_of_code() -> list[tuple[str, int, int]]:
    files = sorted((SOURCE / "analysis").rglob("*.py"))
    states = [(str(file), file.stat()) for file in files]
    return [(name, state.st_mtime_ns, state.st_size) for name, state in states]
