"""A growth target as a level: the index its yearly rates chain to.

Growth rates are not projected themselves. They are chained to an index (100 in the baseline year),
the index is projected like any level, and its end is read back as the mean annual growth since the
baseline year, which is what the target is about.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measures.evidence import PLAN_YEARS, Observed, chained_growth
from analysis.measures.projection import Floats, Years
from analysis.measures.windows import Reason, Settings, Window

BASE = 100.0
EARLIEST = 2000


class Rates(NamedTuple):
    """What kind of rate a target is in, and whose levels may fill a year without one."""

    measure: str
    level_measure: str = ""


def growth_window(
    observed: Observed, series_id: str, rates: Rates, target_year: int, settings: Settings
) -> Window:
    """The index of a growth target, from the longest unbroken run of rates that covers the plan.

    Parameters
    ----------
    observed
        Nothing later than the year of the report.
    target_year
        Last year of the plan; its baseline year, five years before, stands at 100.

    Returns
    -------
    Window
        ``reason`` is ``no_value`` without a rate of the plan's first year, ``bounds_only`` where
        a rate is a bound, ``too_few`` below ``settings.min_path`` points.
    """
    base_year = target_year - PLAN_YEARS
    name, kind = series_id, rates
    planned = chained_growth(
        observed, name, kind.measure, range(base_year + 1, target_year + 1), kind.level_measure
    )
    nothing = np.array([], dtype=np.int64)
    if planned.year is None or planned.bounded:
        why: Reason = "no_value" if planned.year is None else "bounds_only"
        return Window(name, "level", "", nothing, np.array([]), why)
    before: tuple[float, ...] = ()
    for first in range(base_year, EARLIEST, -1):
        run = chained_growth(
            observed, name, kind.measure, range(first, base_year + 1), kind.level_measure
        )
        if run.year != base_year or run.bounded:
            break
        before = run.rates
    steps = 1 + np.array([*before, *planned.rates]) / 100
    index = np.concatenate([[1.0], np.cumprod(steps)])
    years = np.arange(base_year - len(before), planned.year + 1, dtype=np.int64)
    values = BASE * index / index[len(before)]
    if settings.pandemic == "exclude":
        kept = ~np.isin(years, settings.pandemic_years)
        years, values = years[kept], values[kept]
    reason: Reason = "" if len(years) >= settings.min_path else "too_few"
    return Window(name, "level", "", years, values, reason)


def index_target(rate: float, years: Years, base_year: int) -> Floats:
    """Where the index stands in each year if it grew by the target rate: ``100·(1+g)^(t−b)``."""
    return np.asarray(BASE * (1 + rate / 100) ** (years - base_year), dtype=float)


def mean_growth(index: pd.Series, years: pd.Series, base_year: int) -> pd.Series:
    """Mean annual growth since the baseline year, per cent: ``100·((I/100)^(1/(t−b)) − 1)``."""
    return 100 * ((index / BASE) ** (1 / (years - base_year)) - 1)
