"""The tables for download, where they lie, and what their columns mean, by ``dictionary.toml``.

Light to import: the task graph reads it.
"""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.paths import PROCESSED, RAW, ROOT, shown
from analysis.publish.units import Language

RAW_TABLES = ("notes", "prose", "observations", "sources", "breaks", "break_reasons", "set_aside")
DESCRIPTOR = "data/datapackage.json"


def load_dictionary() -> dict[str, Any]:
    """The data dictionary: ``files``, ``common``, ``codes`` and a section per file."""
    text = (resources.files("analysis.publish") / "dictionary.toml").read_text("utf-8")
    return tomllib.loads(text)


def published_files() -> list[Path]:
    """The tables for download: the processed ones in order of name, then the raw ones.

    Raises
    ------
    InputError
        If the dictionary does not know a table.
    """
    processed = sorted(PROCESSED.glob("*.csv"))
    known = load_dictionary()["files"]
    for path in processed:
        if path.name not in known:
            raise InputError(
                f"{shown(path)} is no table of the project, and the site would publish it: move it "
                "to another folder, or describe it in src/analysis/publish/dictionary.toml."
            )
    return [*processed, *[RAW / f"{name}.csv" for name in RAW_TABLES]]


def parquet_path(table: Path, root: Path = ROOT) -> Path:
    """Where the Parquet copy of a published CSV lies."""
    return root / "data" / "parquet" / f"{table.stem}.parquet"


def entry(dictionary: dict[str, Any], file: str, column: str) -> dict[str, Any]:
    """What the dictionary says about a column; raises KeyError for one it does not know."""
    found: dict[str, Any] = dictionary[file].get(column) or dictionary["common"][column]
    return found


def meaning(dictionary: dict[str, Any], file: str, column: str, language: Language) -> str:
    """What a column means in a language; raises KeyError for one the dictionary does not know."""
    return str(entry(dictionary, file, column)[language])
