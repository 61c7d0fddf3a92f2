"""A published table as Parquet: typed columns, missing cells as nulls, always the same bytes."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.writing import writing

ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
BOOLEANS = {"true": True, "false": False}


def as_arrow(frame: pd.DataFrame, schema: dict[str, Any]) -> pa.Table:
    """A table read as text, with the types of its Table Schema.

    Parameters
    ----------
    frame
        Cells as text, an empty one is missing.
    schema
        Table Schema: a name, a type and a description per field; ``unit`` where there is one.

    Returns
    -------
    pyarrow.Table
        Descriptions and units are metadata of the fields.

    Raises
    ------
    ValueError
        For a cell that does not fit its type.
    """
    fields = [
        pa.field(
            field["name"],
            ARROW_TYPES[field["type"]],
            metadata={key: field[key] for key in ("description", "unit") if key in field},
        )
        for field in schema["fields"]
    ]
    columns = [
        pa.array([_value(cell, field["type"]) for cell in frame[field["name"]]], into.type)
        for field, into in zip(schema["fields"], fields, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _value(cell: str, kind: str) -> str | int | float | bool | None:
    if not cell:
        return None
    if kind == "integer":
        return int(cell)
    if kind == "number":
        return float(cell)
    if kind == "boolean":
        if cell not in BOOLEANS:
            raise ValueError(f"{cell!r} is neither true nor false")
        return BOOLEANS[cell]
    return cell


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table in a format version and with a compression that are fixed here."""
    beside = path.with_name(f".{path.name}.new")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            pq.write_table(table, beside, version="2.6", compression="zstd", compression_level=9)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
