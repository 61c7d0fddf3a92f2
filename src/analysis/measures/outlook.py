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
from analysis.measures.windows import Settings, Window, target_window

PLAN = "14fyp"
COLUMNS = [
    *["series_id", "table_id", "as_of", "year", "model", "mean"],
    *["lo80", "hi80", "lo95", "hi95", "p_attain", "p_band"],
]
BASIS_COLUMNS = [
    *["series_id", "table_id", "as_of", "pandemic", "measure", "unit", "scale"],
    *["n", "first_year", "last_year", "segment_from", "horizon", "end_year"],
    *["has_path", "has_probability", "reason"],
]
DECIMALS = 6
OTHER_PANDEMIC = {"keep": "median_pandemic_excluded", "exclude": "median_pandemic_kept"}


class Projection(NamedTuple):
    """One model's path with its interval bounds, in the unit of the series."""

    years: Floats
    mean: Floats
    bounds: dict[str, Floats]


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
        A projection for each model of ``MODELS`` and for each textbook variant. ``mean`` is the
        centre of the path, on the log and logit scales the median of what may come.
    """
    scale = scale_of(window.measure, window.unit)
    points = scale.forward(window.values)
    steps = end_year - int(window.years[-1])
    horizon = np.arange(1, steps + 1)
    years = window.years[-1] + horizon
    unit = unsteadiness(fill_gaps(window.years, points))
    found = {}
    for model, course in paths(window.years, points, steps, settings.recent_years).items():
        pooled = widths.get(model)
        halves = {
            level: pooled.unit([scale.name], unit) * pooled.half_width(horizon, level)
            if pooled
            else np.full(steps, np.nan)
            for level in LEVELS
        }
        found[model] = _projection(years, course, halves, scale)
        if model != "recent_mean":
            textbook = {level: course.sd * norm.ppf(0.5 + level / 200) for level in LEVELS}
            found[f"{model}_textbook"] = _projection(years, course, textbook, scale)
    return found


def _projection(
    years: Floats, course: Course, halves: dict[int, Floats], scale: Scale
) -> Projection:
    bounds: dict[str, Floats] = {}
    for level, half in halves.items():
        ends = scale.inverse(course.centre - half), scale.inverse(course.centre + half)
        bounds |= {f"lo{level}": np.minimum(*ends), f"hi{level}": np.maximum(*ends)}
    return Projection(years, scale.inverse(course.centre), bounds)


def attainment(
    window: Window,
    end_year: int,
    widths: Widths | None,
    target: float,
    direction: str,
    settings: Settings,
) -> Floats:
    """Probability that each year's value meets the target, from the median path.

    Returns
    -------
    ndarray
        Shares of one, a value for each year after the last point; NaN below
        ``settings.min_probability`` points, without pooled widths, without a direction and for a
        target outside the scale.
    """
    steps = end_year - int(window.years[-1])
    scale = scale_of(window.measure, window.unit)
    inside = target > 0 and (window.measure != "share" or target < 100)
    too_few = window.n < settings.min_probability
    if widths is None or too_few or direction not in ("up", "down") or not inside:
        return np.full(steps, np.nan)
    points = scale.forward(window.values)
    unit = widths.unit([scale.name], unsteadiness(fill_gaps(window.years, points)))
    course = paths(window.years, points, steps, settings.recent_years)["median"]
    distance = scale.forward(np.array([target])) - course.centre
    above = widths.probability_above(distance / unit, np.arange(1, steps + 1))
    return above if direction == "up" else 1 - above


def widths_by_model(errors: pd.DataFrame) -> dict[str, Widths | None]:
    """Pooled widths of every model from ``errors_until``."""
    return {model: pooled_widths(errors[errors["model"] == model]) for model in MODELS}


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
        empty where there is a path, else ``no_value``, ``other_unit``, ``bounds_only``,
        ``mixed_sources`` or ``too_few``.
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
        One row per (series_id, measure, year): ``series_id, year, value, unit, measure,
        comparator``.
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
    widths = widths_by_model(errors_until(observed, breaks, as_of, chosen))
    other_widths = widths_by_model(errors_until(observed, breaks, as_of, other))
    others = {
        (target["table_id"], target["series_id"]): window
        for target, window in _target_windows(targets, observed, breaks, as_of, other)
    }
    parts = []
    for target, window in _target_windows(targets, observed, breaks, as_of, chosen):
        if window.reason:
            continue
        end = end_year_of(int(target["target_year"]), as_of, chosen)
        key = {"series_id": target["series_id"], "table_id": target["table_id"], "as_of": as_of}
        p = attainment(
            window,
            end,
            widths["median"],
            _mark(target, chosen),
            str(target["direction"]),
            chosen,
        )
        for model, projection in project_window(window, end, widths, chosen).items():
            parts.append(_rows(key, model, projection, p if model == "median" else None))
        second = others[target["table_id"], target["series_id"]]
        if not second.reason:
            projection = project_window(second, end, other_widths, other)["median"]
            later = _rows(key, OTHER_PANDEMIC[chosen.pandemic], projection, None)
            parts.append(later[later["year"] > window.years[-1]])
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    table = _without_settled(pd.concat(parts, ignore_index=True), observed)
    table["p_band"] = band_of(table["p_attain"])
    numbers = [name for name in COLUMNS[5:11]]
    table[numbers] = table[numbers].round(DECIMALS)
    return table.sort_values(
        ["series_id", "table_id", "year"], kind="stable", ignore_index=True
    )[COLUMNS]  # fmt: skip


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
        names = (str(target[name]) for name in ("series_id", "measure", "unit"))
        yield target, target_window(observed, breaks, *names, as_of, settings)


def _mark(target: pd.Series, settings: Settings) -> float:
    """The value that just meets the target: an approximate one is met a tolerance short of it."""
    slack = settings.tolerance_pct / 100 if target["target_comparator"] == "~" else 0.0
    return float(target["target_value"]) * (1 - slack if target["direction"] == "up" else 1 + slack)


def _rows(
    key: dict[str, object], model: str, projection: Projection, p: Floats | None
) -> pd.DataFrame:
    values = {"year": projection.years.astype(int), "model": model, "mean": projection.mean}
    frame = pd.DataFrame({**values, **projection.bounds}).assign(**key)
    return frame.assign(p_attain=np.nan if p is None else p)


def _without_settled(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """No probability for a year of which something is already known, a floor for example."""
    known = observed[observed["measure"].isin(["level", "share"])]
    settled = pd.MultiIndex.from_frame(known[["series_id", "year"]])
    asked = pd.MultiIndex.from_frame(table[["series_id", "year"]])
    at_hand = asked.isin(settled) & (table["year"] <= table["as_of"])
    return table.assign(p_attain=table["p_attain"].mask(at_hand))
