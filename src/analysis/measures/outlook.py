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
from numpy.typing import ArrayLike
from scipy.stats import norm

from analysis.measures.calibration import errors_until
from analysis.measures.evidence import PLAN_YEARS, Observed
from analysis.measures.growth_index import Rates, growth_window, index_target, mean_growth
from analysis.measures.projection import (
    MODELS,
    Course,
    Floats,
    Scale,
    Years,
    fill_gaps,
    paths,
    scale_of,
    unsteadiness,
)
from analysis.measures.widths import LEVELS, Widths, band_of, pooled_widths
from analysis.measures.windows import Settings, Window, target_window

PLAN = "14fyp"
RATES = {"gdp-growth-real": Rates("growth_real")}
"""Growth targets in real terms; other numeric growth targets are nominal."""
NOMINAL = Rates("growth_nominal", "level")


def rates_of(series_id: str) -> Rates:
    """The kind of rates a growth target of a series is judged by."""
    return RATES.get(series_id, NOMINAL)


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
    target: ArrayLike,
    direction: str,
    settings: Settings,
) -> Floats:
    """Probability that each year's value meets the target.

    Parameters
    ----------
    course
        The median path of ``window``.
    target
        The value that just meets it, in the unit of the series; one, or one for each year.
    direction
        ``up`` where more is better, ``down`` where less is.

    Returns
    -------
    ndarray
        Shares of one, a value for each year after the last point; NaN below
        ``settings.min_probability`` points, without pooled widths, without a direction and for a
        target outside the scale.
    """
    aims = np.broadcast_to(np.asarray(target, dtype=float), course.centre.shape)
    inside = (aims > 0).all() and (window.measure != "share" or (aims < 100).all())
    too_few = window.n < settings.min_probability
    if widths is None or too_few or direction not in ("up", "down") or not inside:
        return np.full(len(course.centre), np.nan)
    mark = scale_of(window.measure, window.unit).forward(aims)
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
        One row per target of the plan with a number: points ``n``, the window from
        ``first_year`` to ``last_year``, ``segment_from`` (first year after the last break, empty
        without one), the ``horizon`` in years from the last point to ``end_year``; ``reason`` is
        empty where there is a path, else ``no_value``, ``other_unit``, ``bounds_only``,
        ``too_few``, ``too_old``, ``newer_bound`` (a later floor lies above the last point) or
        ``sum_in_parts`` (a five-year sum: its yearly values are incomplete).
    """
    chosen = settings or Settings()
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


def _target_windows(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    as_of: int,
    settings: Settings,
) -> Iterator[tuple[pd.Series, Window]]:
    """Each target of the plan that has a number, with the points it may use."""
    running = targets[targets["table_id"].str.endswith(PLAN) & targets["target_value"].notna()]
    known = Observed.from_frames(observed[observed["year"] <= as_of], breaks)
    for _, target in running.iterrows():
        series_id, measure, unit = (str(target[name]) for name in ("series_id", "measure", "unit"))
        if measure == "cumulative":
            nothing = np.array([], dtype=np.int64)
            yield target, Window(series_id, measure, unit, nothing, np.array([]), "sum_in_parts")
        elif measure == "growth":
            rates, end = rates_of(series_id), int(target["target_year"])
            window = growth_window(known, series_id, rates, end, settings)
            yield target, _recent(window, as_of, settings)
        else:
            window = target_window(observed, breaks, series_id, measure, unit, as_of, settings)
            yield target, _recent(window, as_of, settings)


def _recent(window: Window, as_of: int, settings: Settings) -> Window:
    """The window, refused where its last point is too old to speak for the years ahead."""
    if window.reason or as_of - window.years[-1] <= settings.max_age:
        return window
    return window._replace(reason="too_old")


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
