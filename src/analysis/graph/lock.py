"""One run at a time: a lock that the operating system drops when its process ends."""

import ctypes
import fcntl
import multiprocessing
import os
import signal
import sys
from functools import cache
from multiprocessing import util
from pathlib import Path
from typing import TextIO

from analysis.errors import InputError

LOCK = Path(".doit-lock")
"""The lock of a checkout, seen from its root."""

BUSY_STATUS = 75
"""Exit status of a run that found another at work: EX_TEMPFAIL of sysexits.h."""

_PR_SET_PDEATHSIG = 1


class BusyError(InputError):
    """Another process is at work where only one may be."""


@cache
def hold(path: Path) -> TextIO:
    """Hold a lock file for the rest of this process; asking again is no error.

    The lock is POSIX's ``lockf``: it ends with its process, however that ends, and processes
    forked from it do not have it. The file itself stays.

    Parameters
    ----------
    path
        The lock file, absolute.

    Raises
    ------
    BusyError
        Naming the process that has it.
    """
    stream = path.open("a+", encoding="utf-8")
    try:
        fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        stream.seek(0)
        holder = stream.read().strip() or "unknown"
        stream.close()
        raise BusyError(
            f"another run is at work in {path.parent.name} (process {holder}): wait for its end, "
            f"or end it with `kill {holder}`."
        ) from None
    stream.truncate(0)
    stream.write(f"{os.getpid()}\n")
    stream.flush()
    return stream


def workers_end_with_run() -> None:
    """Let the processes this one forks through `multiprocessing` be killed when it ends.

    doit's workers would wait for work for ever if the run itself were killed. Only Linux can.
    """
    if sys.platform == "linux":
        util.register_after_fork(_end_with_parent, lambda function: function())


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent and parent.pid != os.getppid():
        os._exit(1)
