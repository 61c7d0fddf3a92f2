"""The process kernels are forked from: it imports once, then forks on request.

It has one thread, no event loop and no ZeroMQ context, it never runs a notebook's code,
and it ends, with its kernels, when the process that started it does.
"""

import builtins
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout, suppress
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

INLINE = "module://matplotlib_inline.backend_inline"
LIBRARIES = (
    *("IPython.core.completerlib", "IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("ipykernel.debugger", "ipykernel.ipkernel", "ipykernel.kernelapp"),
    *("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.pyplot"),
    *("pandas", "pandas.core.methods.to_dict", "pandas.io.formats.string"),
    *("pandera.accessors.pandas_accessor", "pandera.backends.pandas.builtin_checks"),
    *("pandera.backends.pandas.container", "pandera.backends.pandas.register"),
    *("scipy.stats", "seaborn", "sqlite3", "statsmodels.api"),
)
"""What is imported beforehand, beside the modules of the project that its notebooks import."""

READY = "ready"
REQUEST_BYTES = 65536


def main(arguments: Sequence[str]) -> None:
    """Import, then serve; in a fork, become the kernel that was asked for.

    Parameters
    ----------
    arguments
        The number of the control socket, then the modules to import.
    """
    control = socket.socket(fileno=int(arguments[0]))
    if sys.path[0] in {"", os.getcwd()}:
        del sys.path[0]  # as ipykernel_launcher does
    os.environ.setdefault("MPLBACKEND", INLINE)  # as ipykernel does before a notebook's first cell
    problem = preload([*LIBRARIES, *arguments[1:]])
    try:
        control.send((problem or READY).encode())
    except OSError:
        sys.exit()  # the process that started this one was killed meanwhile
    if not problem:
        gc.collect()
        gc.freeze()
        become_kernel(serve(control))


def preload(modules: Iterable[str]) -> str:
    """Import modules as they would be in a kernel.

    Returns
    -------
    str
        Why kernels must not be forked from this process; empty if they may. A module that
        fails or warns must do so in a notebook's cell, where it is seen.
    """
    said: list[str] = []
    show = warnings.showwarning
    warnings.showwarning = lambda message, *_: said.append(str(message))
    # When it is imported pandas asks for the shell and for stdout's encoding: a terminal has
    # other display options than a kernel.
    stdout = io.TextIOWrapper(written := io.BytesIO(), encoding="UTF-8", write_through=True)
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    try:
        with redirect_stdout(stdout):
            for name in modules:
                importlib.import_module(name)
    except Exception as error:
        return f"{name} cannot be imported: {type(error).__name__}: {error}"
    finally:
        warnings.showwarning = show
        del builtins.get_ipython  # type: ignore[attr-defined]
    if said:
        return f"an import warns: {said[0]}"
    if written.getvalue():
        return f"an import prints: {written.getvalue().decode()}"
    if threads() > 1:
        return "an import started a thread"
    return ""


def threads() -> int:
    """Running threads of this process, those of C libraries included."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()


def serve(control: socket.socket) -> list[str]:
    """Fork a kernel for every request, and report its process id and its exit status.

    A request is the kernel's working directory and arguments as JSON, with the socket for
    the report.

    Parameters
    ----------
    control
        Where requests come from. At its end all kernels are killed and this process ends.

    Returns
    -------
    list of str
        The kernel's arguments, in the fork. It does not return in the zygote.
    """
    wake, signalled = socket.socketpair()
    signalled.setblocking(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(signalled.fileno(), warn_on_full_buffer=False)
    reports: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, wake], [], [])
        if wake in ready:
            wake.recv(REQUEST_BYTES)
            _reap(reports)
        if control not in ready:
            continue
        request, descriptors = _received(control)
        if not request:
            for pid in reports:  # none is reaped, so that each number is still its own
                os.kill(pid, signal.SIGKILL)  # before it leads a group
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            sys.exit()
        report = socket.socket(fileno=descriptors[0])
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.setsid()
            with suppress(OSError):  # whoever asked was killed meanwhile
                report.send(b"%d" % os.getpid())
            for inherited in (control, wake, signalled, report, *reports.values()):
                inherited.close()
            cwd, *words = json.loads(request)
            os.chdir(cwd)
            return list(words)
        reports[pid] = report


def _received(control: socket.socket) -> tuple[bytes, list[int]]:
    """A request and its socket; empty where the process that started this one has ended."""
    try:
        request, descriptors, _, _ = socket.recv_fds(control, REQUEST_BYTES, 1)
    except ConnectionResetError:  # it was killed before it had read all that was sent to it
        return b"", []
    return request, list(descriptors)


def become_kernel(arguments: Sequence[str]) -> None:
    """Run ipykernel in this process as its launcher would, until it is told to stop."""
    import numpy as np
    from ipykernel import kernelapp

    np.random.seed()  # noqa: NPY002 - the fork's own state, not the zygote's
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *arguments]
    sys.argv.append(f"--IPKernelApp.parent_handle={os.getppid()}")
    kernelapp.launch_new_instance()


def _reap(reports: dict[int, socket.socket]) -> None:
    for pid in list(reports):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            with reports.pop(pid) as report, suppress(OSError):
                report.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
