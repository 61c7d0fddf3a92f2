"""One run at a time: a lock that the operating system drops when its process ends."""

import fcntl
import os
from functools import cache
from pathlib import Path
from typing import TextIO

from analysis.errors import InputError

LOCK = Path(".doit-lock")
"""The lock of a checkout, seen from its root."""

BUSY_STATUS = 75
"""Exit status of a run that found another at work: EX_TEMPFAIL of sysexits.h."""


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
