"""Where the running plan's targets are heading: ``projections.csv`` and what it rests on.

The model names in the table: ``drift``, ``ets_damped``, ``theta``, their ``median`` (the central
path) and ``recent_mean`` (the naive path), all with pooled intervals; ``drift_textbook``,
``ets_damped_textbook``, ``theta_textbook`` and ``median_textbook``, the same paths with textbook
intervals, for comparison; ``median_pandemic_excluded`` or ``median_pandemic_kept``, the median
under the other treatment of the pandemic years, which shows whether it matters.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.measures.calibration import errors_until
from analysis.measures.projection import (
    MODELS,
    Course,
    Floats,
    Scale,
    fill_gaps,
    paths,
    scale_of,
    unsteadiness,
)
from analysis.measures.widths import LEVELS, Widths, band_of, pooled_widths
from analysis.measures.windows import Settings, Window, target_window, with_baselines

PLAN = "14fyp"
COLUMNS = [
    *["series_id", "table_id", "as_of", "year", "model", "mean"],
    *["lo80", "hi80", "lo95", "hi95", "p_attain", "p_band"],
]
BASIS_COLUMNS = [
    *["series_id", "table_id", "as_of", "pandemic", "measure", "unit", "scale"],
    *["n", "first_year", "last_year", "segment_from", "horizon", "end_year"],
    *["has_path", "has_interval", "has_probability", "reason"],
]
NUMBERS = ["mean", "lo80", "hi80", "lo95", "hi95", "p_attain"]
DECIMALS = 6
OTHER_PANDEMIC = {"keep": "median_pandemic_excluded", "exclude": "median_pandemic_kept"}


class Projection(NamedTuple):
    """One model's path: its course on the model scale, and its values in the series' unit.

    ``mean`` is the centre of the course: on the log and logit scales the median of what may
    come.
    """

    course: Course
    values: dict[str, Floats]


def project_window(
    window: Window, end_year: int, widths: dict[str, Widths | None], settings: Settings
) -> dict[str, Projection]:
    """Project one series to ``end_year``.

    Parameters
    ----------
    window
        At least ``settings.min_path`` points.
    widths
        Pooled widths by model, from ``widths_by_model``; None where there were too few errors.

    Returns
    -------
    dict
        A projection for each model of ``MODELS`` and for each textbook variant: ``mean``,
        ``lo80``, ``hi80``, ``lo95``, ``hi95``, a value for each year after the last point;
        bounds are NaN below ``settings.min_interval`` points.
    """
    scale = scale_of(window.measure, window.unit)
    points = scale.forward(window.values)
    steps = end_year - int(window.years[-1])
    horizon = np.arange(1, steps + 1)
    found = {}
    for model, course in paths(window.years, points, steps, settings.recent_years).items():
        pooled, halves = widths.get(model), dict.fromkeys(LEVELS, np.full(steps, np.nan))
        textbook = dict(halves)
        if window.n >= settings.min_interval:
            textbook = {level: course.sd * norm.ppf(0.5 + level / 200) for level in LEVELS}
            if pooled:
                unit = _unit(window, pooled)
                halves = {level: unit * pooled.half_width(horizon, level) for level in LEVELS}
        found[model] = _projection(course, halves, scale)
        if model != "recent_mean":
            found[f"{model}_textbook"] = _projection(course, textbook, scale)
    return found


def _unit(window: Window, widths: Widths) -> Floats:
    scale = scale_of(window.measure, window.unit)
    series = fill_gaps(window.years, scale.forward(window.values))
    return widths.unit([scale.name], unsteadiness(series))


def _projection(course: Course, halves: dict[int, Floats], scale: Scale) -> Projection:
    values = {"mean": scale.inverse(course.centre)}
    for level, half in halves.items():
        ends = scale.inverse(course.centre - half), scale.inverse(course.centre + half)
        values |= {f"lo{level}": np.minimum(*ends), f"hi{level}": np.maximum(*ends)}
    return Projection(course, values)


def attainment(
    window: Window,
    course: Course,
    widths: Widths | None,
    target: float,
    direction: str,
    settings: Settings,
) -> Floats:
    """Probability that each year's value meets the target.

    Parameters
    ----------
    course
        The median path of ``window``.
    target
        The value that just meets it, in the unit of the series.
    direction
        ``up`` where more is better, ``down`` where less is.

    Returns
    -------
    ndarray
        Shares of one, a value for each year after the last point; NaN below
        ``settings.min_probability`` points, without pooled widths, without a direction and for a
        target outside the scale.
    """
    inside = target > 0 and (window.measure != "share" or target < 100)
    too_few = window.n < settings.min_probability
    if widths is None or too_few or direction not in ("up", "down") or not inside:
        return np.full(len(course.centre), np.nan)
    mark = scale_of(window.measure, window.unit).forward(np.array([target]))
    distance = (mark - course.centre) / _unit(window, widths)
    above = widths.probability_above(distance, np.arange(1, len(distance) + 1))
    return above if direction == "up" else 1 - above


def widths_by_model(errors: pd.DataFrame, series_id: str = "") -> dict[str, Widths | None]:
    """Pooled widths of every model from the errors of all other series.

    A series' own errors are left out, as they are where the calibration is computed; a shock
    would otherwise count twice, in the series' unsteadiness and in the pool.
    """
    others = errors[errors["series_id"] != series_id]
    return {model: pooled_widths(others[others["model"] == model]) for model in MODELS}


def end_year_of(target_year: int, as_of: int, settings: Settings) -> int:
    """Last projected year: the target's own, and once that is in, ``years_beyond`` more."""
    return target_year if as_of < target_year else target_year + settings.years_beyond


def projection_basis(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    as_of: int,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """What every projection rests on, and why some targets have none.

    Parameters
    ----------
    targets, observed, breaks, as_of, settings
        As for ``projection_table``.

    Returns
    -------
    pandas.DataFrame
        One row per level or share target of the plan: points ``n``, the window from
        ``first_year`` to ``last_year``, ``segment_from`` (first year after the last break, empty
        without one), the ``horizon`` in years from the last point to ``end_year``; ``reason`` is
        empty where there is a path, else ``no_value``, ``other_unit``, ``bounds_only`` or
        ``too_few``.
    """
    chosen = settings or Settings()
    observed = with_baselines(observed, targets)
    rows = []
    for target, window in _target_windows(targets, observed, breaks, as_of, chosen):
        end = end_year_of(int(target["target_year"]), as_of, chosen)
        known = window.n > 0
        last = int(window.years[-1]) if known else None
        rows.append(
            {
                **{name: target[name] for name in ("series_id", "table_id", "measure", "unit")},
                "as_of": as_of,
                "pandemic": chosen.pandemic,
                "scale": scale_of(window.measure, window.unit).name,
                "n": window.n,
                "first_year": int(window.years[0]) if known else None,
                "last_year": last,
                "segment_from": window.cut or None,
                "horizon": end - last if last is not None else None,
                "end_year": end,
                "has_path": not window.reason,
                "has_interval": not window.reason and window.n >= chosen.min_interval,
                "has_probability": not window.reason and window.n >= chosen.min_probability,
                "reason": window.reason,
            }
        )
    table = pd.DataFrame(rows, columns=BASIS_COLUMNS)
    years = ["first_year", "last_year", "segment_from", "horizon"]
    return table.astype(dict.fromkeys(years, "Int64"))


def projection_table(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    as_of: int,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Project every level and share target of the plan that has enough points.

    Parameters
    ----------
    targets
        As loaded by ``load_targets``.
    observed
        One row per (series_id, measure, year), chosen by vintage: ``series_id, year, value,
        unit, measure, comparator``; the plans' baselines are added here.
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
    observed = with_baselines(observed, targets)
    other = replace(chosen, pandemic="exclude" if chosen.pandemic == "keep" else "keep")
    errors, other_errors = (errors_until(observed, breaks, as_of, each) for each in (chosen, other))
    pairs = zip(
        _target_windows(targets, observed, breaks, as_of, chosen),
        _target_windows(targets, observed, breaks, as_of, other),
        strict=True,
    )
    parts = []
    for (target, window), (_, second) in pairs:
        if window.reason:
            continue
        name, end = window.series_id, end_year_of(int(target["target_year"]), as_of, chosen)
        widths = widths_by_model(errors, name)
        found = project_window(window, end, widths, chosen)
        own = [_rows(model, window, each) for model, each in found.items()]
        if not second.reason:
            again = project_window(second, end, widths_by_model(other_errors, name), other)
            alternative = _rows(OTHER_PANDEMIC[chosen.pandemic], second, again["median"])
            own.append(alternative[alternative["year"] > window.years[-1]])
        table = pd.concat(own, ignore_index=True)
        table = table.assign(series_id=name, table_id=target["table_id"], as_of=as_of)
        mark, direction = _mark(target, chosen), str(target["direction"])
        median = found["median"].course
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


def _target_windows(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    as_of: int,
    settings: Settings,
) -> Iterator[tuple[pd.Series, Window]]:
    """Each level or share target of the plan that has a number, with the points it may use."""
    running = targets[
        targets["table_id"].str.endswith(PLAN)
        & targets["measure"].isin(["level", "share"])
        & targets["target_value"].notna()
    ]
    for _, target in running.iterrows():
        series_id, measure, unit = (str(target[name]) for name in ("series_id", "measure", "unit"))
        yield target, target_window(observed, breaks, series_id, measure, unit, as_of, settings)


def _mark(target: pd.Series, settings: Settings) -> float:
    """The value that just meets the target: an approximate one is met a tolerance short of it."""
    slack = settings.tolerance_pct / 100 if target["target_comparator"] == "~" else 0.0
    return float(target["target_value"]) * (1 - slack if target["direction"] == "up" else 1 + slack)


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
