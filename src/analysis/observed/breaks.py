"""Where a series changes its meaning, its base or its source, and what readers are told of it."""

from pathlib import Path

import pandas as pd

from analysis.errors import InputError, quoted
from analysis.fields import FIRST_YEAR, LAST_YEAR, is_year
from analysis.files import read_table
from analysis.paths import RAW, shown
from analysis.registry import Registry

KEY = ["series_id", "year", "kind"]
COLUMNS = [*KEY, "note"]
REASONS = [*KEY, "reason_zh", "reason_en"]
KINDS = (
    *("definition_change", "definition_doubt", "survey_change", "base_revision", "census"),
    *("currency", "source_mismatch", "vintage", "rounding"),
)


def load_breaks(registry: Registry, path: Path = RAW / "breaks.csv") -> pd.DataFrame:
    """Load the breaks: ``series_id, year, kind, note``, year as integer.

    Raises
    ------
    InputError
        For a column, a series, a kind or a year that is not as it should be, and for a break that
        an earlier line has.
    """
    return _load(registry, path, COLUMNS)


def load_break_reasons(registry: Registry, path: Path = RAW / "break_reasons.csv") -> pd.DataFrame:
    """Load what readers are told of a break: ``series_id, year, kind, reason_zh, reason_en``.

    A break without a reason is shown without one; a reason without a break is not shown.

    Raises
    ------
    InputError
        As for ``load_breaks``, and for a reason in one language only.
    """
    frame = _load(registry, path, REASONS)
    for line, row in enumerate(frame.to_dict("records"), start=2):
        if not (row["reason_zh"].strip() and row["reason_en"].strip()):
            problem = "reason_zh or reason_en is empty; give both"
            raise InputError(f"{shown(path)}, line {line}: {problem}.")
    return frame


def _load(registry: Registry, path: Path, columns: list[str]) -> pd.DataFrame:
    frame = read_table(path)
    if list(frame.columns) != columns:
        raise InputError(
            f"{shown(path)}: the columns must be {', '.join(columns)}; correct line 1."
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
        elif (key := (row["series_id"], row["year"], row["kind"])) in seen:
            problem = "an earlier line has the same break; remove one of them"
        else:
            seen.add(key)
            continue
        raise InputError(f"{shown(path)}, line {line}: {problem}.")
    return frame.assign(year=frame["year"].astype(int))
