"""The tables as a Frictionless data package: Parquet beside CSV, described by the dictionary."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import InputError
from analysis.files import read_table
from analysis.formulas import check_no_formula
from analysis.observed.observations import load_sources
from analysis.paths import ROOT, shown
from analysis.printed.spec import load_specs
from analysis.publish.citation import AUTHORS, SITE
from analysis.publish.dictionary import (
    DESCRIPTOR,
    entry,
    load_dictionary,
    meaning,
    parquet_path,
    published_files,
)
from analysis.publish.parquet import as_arrow, write_parquet
from analysis.versions import code_version, data_version
from analysis.writing import write_text

MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
FOREIGN_KEYS = {
    "indicators.csv": ["series_id"],
    "sources.csv": ["source_id"],
    "targets.csv": ["table_id", "number", "component"],
}
"""Tables that others refer to by the columns that name their rows."""

_AS_FILE = {"profile": "data-resource", "type": "file"}
"""Parquet files carry their own schema, and the frictionless tool reads whole numbers with gaps
from them as fractions: it checks their digests, not their cells."""

OUTSIDE_REGISTRY = {"prose.csv"}
"""Tables whose series need not be in the registry: prose names wider and narrower ones."""


def table_schema(dictionary: dict[str, Any], table: Path, columns: list[str]) -> dict[str, Any]:
    """The Table Schema of a published table.

    Returns
    -------
    dict
        ``fields`` (name, type, description in English and Chinese, unit, constraints),
        ``missingValues``, ``primaryKey`` and ``foreignKeys``.

    Raises
    ------
    KeyError
        For a column the dictionary does not know.
    """
    file = table.name
    schema: dict[str, Any] = {
        "fields": [_field(dictionary, file, column) for column in columns],
        "missingValues": [""],
        "primaryKey": dictionary["files"][file]["key"],
    }
    references = [
        {"fields": key, "reference": {"resource": Path(other).stem, "fields": key}}
        for other, key in FOREIGN_KEYS.items()
        if other != file
        and set(key) <= set(columns)
        and not (other == "indicators.csv" and file in OUTSIDE_REGISTRY)
    ]
    return schema | ({"foreignKeys": references} if references else {})


def _field(dictionary: dict[str, Any], file: str, column: str) -> dict[str, Any]:
    known = entry(dictionary, file, column)
    field: dict[str, Any] = {
        "name": column,
        "type": known.get("type", "string"),
        "description": meaning(dictionary, file, column, "en"),
        "description_zh": meaning(dictionary, file, column, "zh"),
    }
    if "unit" in known:
        field["unit"] = known["unit"]
    if constraints := {key: known[key] for key in ("required", "enum") if key in known}:
        field["constraints"] = constraints
    return field


def write_package(root: Path = ROOT) -> None:
    """Write the Parquet files and ``datapackage.json``.

    Raises
    ------
    InputError
        If a cell does not fit its column's type, or a spreadsheet would run it.
    """
    dictionary = load_dictionary()
    resources = []
    for table in published_files():
        frame = read_table(table)
        check_no_formula(table, frame)
        schema = table_schema(dictionary, table, list(frame.columns))
        parquet = parquet_path(table, root)
        try:
            write_parquet(parquet, as_arrow(frame, schema))
        except ValueError as error:
            raise InputError(
                f"{shown(table)}: a cell is not of its column's type ({error}); correct it, or "
                "the type in src/analysis/publish/dictionary.toml."
            ) from None
        words = {
            "description": dictionary["files"][table.name]["en"],
            "description_zh": dictionary["files"][table.name]["zh"],
        }
        csv_at, parquet_at = (shown(table), parquet.relative_to(root).as_posix())
        resources += [
            _resource(table.stem, table, csv_at, "csv", words) | _tabular(schema),
            _resource(f"{table.stem}-parquet", parquet, parquet_at, "parquet", words) | _AS_FILE,
        ]
    made = {parquet_path(table, root) for table in published_files()}
    for stale in set((root / "data" / "parquet").glob("*.parquet")) - made:
        stale.unlink()
    descriptor = describe(resources, load_sources())
    text = json.dumps(descriptor, ensure_ascii=False, indent=1)
    write_text(root / DESCRIPTOR, f"{text}\n")


def _resource(
    name: str, file: Path, address: str, kind: str, words: dict[str, str]
) -> dict[str, Any]:
    content = file.read_bytes()
    return {
        "name": name,
        "path": address.removeprefix("data/"),
        "format": kind,
        "mediatype": MEDIA_TYPES[kind],
        **words,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _tabular(schema: dict[str, Any]) -> dict[str, Any]:
    return {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema}


def describe(resources: list[dict[str, Any]], sources: pd.DataFrame) -> dict[str, Any]:
    """The package's descriptor.

    Parameters
    ----------
    resources
        Descriptors of the files.
    sources
        The statistical sources, from ``sources.csv``.
    """
    documents = {
        f"{document.title_zh} ({document.title_en}), {document.publisher_zh}, {document.date}"
        for document in (spec.document for spec in load_specs())
    }
    statistical = [
        {"title": ", ".join(part for part in (row["title"], row["publisher"], row["date"]) if part)}
        | ({"path": row["url"]} if row["url"] else {})
        for row in sources.to_dict("records")
    ]
    return {
        "profile": "data-package",
        "name": "guangzhou-plan-monitor",
        "title": SITE.en,
        "title_zh": SITE.zh,
        "description": "Target tables of Guangzhou's 13th and 14th five-year plans as data, what "
        "the targets imply, the observed values with their sources, progress, projections and "
        "cross-checks. The digits are those of the documents.",
        "version": code_version(),
        "data_version": data_version(),
        "licenses": [
            {"name": "MIT", "title": "MIT License", "path": "https://spdx.org/licenses/MIT.html"}
        ],
        "contributors": [{"title": AUTHORS, "role": "author"}],
        "sources": [*({"title": title} for title in sorted(documents)), *statistical],
        "resources": resources,
    }
