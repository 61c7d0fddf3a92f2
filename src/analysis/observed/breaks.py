"""Where a series changes its meaning, its base or its source."""

from pathlib import Path

import pandas as pd

from analysis.errors import InputError
from analysis.files import read_table
from analysis.paths import RAW, shown
from analysis.registry import Registry

COLUMNS = ["series_id", "year", "kind", "note"]
KINDS = (
    *("definition_change", "survey_change", "base_revision", "census"),
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
    for line, row in enumerate(frame.to_dict("records"), start=2):
        if row["series_id"] not in registry.series:
            problem = f"unknown series {row['series_id']!r}; add it to indicators.toml"
        elif row["kind"] not in KINDS:
            problem = f"unknown kind {row['kind']!r}; use one of {', '.join(KINDS)}"
        elif not row["year"].isdecimal():
            problem = f"year {row['year']!r} is not a number; write digits only"
        else:
            continue
        raise InputError(f"{shown(path)}, line {line}: {problem}.")
    return frame.assign(year=frame["year"].astype(int))
