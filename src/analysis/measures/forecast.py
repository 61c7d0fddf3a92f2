"""One series projected: every model's path with its intervals, and the chance of a target."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

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
from analysis.measures.widths import LEVELS, Widths, pooled_widths
from analysis.measures.windows import Settings, Window


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
