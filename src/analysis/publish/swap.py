"""Put a finished folder in another's place, without a moment in which neither stands there."""

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def put_in_place(new: Path, out: Path) -> None:
    """Let `new` stand at `out`, and remove what stood there.

    On Linux the two change names in one step (``renameat2``), so that a reader, or whoever looks
    after a power cut, finds either the old folder or the new one. Where the system or the file
    system cannot, two renames follow each other and `out` is absent in between.

    Parameters
    ----------
    new
        The finished folder, beside `out`.
    out
        Its place, taken or free.
    """
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if not out.exists():
        new.rename(out)
    elif exchange(new, out):
        new.rename(old)
    else:
        out.rename(old)
        new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change names in one step; False where that cannot be done."""
    if sys.platform != "linux":
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
    return bool(renameat2(*names, _RENAME_EXCHANGE) == 0)
