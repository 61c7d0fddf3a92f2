"""Write text whole or not at all, and say in a sentence when it cannot be. Light to import."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import InputError
from analysis.paths import shown

_MENDS = {
    "make room on its disk": (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
    "let this user write there": (errno.EROFS, errno.EACCES, errno.EPERM),
    "move away what is in its place": (errno.EISDIR, errno.ELOOP, errno.ENOTDIR),
    "look at its disk": (errno.EIO,),
}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in a sentence what the system refuses to write, and why.

    Parameters
    ----------
    path
        The file or folder that is written inside the context.

    Raises
    ------
    InputError
        In place of an OSError on a full disk, a lack of rights, or something in the way.
    """
    try:
        yield
    except OSError as error:
        mend = next((mend for mend, codes in _MENDS.items() if error.errno in codes), "")
        if not mend:
            raise
        cause = error.strerror or " ".join(str(error).split())
        raise InputError(
            f"{shown(path)} cannot be written ({cause}): {mend}, then run it again."
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF line ends beside the target, then move it into place.

    Raises
    ------
    InputError
        If the system refuses; what was there is as it was.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            os.chmod(beside, 0o644)
            os.replace(beside, path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
