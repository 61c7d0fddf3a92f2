"""Where the running plan's targets are heading: ``projections.csv`` and what it rests on.

The model names in the table: ``drift``, ``ets_damped``, ``theta``, their ``median`` (the central
path) and ``recent_mean`` (the naive path), all with pooled intervals; ``drift_textbook``,
``ets_damped_textbook``, ``theta_textbook`` and ``median_textbook``, the same paths with textbook
intervals, for comparison; ``median_pandemic_excluded`` or ``median_pandemic_kept``, the median
under the other treatment of the pandemic years, which shows whether it matters.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.measures.bases import end_year_of, target_windows
from analysis.measures.calibration import errors_until
from analysis.measures.evidence import PLAN_YEARS
from analysis.measures.forecast import Projection, attainment, project_window, widths_by_model
from analysis.measures.growth_index import index_target, mean_growth
from analysis.measures.projection import Floats, Years
from analysis.measures.widths import band_of
from analysis.measures.windows import Settings, Window

COLUMNS = [
    *["series_id", "table_id", "as_of", "year", "model", "mean"],
    *["lo80", "hi80", "lo95", "hi95", "p_attain", "p_band"],
]
NUMBERS = ["mean", "lo80", "hi80", "lo95", "hi95", "p_attain"]
DECIMALS = 6
OTHER_PANDEMIC = {"keep": "median_pandemic_excluded", "exclude": "median_pandemic_kept"}


def projection_table(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    as_of: int,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Project every level, share and growth target of the plan that has enough points.

    A growth target is projected as the index its rates chain to, and given as the mean annual
    growth since the baseline year. Five-year sums are not projected.

    Parameters
    ----------
    targets
        As loaded by ``load_targets``.
    observed
        One row per (series_id, measure, year), chosen by vintage: ``series_id, year, value,
        unit, measure, comparator``.
    breaks
        ``series_id, year, kind``.
    as_of
        Last year known; neither points nor errors nor breaks after it are used.

    Returns
    -------
    pandas.DataFrame
        The columns of ``projections.csv``, a row per series, table, year and model; paths in the
        target's unit, ``p_attain`` a share of one, only for the median path: the probability
        that the value of ``year`` meets the printed target (in years after the target's own, a
        late attainment). No probability for a year of which a bound is already known.
    """
    chosen = settings or Settings()
    other = replace(chosen, pandemic="exclude" if chosen.pandemic == "keep" else "keep")
    errors, other_errors = (errors_until(observed, breaks, as_of, each) for each in (chosen, other))
    pairs = zip(
        target_windows(targets, observed, breaks, as_of, chosen),
        target_windows(targets, observed, breaks, as_of, other),
        strict=True,
    )
    parts = []
    for (target, window), (_, second) in pairs:
        if window.reason:
            continue
        name, end = window.series_id, end_year_of(int(target["target_year"]), window, chosen)
        widths = widths_by_model(errors, name)
        found = project_window(window, end, widths, chosen)
        own = [_rows(model, window, each) for model, each in found.items()]
        if not second.reason:
            again = project_window(second, end, widths_by_model(other_errors, name), other)
            alternative = _rows(OTHER_PANDEMIC[chosen.pandemic], second, again["median"])
            own.append(alternative[alternative["year"] > window.years[-1]])
        table = pd.concat(own, ignore_index=True)
        mark = _mark(target, table.loc[table["model"] == "median", "year"].to_numpy(), chosen)
        if target["measure"] == "growth":
            base_year = int(target["target_year"]) - PLAN_YEARS
            paths_of = ["mean", "lo80", "hi80", "lo95", "hi95"]
            table[paths_of] = table[paths_of].apply(mean_growth, args=(table["year"], base_year))
        table = table.assign(series_id=name, table_id=target["table_id"], as_of=as_of)
        median, direction = found["median"].course, str(target["direction"])
        p = attainment(window, median, widths["median"], mark, direction, chosen)
        table.loc[table["model"] == "median", "p_attain"] = p
        parts.append(table)
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    table = _without_settled(pd.concat(parts, ignore_index=True), observed)
    table["p_band"] = band_of(table["p_attain"])
    table[NUMBERS] = table[NUMBERS].round(DECIMALS)
    order = ["series_id", "table_id", "year"]
    return table.sort_values(order, kind="stable", ignore_index=True)[COLUMNS]


def withhold(projections: pd.DataFrame, progress: pd.DataFrame) -> pd.DataFrame:
    """Give no probability where a target's definition is no longer the series' own.

    Parameters
    ----------
    projections
        From ``projection_table``.
    progress
        From ``progress_table`` of the same year; ``comparable`` says which rows changed.
    """
    keys = ["series_id", "table_id"]
    changed = progress.loc[progress["comparable"].eq(False).fillna(False), keys]
    rows = pd.MultiIndex.from_frame(projections[keys])
    affected = rows.isin(pd.MultiIndex.from_frame(changed))
    return projections.assign(
        p_attain=projections["p_attain"].mask(affected),
        p_band=projections["p_band"].mask(affected, ""),
    )


def _mark(target: pd.Series, years: Years, settings: Settings) -> Floats:
    """What just meets the target in each year: approximate ones are met a tolerance short."""
    slack = settings.tolerance_pct / 100 if target["target_comparator"] == "~" else 0.0
    aim = float(target["target_value"]) * (1 - slack if target["direction"] == "up" else 1 + slack)
    if target["measure"] == "growth":
        return index_target(aim, years, int(target["target_year"]) - PLAN_YEARS)
    return np.full(len(years), aim)


def _rows(model: str, window: Window, projection: Projection) -> pd.DataFrame:
    years = window.years[-1] + np.arange(1, len(projection.course.centre) + 1)
    return pd.DataFrame({"year": years, "model": model, **projection.values, "p_attain": np.nan})


def _without_settled(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """No probability for a year of which something is already known, a floor for example."""
    known = observed[observed["measure"].isin(["level", "share"])]
    settled = pd.MultiIndex.from_frame(known[["series_id", "year"]])
    asked = pd.MultiIndex.from_frame(table[["series_id", "year"]])
    at_hand = asked.isin(settled) & (table["year"] <= table["as_of"])
    return table.assign(p_attain=table["p_attain"].mask(at_hand))
