"""Where a series changes its meaning, its base or its source."""

from pathlib import Path

import pandas as pd

from analysis.errors import InputError, quoted
from analysis.fields import FIRST_YEAR, LAST_YEAR, is_year
from analysis.files import read_table
from analysis.paths import RAW, shown
from analysis.registry import Registry

COLUMNS = ["series_id", "year", "kind", "note"]
KINDS = (
    *("definition_change", "definition_doubt", "survey_change", "base_revision", "census"),
    *("currency", "source_mismatch", "vintage", "rounding"),
)


def load_breaks(registry: Registry, path: Path = RAW / "breaks.csv") -> pd.DataFrame:
    """Load the breaks: ``series_id, year, kind, note``, year as integer.

    Raises
    ------
    InputError
        For a column, a series, a kind or a year that is not as it should be.
    """
    frame = read_table(path)
    if list(frame.columns) != COLUMNS:
        raise InputError(
            f"{shown(path)}: the columns must be {', '.join(COLUMNS)}; correct line 1."
        )
    seen: set[tuple[str, ...]] = set()
    for line, row in enumerate(frame.to_dict("records"), start=2):
        if row["series_id"] not in registry.series:
            problem = f"unknown series {quoted(row['series_id'])}; add it to indicators.toml"
        elif row["kind"] not in KINDS:
            problem = f"unknown kind {quoted(row['kind'])}; use one of {', '.join(KINDS)}"
        elif not is_year(row["year"]):
            allowed = f"use a year from {FIRST_YEAR} to {LAST_YEAR}"
            problem = f"year {quoted(row['year'])} cannot be used; {allowed}"
        elif tuple(row.values()) in seen:
            problem = "says again what an earlier line says; remove one of them"
        else:
            seen.add(tuple(row.values()))
            continue
        raise InputError(f"{shown(path)}, line {line}: {problem}.")
    return frame.assign(year=frame["year"].astype(int))
