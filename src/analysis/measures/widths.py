"""How wide a projection's interval must be: pooled errors of all series, by horizon.

Textbook intervals of short annual series are too narrow: on yearly M4 series they cover 70 to
84 % where they say 95 %. Here the errors of all series, in units of each series' unsteadiness
(the standard deviation of its yearly changes), are pooled, and their spread at a horizon is the
width.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from analysis.measures.projection import STILL, Floats

LEVELS = (80, 95)
"""Nominal coverage of the intervals, in per cent."""
MIN_ERRORS, MIN_SERIES = 10, 5
"""Fewest errors, and series they come from, for a horizon's own width."""
BAND_EDGES = (0.33, 0.66)
BANDS = ("unlikely", "even", "likely")


class Widths(NamedTuple):
    """Pooled widths of one model, in units of a series' unsteadiness.

    The spread at a horizon is the mean absolute error there, made to rise with the horizon
    (isotonic regression weighted by errors); beyond the last horizon with enough errors it grows
    with the square root of the horizon, as for a random walk. The shape is one distribution of
    error over spread for all horizons, taken as symmetric: ``sizes`` are its sorted absolute
    values, each between its neighbours by ``i/(N + 1)``.
    """

    spreads: Floats
    sizes: Floats
    usual_units: dict[str, float]

    def spread(self, horizon: ArrayLike) -> Floats:
        """Mean absolute error at a horizon, in units."""
        h = np.asarray(horizon, dtype=float)
        last = len(self.spreads)
        inside = np.interp(h, np.arange(1, last + 1), self.spreads)
        wide: Floats = inside * np.sqrt(np.maximum(h / last, 1))
        return wide

    def unit(self, scale: Iterable[str], own: ArrayLike) -> Floats:
        """A series' unsteadiness; for one that never moved, the median of its scale's series."""
        units = np.asarray(own, dtype=float)
        usual = np.array([self.usual_units.get(name, np.nan) for name in scale])
        return np.where(units > STILL, units, usual)

    def half_width(self, horizon: ArrayLike, level: float) -> Floats:
        """Half the interval that should cover ``level`` per cent, in units."""
        places = np.arange(len(self.sizes) + 1) / (len(self.sizes) + 1)
        size = np.interp(level / 100, places, np.concatenate([[0.0], self.sizes]))
        half: Floats = size * self.spread(horizon)
        return half

    def probability_above(self, distance: ArrayLike, horizon: ArrayLike) -> Floats:
        """Probability of ending above a mark ``distance`` units over the path's centre.

        Between 1/(2(N + 1)) and its complement: N errors cannot show less.
        """
        marks = np.asarray(distance, dtype=float) / self.spread(horizon)
        places = np.arange(len(self.sizes) + 1) / (len(self.sizes) + 1)
        within = np.interp(np.abs(marks), np.concatenate([[0.0], self.sizes]), places)
        return 0.5 * (1 - np.sign(marks) * within)


def pooled_widths(errors: pd.DataFrame) -> Widths | None:
    """Pool one model's errors.

    Parameters
    ----------
    errors
        Rows of one model, from ``rolling_errors``.

    Returns
    -------
    Widths or None
        None where not even one year ahead has ``MIN_ERRORS`` errors of ``MIN_SERIES`` series.
    """
    moving = errors[errors["unit"] > STILL]
    size = (moving["actual"] - moving["centre"]).abs() / moving["unit"]
    by_horizon = moving.assign(size=size).groupby("horizon").agg(
        mean=("size", "mean"), n=("size", "size"), series=("series_id", "nunique")
    )  # fmt: skip
    enough = (by_horizon["n"] >= MIN_ERRORS) & (by_horizon["series"] >= MIN_SERIES)
    last = 0
    while enough.get(last + 1, False):
        last += 1
    if last == 0:
        return None
    used = by_horizon.loc[1:last]
    rising = isotonic_regression(used["mean"].to_numpy(), weights=used["n"].to_numpy(float)).x
    per_scale = moving.groupby(["scale", "series_id"])["unit"].median().groupby("scale").median()
    widths = Widths(rising, np.empty(0), {str(key): unit for key, unit in per_scale.items()})
    shape = np.sort(size.to_numpy() / widths.spread(moving["horizon"]))
    return widths._replace(sizes=shape)


def band_of(probability: ArrayLike) -> list[str]:
    """``unlikely`` < 33 % ≤ ``even`` ≤ 66 % < ``likely``; empty where there is none."""
    low, high = BAND_EDGES
    values = np.atleast_1d(np.asarray(probability, dtype=float))
    return [
        "" if np.isnan(p) else BANDS[0] if p < low else BANDS[1] if p <= high else BANDS[2]
        for p in values
    ]
