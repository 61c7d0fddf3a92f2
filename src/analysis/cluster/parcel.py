"""Files on their way to a worker and back: one parcel, in a message or in a shared storage.

Goes to the workers with `analysis.cluster.worker`, so it imports nothing they may lack.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping

import fsspec

from analysis.errors import InputError

Sent = bytes | str
"""A parcel itself, or the address it lies at."""

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A parcel of files by their paths below the project's root; equal files, equal bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            about = zipfile.ZipInfo(name, _LONG_AGO)
            archive.writestr(about, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def unpack(parcel: bytes) -> dict[str, bytes]:
    """The files of a parcel."""
    with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def send(parcel: bytes, storage: str) -> Sent:
    """Hand a parcel over: by itself, or where there is a storage, through that.

    Parameters
    ----------
    parcel
        As `pack` makes it.
    storage
        A folder as fsspec addresses it (`s3://bucket/folder`, `file:///mnt/shared`), or empty.
        The parcel lies there under its SHA-256, whole or not at all.

    Raises
    ------
    InputError
        If the storage cannot be written.
    """
    if not storage:
        return parcel
    digest = hashlib.sha256(parcel).hexdigest()
    address = f"{storage.rstrip('/')}/{digest}"
    try:
        system, path = fsspec.url_to_fs(address)
        if not system.exists(path):
            system.makedirs(path.rpartition("/")[0], exist_ok=True)
            with system.transaction, system.open(path, "wb") as stream:
                stream.write(parcel)
    except Exception as error:
        raise InputError(
            f"STORAGE={storage} cannot be written ({_why(error)}): mend that"
        ) from None
    return address


def receive(sent: Sent) -> bytes:
    """The parcel, fetched if it lies in a storage.

    Raises
    ------
    InputError
        If it is not there or not what was sent.
    """
    if isinstance(sent, bytes):
        return sent
    try:
        with fsspec.open(sent, "rb") as stream:
            parcel: bytes = stream.read()
    except Exception as error:
        raise InputError(
            f"{sent} cannot be read ({_why(error)}): give a STORAGE that every machine reaches"
        ) from None
    if hashlib.sha256(parcel).hexdigest() != sent.rpartition("/")[2]:
        raise InputError(f"{sent} is not what was sent: delete it")
    return parcel


def _why(error: Exception) -> str:
    """In a line; each storage has errors of its own kinds, whose names often say the most."""
    return " ".join(f"{type(error).__name__}: {error}".split())
