"""The numbers in the documents' prose: where each stands, what it counts, in the series' unit."""

from collections.abc import Hashable
from pathlib import Path

import pandas as pd

from analysis.errors import InputError, quoted
from analysis.fields import FIRST_YEAR, LAST_YEAR, is_number, is_whole, is_year
from analysis.files import read_table
from analysis.paths import CODE, RAW, shown
from analysis.printed.spec import load_specs
from analysis.registry import Registry

COLUMNS = [
    *["prose_id", "document", "file", "line", "series_id", "name_zh", "name_en"],
    *["role", "year", "span", "value", "comparator", "unit", "measure"],
]
ALLOWED = {
    "role": {"observed", "target"},
    "span": {"year", "plan", "since"},
    "comparator": {"=", ">=", "<=", ">", "<", "~"},
    "measure": {"level", "share", "growth", "cumulative", "change"},
}
"""``span``: the value of one year, the mean or total of a plan's five, or a change since a year."""

PROSE_ONLY = {"consumption": "002_69c3b406a3064387.txt"}
"""Documents without a table of indicators."""

LARGE_UNITS = {"万亿元": ("亿元", 10_000)}
"""Units of the prose that no table prints: the table's unit, and how many of it make one."""


def load_prose(registry: Registry, path: Path = RAW / "prose.csv") -> pd.DataFrame:
    """Load and check the prose numbers.

    A series of the registry has no names of its own here unless the prose names something wider
    or narrower; ``other_name`` is true for those.

    Returns
    -------
    pandas.DataFrame
        The file's columns, ``line`` and ``year`` integer; ``value`` and ``rounding`` (half a unit
        of the last printed digit) float and, like ``unit``, in the unit the tables use;
        ``direction`` and ``other_name``.

    Raises
    ------
    InputError
        For a column, document, series, unit or number that is not as it should be.
    """
    frame = read_table(path)
    if list(frame.columns) != COLUMNS:
        raise InputError(
            f"{shown(path)}: the columns must be {', '.join(COLUMNS)}; correct line 1."
        )
    files = PROSE_ONLY | {
        spec.table_id.partition("-")[0]: spec.document.file for spec in load_specs()
    }
    seen: set[str] = set()
    for line, row in enumerate(frame.to_dict("records"), start=2):
        if problem := _problem(row, files, registry, seen):
            raise InputError(f"{shown(path)}, line {line}: {problem}.")
        seen.add(row["prose_id"])
    units = frame["unit"].map(lambda unit: LARGE_UNITS.get(unit, (unit, 1)))
    factor = units.map(lambda pair: pair[1]).astype(float)
    decimals = frame["value"].str.partition(".")[2].str.len().astype(float)
    known = frame["series_id"].isin(list(registry.series))
    return frame.assign(
        line=frame["line"].astype(int),
        year=pd.to_numeric(frame["year"]).astype("Int64"),
        value=(frame["value"].astype(float) * factor).round(6),
        rounding=0.5 * factor / 10**decimals,
        unit=units.map(lambda pair: pair[0]),
        direction=[
            registry.series[name].direction if name in registry.series else "up"
            for name in frame["series_id"]
        ],
        other_name=known & (frame["name_zh"] != ""),
        **{
            column: [
                row[column] or getattr(registry.series[row["series_id"]], column)
                for row in frame.to_dict("records")
            ]
            for column in ("name_zh", "name_en")
        },
    )


def _problem(
    row: dict[Hashable, str], files: dict[str, str], registry: Registry, seen: set[str]
) -> str:
    if not CODE.fullmatch(row["prose_id"]):
        form = "use small letters, digits and single hyphens"
        return f"prose_id {quoted(row['prose_id'])} is no name for a number; {form}"
    if not CODE.fullmatch(row["series_id"]):
        return f"series_id {quoted(row['series_id'])} is no code of a series; correct it"
    if row["prose_id"] in seen:
        return f"{row['prose_id']!r} stands on an earlier line too; give each number its own name"
    if files.get(row["document"]) != row["file"]:
        known = ", ".join(f"{name} ({file})" for name, file in sorted(files.items()))
        pair = f"{quoted(row['document'])} with the file {quoted(row['file'])}"
        return f"no document {pair}; use one of {known}"
    for column, allowed in ALLOWED.items():
        if row[column] not in allowed:
            choices = ", ".join(sorted(allowed))
            return f"{column} {quoted(row[column])} is not known; use one of {choices}"
    if not is_whole(row["line"]):
        return f"line {quoted(row['line'])} is not a number; write digits only"
    if not is_number(row["value"]):
        return f"value {quoted(row['value'])} is not a number; write digits and a decimal point"
    if row["year"] and not is_year(row["year"]):
        span = f"use a year from {FIRST_YEAR} to {LAST_YEAR}"
        return f"year {quoted(row['year'])} cannot be used; {span}"
    if bool(row["name_zh"]) != bool(row["name_en"]):
        return "one of name_zh and name_en is empty; give both or neither"
    series = registry.series.get(row["series_id"])
    if series is None:
        return (
            "" if row["name_zh"] else f"the series {quoted(row['series_id'])} has no name; add both"
        )
    unit = LARGE_UNITS.get(row["unit"], (row["unit"], 1))[0]
    if unit != series.unit and not (unit == "%" and row["measure"] == "growth"):
        other = quoted(row["unit"])
        return f"{row['series_id']} is in {series.unit}, not in {other}; convert the value"
    return ""
