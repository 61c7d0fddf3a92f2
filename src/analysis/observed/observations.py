"""Observed values from outside: loaded, checked, and in the units of the plans."""

import re
from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from analysis.errors import InputError, quoted, shortened
from analysis.fields import FIRST_YEAR, LAST_YEAR, is_number, is_year
from analysis.files import read_table
from analysis.paths import CODE, RAW, shown
from analysis.registry import Registry

VINTAGES = ("final", "revised", "preliminary", "derived")
QUALITIES = ("official", "secondary")
COMPARATORS = ("=", "~", ">")
MEASURES = (
    *("level", "share", "cumulative"),
    *("growth_real", "growth_nominal", "growth_quantity"),
)
UNIT_SHIFTS = {
    ("元", "万元"): -4,
    ("元", "万元/人"): -4,
    ("万人次", "亿人次"): -4,
    ("个", "万个"): -4,
}
"""Powers of ten from a unit a source uses to the one the plans use."""

KEY = ["series_id", "measure", "year"]
MENDS = {
    "year": f"use a year from {FIRST_YEAR} to {LAST_YEAR}",
    "value": "write digits and a decimal point, 15 digits at most",
    "measure": f"use one of {', '.join(MEASURES)}",
    "vintage": f"use one of {', '.join(VINTAGES)}",
    "quality": f"use one of {', '.join(QUALITIES)}",
    "comparator": f"use one of {', '.join(COMPARATORS)}",
}

DATE = re.compile(r"([0-9]{4}(-[0-9]{2}){0,2}( \(archived [0-9]{4}-[0-9]{2}-[0-9]{2}\))?)?")
ADDRESS = re.compile(r"https?://[^\s\"<>`]+")
SET_ASIDE = ["series_id", "year", "measure", "source_id", "code", "reason_zh", "reason_en"]

OBSERVATIONS = pa.DataFrameSchema(
    {
        "series_id": pa.Column(),
        "year": pa.Column(checks=pa.Check(is_year, element_wise=True)),
        "value": pa.Column(checks=pa.Check(is_number, element_wise=True)),
        "unit": pa.Column(),
        "measure": pa.Column(checks=pa.Check.isin(MEASURES)),
        "vintage": pa.Column(checks=pa.Check.isin(VINTAGES)),
        "quality": pa.Column(checks=pa.Check.isin(QUALITIES)),
        "comparator": pa.Column(checks=pa.Check.isin(COMPARATORS)),
        "source_id": pa.Column(),
        "note": pa.Column(),
    },
)


def load_sources(path: Path = RAW / "sources.csv") -> pd.DataFrame:
    """Load the statistical sources: ``source_id, title, publisher, date, url, quality``.

    Raises
    ------
    InputError
        For a column, a code, a quality, a date or an address that is not as it should be.
    """
    frame = read_table(path)
    columns = ["source_id", "title", "publisher", "date", "url", "quality"]
    if list(frame.columns) != columns:
        raise InputError(
            f"{shown(path)}: the columns must be {', '.join(columns)}; correct line 1."
        )
    seen: set[str] = set()
    for line, row in enumerate(frame.to_dict("records"), start=2):
        if problem := _source_problem(row, seen):
            raise InputError(f"{shown(path)}, line {line}: {problem}.")
        seen.add(row["source_id"])
    return frame


def _source_problem(row: dict[Hashable, str], seen: set[str]) -> str:
    if not CODE.fullmatch(row["source_id"]):
        form = "use small letters, digits and single hyphens"
        return f"source_id {quoted(row['source_id'])} is no code; {form}"
    if row["source_id"] in seen:
        return f"source {row['source_id']} is listed twice; remove one"
    if not (row["title"].strip() and row["publisher"].strip()):
        return "title or publisher is empty; add it"
    if not DATE.fullmatch(row["date"]):
        return f"date {quoted(row['date'])} cannot be used; write 2024, 2024-05, 2024-05-31 or none"
    if row["url"] and not ADDRESS.fullmatch(row["url"]):
        form = "write one that begins with http:// or https://, or none"
        return f"url {quoted(row['url'])} is no address of a page; {form}"
    if row["quality"] not in QUALITIES:
        return f"quality {quoted(row['quality'])} is not known; use one of {', '.join(QUALITIES)}"
    return ""


def load_observations(
    registry: Registry,
    path: Path = RAW / "observations.csv",
    sources: Path = RAW / "sources.csv",
    set_aside: Path = RAW / "set_aside.csv",
) -> pd.DataFrame:
    """Load and check the observed values.

    Returns
    -------
    pandas.DataFrame
        ``series_id, year, value, unit, measure, vintage, quality, comparator, source_id, note``
        and ``set_aside``, the code of the reason a value is not to be used (else empty). Values
        are in the registry's unit; growth is in per cent.

    Raises
    ------
    InputError
        Naming file, line and mend: an unknown column, series, unit, measure, vintage, quality,
        comparator or source, a value or year that is no number or out of range, a duplicate.
    """
    frame = _validated(read_table(path), path)
    unknown = ~frame["series_id"].isin(list(registry.series))
    if unknown.any():
        mend = "add it to data/raw/indicators.toml"
        raise _row_error(path, frame, int(unknown.to_numpy().argmax()), "series_id", mend)
    known = set(load_sources(sources)["source_id"])
    checks = [
        (~frame["source_id"].isin(known), "source_id", f"add it to {shown(sources)}"),
        (frame.duplicated([*KEY, "source_id"]), "series_id", "remove the duplicate"),
        (~_unit_fits(frame, registry), "unit", "convert the value to the series' unit"),
    ]
    for failing, column, mend in checks:
        if failing.any():
            raise _row_error(path, frame, int(failing.to_numpy().argmax()), column, mend)
    return _in_plan_units(frame, registry).assign(set_aside=_set_aside(frame, set_aside))


def _validated(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    if list(frame.columns) != list(OBSERVATIONS.columns):
        columns = ", ".join(OBSERVATIONS.columns)
        raise InputError(f"{shown(path)}: the columns must be {columns}; correct line 1.")
    try:
        checked = OBSERVATIONS.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["index"]).sort_values("index", kind="stable")
        column, row = str(cases["column"].iloc[0]), int(cases["index"].iloc[0])
        raise _row_error(path, frame, row, column, MENDS[column]) from None
    return checked.astype({"year": int, "value": float})


def _row_error(path: Path, frame: pd.DataFrame, row: int, column: str, mend: str) -> InputError:
    record = frame.loc[row]
    place = quoted(f"{record['series_id']} {record['year']}")[1:-1]
    return InputError(
        f"{shown(path)}, line {row + 2} ({place}): {column} "
        f"{quoted(str(record[column]))} cannot be used; {mend}."
    )


def _unit_fits(frame: pd.DataFrame, registry: Registry) -> pd.Series:
    """Growth is in per cent; the rest in the series' unit or one that converts to it.

    The level behind a series registered as a growth rate has a unit of its own.
    """
    fits = []
    for row in frame[["series_id", "unit", "measure"]].itertuples(index=False):
        series_id, unit, measure = (str(value) for value in row)
        series = registry.series[series_id]
        if measure.startswith("growth"):
            fits.append(unit == "%")
        else:
            converts = (unit, series.unit) in UNIT_SHIFTS
            fits.append(unit == series.unit or converts or series.measure == "growth")
    return pd.Series(fits, index=frame.index)


def _in_plan_units(frame: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    wanted = frame["series_id"].map(lambda series_id: registry.series[series_id].unit)
    shifts = [UNIT_SHIFTS.get(pair) for pair in zip(frame["unit"], wanted, strict=True)]
    shifted = pd.Series([shift is not None for shift in shifts], index=frame.index)
    factor = np.array([10.0 ** (shift or 0) for shift in shifts])
    return frame.assign(
        value=(frame["value"] * factor).round(9), unit=frame["unit"].mask(shifted, wanted)
    )


def load_set_aside(path: Path = RAW / "set_aside.csv") -> pd.DataFrame:
    """Load the values not to be used: what names each, ``code`` and reason; year as integer.

    Raises
    ------
    InputError
        For a column, a year, a code or a reason that is not as it should be, or a value twice.
    """
    frame = read_table(path)
    if list(frame.columns) != SET_ASIDE:
        raise InputError(
            f"{shown(path)}: the columns must be {', '.join(SET_ASIDE)}; correct line 1."
        )
    for line, row in enumerate(frame.to_dict("records"), start=2):
        if not is_year(row["year"]):
            allowed = f"use a year from {FIRST_YEAR} to {LAST_YEAR}"
            problem = f"year {quoted(row['year'])} cannot be used; {allowed}"
        elif not re.fullmatch("[a-z]+(_[a-z]+)*", row["code"]):
            problem = f"code {quoted(row['code'])} cannot be used; write one such as other_coverage"
        elif not (row["reason_zh"].strip() and row["reason_en"].strip()):
            problem = "reason_zh or reason_en is empty; give both"
        else:
            continue
        raise InputError(f"{shown(path)}, line {line}: {problem}.")
    if doubled := frame.index[frame.duplicated(SET_ASIDE[:4])].tolist():
        raise InputError(
            f"{shown(path)}, line {doubled[0] + 2}: an earlier line sets the same value aside; "
            "remove one of them."
        )
    return frame.assign(year=frame["year"].astype(int))


def _set_aside(frame: pd.DataFrame, path: Path) -> pd.Series:
    aside = load_set_aside(path)
    columns = SET_ASIDE[:4]
    keys = {tuple(row[:4]): row[4] for row in aside[[*columns, "code"]].to_numpy().tolist()}
    mine = [tuple(row) for row in frame[columns].to_numpy().tolist()]
    if unused := [number for number, key in enumerate(keys) if key not in set(mine)]:
        key = " ".join(shortened(str(part)) for part in list(keys)[unused[0]])
        raise InputError(
            f"{shown(path)}, line {unused[0] + 2}: {key} is not in the observations; correct or "
            "remove that line."
        )
    return pd.Series([keys.get(key, "") for key in mine], index=frame.index)


def jumps(chosen: pd.DataFrame, bound_pct: float = 50.0) -> pd.DataFrame:
    """Year-on-year changes of levels beyond a bound: reported, never dropped.

    Parameters
    ----------
    chosen
        One row per series, measure and year, from ``choose``.
    bound_pct
        Largest plausible change from one year to the next, in per cent.

    Returns
    -------
    pandas.DataFrame
        ``series_id, year, value, previous, change_pct``, consecutive years only.
    """
    levels = chosen[(chosen["measure"] == "level") & (chosen["comparator"] != ">")]
    levels = levels.sort_values(["series_id", "year"])
    before = levels.groupby("series_id")[["year", "value"]].shift()
    change = 100 * (levels["value"] / before["value"] - 1)
    beyond = (levels["year"] - before["year"] == 1) & (change.abs() > bound_pct)
    found = levels[beyond].assign(previous=before["value"][beyond], change_pct=change[beyond])
    return found[["series_id", "year", "value", "previous", "change_pct"]].reset_index(drop=True)
