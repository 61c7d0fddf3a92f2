"""What a page was made from: the version of the code and a digest of the raw data."""

import hashlib
import tomllib
from pathlib import Path

from analysis.paths import RAW, ROOT

RAW_KINDS = {".csv", ".toml", ".txt"}
SHORT = 8


def code_version(root: Path = ROOT) -> str:
    """The project's version, as ``pyproject.toml`` gives it."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def data_version(raw: Path = RAW) -> str:
    """The first digits of a SHA-256 over the raw data's paths and bytes.

    It changes when any byte of ``data/raw`` does, and is the same on every machine: files count in
    order of their paths below ``raw``, each with its own digest.
    """
    files = {
        path.relative_to(raw).as_posix(): path.read_bytes()
        for path in raw.rglob("*")
        if path.is_file() and path.suffix in RAW_KINDS
    }
    listing = "".join(
        f"{name}\0{hashlib.sha256(content).hexdigest()}\n"
        for name, content in sorted(files.items())
    )
    return hashlib.sha256(listing.encode("utf-8")).hexdigest()[:SHORT]
