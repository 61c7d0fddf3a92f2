"""A target's observed values, plan path and projection as one panel, in the reader's unit."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.bases import rates_of
from analysis.measures.evidence import PLAN_YEARS, Observed
from analysis.measures.growth_index import growth_window, mean_growth
from analysis.measures.windows import Settings, segment_starts
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.multiples import Line, Panel
from analysis.publish.units import Language, convert_float, unit_label
from analysis.publish.wording import label


def unit_of(row: dict[str, Any]) -> str:
    """The unit of a target's own value: a rate set for a level is in per cent."""
    return "%" if row["measure"] == "growth" else str(row["unit"])


def projected(data: PlanData, row: dict[str, Any], as_of: int, model: str) -> pd.DataFrame:
    """One model's path for a target, sorted by year; empty where there is none."""
    rows = data.projections
    mine: pd.DataFrame = rows[
        (rows["series_id"] == row["series_id"])
        & (rows["table_id"] == row["table_id"])
        & (rows["as_of"] == as_of)
        & (rows["model"] == model)
    ]
    return mine.sort_values("year")


def observed_course(data: PlanData, row: dict[str, Any], as_of: int) -> pd.DataFrame:
    """``year, value`` in the target's own terms: a growth target's are means since the baseline."""
    known = data.observed[data.observed["year"] <= as_of]
    if row["measure"] == "growth":
        end = int(row["target_year"])
        rates = rates_of(row["series_id"])
        known_as = Observed.from_frames(known, data.breaks)
        window = growth_window(known_as, row["series_id"], rates, end, Settings())
        frame = pd.DataFrame({"year": window.years, "index": window.values})
        frame = frame[frame["year"] > end - PLAN_YEARS]
        return frame.assign(value=mean_growth(frame["index"], frame["year"], end - PLAN_YEARS))
    own = (known["series_id"] == row["series_id"]) & (known["measure"] == row["measure"])
    values: pd.DataFrame = known[own].sort_values("year")
    return values


def plan_path(row: dict[str, Any]) -> pd.DataFrame:
    """``year, value`` on the way the plan implies: constant growth for levels, else equal steps."""
    if row["measure"] == "growth":
        years = np.arange(int(row["target_year"]) - PLAN_YEARS + 1, int(row["target_year"]) + 1)
        return pd.DataFrame({"year": years, "value": float(row["target_value"])})
    years = np.arange(int(row["baseline_year"]), int(row["target_year"]) + 1)
    share = (years - years[0]) / (years[-1] - years[0])
    start, end = float(row["baseline_value"]), float(row["target_value"])
    steady = row["measure"] == "level" and start > 0 and end > 0
    values = start * (end / start) ** share if steady else start + (end - start) * share
    return pd.DataFrame({"year": years, "value": values})


def panel(
    data: PlanData, row: dict[str, Any], as_of: int, language: Language, note: str, poor: bool
) -> Panel:
    """The panel of one target as of a year.

    Parameters
    ----------
    row
        A target as in ``targets.csv``, with the registry's names.
    note
        Status or chance of attainment, in the reader's words; ``poor`` colours it.
    """
    unit = unit_of(row)

    def line(frame: pd.DataFrame, column: str = "value") -> Line:
        known = frame[["year", column]].dropna()
        values = convert_float(known[column].to_numpy(dtype=float), unit, language)
        return Line(known["year"].to_numpy(dtype=np.int64), values)

    observed = observed_course(data, row, as_of)
    bound = observed["comparator"] == ">" if "comparator" in observed else observed["year"] < 0
    own = row["measure"] != "growth"
    starts = segment_starts(data.breaks, row["series_id"], as_of, Settings()) if own else []
    median = projected(data, row, as_of, "median")
    has_path = pd.notna(row["baseline_value"]) or row["measure"] == "growth"
    target = pd.DataFrame({"year": [row["target_year"]], "value": [row["target_value"]]})
    return Panel(
        title=cells.name(row, language),
        unit=label("rate_a_year", language)
        if row["measure"] == "growth"
        else unit_label(unit, language),
        note=note,
        poor=poor,
        observed=line(observed[~bound]),
        floors=line(observed[bound]),
        breaks=starts,
        target=line(target),
        comparator=row["target_comparator"],
        path=line(plan_path(row)) if has_path else Line(),
        median=line(median, "mean"),
        low=line(median, "lo80"),
        high=line(median, "hi80"),
        naive=line(projected(data, row, as_of, "recent_mean"), "mean"),
    )
