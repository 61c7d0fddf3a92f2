"""The facts of the tables' notes, and what they say about the printed values."""

from collections.abc import Hashable
from pathlib import Path

import pandas as pd

from analysis.errors import InputError, quoted
from analysis.fields import FIRST_YEAR, LAST_YEAR, is_number, is_year
from analysis.files import read_table
from analysis.paths import RAW, shown
from analysis.printed.targets import KEY

COLUMNS = [*KEY, "code", "year", "value", "unit", "note_zh", "note_en"]
RATE_BASES = {"period_mean", "single_year_rate"}
CODES = RATE_BASES | {
    "value_of_year",
    "target_before_revision",
    "stand_in_year",
    "estimate",
    "estimated_population",
    "definition",
    "provisional_definition",
    "pending_census",
    "pending_survey",
    "unusual_baseline",
}
BRACKETS = ("[", "【")


def load_notes(targets: pd.DataFrame, path: Path = RAW / "notes.csv") -> pd.DataFrame:
    """Load and check the note facts.

    Parameters
    ----------
    targets
        The components the notes may speak of, as loaded by ``load_targets``.

    Returns
    -------
    pandas.DataFrame
        ``table_id, number, component, code, year, value, unit, note_zh, note_en``; year and
        value numeric, empty where the note gives none.

    Raises
    ------
    InputError
        For a column, a component, a code, a unit or a number that is not as it should be.
    """
    frame = read_table(path)
    if list(frame.columns) != COLUMNS:
        raise InputError(
            f"{shown(path)}: the columns must be {', '.join(COLUMNS)}; correct line 1."
        )
    units = targets.astype({"number": str, "component": str}).set_index(KEY)["unit"].to_dict()
    for line, row in enumerate(frame.to_dict("records"), start=2):
        if problem := _problem(row, units):
            raise InputError(f"{shown(path)}, line {line}: {problem}.")
    if duplicate := frame.index[frame.duplicated([*KEY, "code", "year"])].tolist():
        raise InputError(
            f"{shown(path)}, line {duplicate[0] + 2}: says again what an earlier line says; "
            "remove one of them."
        )
    return frame.assign(
        number=frame["number"].astype(int),
        component=frame["component"].astype(int),
        year=pd.to_numeric(frame["year"]).astype("Int64"),
        value=pd.to_numeric(frame["value"]).astype(float),
    )


def _problem(row: dict[Hashable, str], units: dict[Hashable, str]) -> str:
    key = (row["table_id"], row["number"], row["component"])
    if key not in units:
        return (
            f"there is no component {quoted(' '.join(key))}; correct table_id, number or component"
        )
    if row["code"] not in CODES:
        return f"unknown code {quoted(row['code'])}; use one of {', '.join(sorted(CODES))}"
    if row["year"] and not is_year(row["year"]):
        allowed = f"use a year from {FIRST_YEAR} to {LAST_YEAR}"
        return f"year {quoted(row['year'])} cannot be used; {allowed}"
    if row["value"] and not is_number(row["value"]):
        return f"value {quoted(row['value'])} is not a number; write digits and a decimal point"
    if bool(row["note_zh"]) != bool(row["note_en"]):
        return "one of note_zh and note_en is empty; give both or neither"
    if row["code"] in {"value_of_year", "target_before_revision"}:
        if not (row["year"] and row["value"]):
            return f"{row['code']} needs a year and a value; add them"
        if row["unit"] != units[key]:
            given = quoted(row["unit"])
            return f"unit {given} is not the component's {units[key]!r}; convert the value"
    return ""


def baseline_kind(targets: pd.DataFrame, notes: pd.DataFrame) -> pd.Series:
    """What each printed baseline is, so that no formula takes one kind for another.

    Returns
    -------
    pandas.Series
        Aligned with ``targets``: ``year_value`` (one year's level, share or flow),
        ``period_total`` (bracketed five-year total or decline), ``period_mean`` (mean annual rate
        of the five years before), ``single_year_rate`` (one year's rate), or empty where no
        baseline is printed.

    Raises
    ------
    InputError
        If a baseline is a rate and no note says which.
    """
    coded = notes[notes["code"].isin(RATE_BASES)].set_index(KEY)["code"]
    keys = pd.MultiIndex.from_frame(targets[KEY])
    rate_kind = pd.Series(coded.reindex(keys).to_numpy(), index=targets.index)
    is_rate = (targets["measure"] == "growth") & (targets["unit"] == "%")
    kind = pd.Series("year_value", index=targets.index, dtype=object)
    kind = kind.mask(targets["baseline_raw"].str.startswith(BRACKETS), "period_total")
    kind = kind.mask(is_rate, rate_kind)
    kind = kind.mask(targets["baseline_value"].isna(), "")
    if kind.isna().any():
        row = targets[kind.isna()].iloc[0]
        raise InputError(
            f"data/raw/notes.csv: nothing says whether the baseline rate of {row['table_id']} "
            f"number {row['number']}, component {row['component']} is a period_mean or a "
            "single_year_rate; add a line with that code."
        )
    return kind
