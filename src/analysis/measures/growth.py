"""What a target implies: the yearly growth, pace or level it takes to reach it.

Every function is vectorised over rows and returns NaN where a formula does not apply. Rates and
shares are in per cent, paces of shares in percentage points a year.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import elementwise

PLAN_YEARS = 5
DECIMALS = 6
COLUMNS = [
    *["table_id", "number", "component", "series_id", "years"],
    *["implied_cagr_pct", "implied_cagr_low_pct", "implied_cagr_high_pct", "pp_per_year"],
    *["implied_target_level", "implied_annual_average", "implied_annual_rate_pct"],
]

Floats = NDArray[np.float64]


def implied_cagr(baseline: ArrayLike, target: ArrayLike, years: ArrayLike) -> Floats:
    """Compound annual growth rate from baseline to target.

    ``100 · ((target / baseline) ** (1 / years) − 1)``.

    Parameters
    ----------
    baseline, target
        Levels in one unit, positive.
    years
        Years from the baseline's own year to the target year.

    Returns
    -------
    ndarray
        Per cent a year; NaN where a level is not positive or there is no span of years.
    """
    base, aim, span = (np.asarray(values, dtype=float) for values in (baseline, target, years))
    valid = (base > 0) & (aim > 0) & (span > 0)
    ratio = np.divide(aim, base, out=np.full(valid.shape, np.nan), where=valid)
    power = np.divide(1.0, span, out=np.full(valid.shape, np.nan), where=valid)
    rate: Floats = 100 * (ratio**power - 1)
    return rate


def pp_per_year(baseline: ArrayLike, target: ArrayLike, years: ArrayLike) -> Floats:
    """Percentage points a year a share must move: ``(target − baseline) / years``."""
    span = np.asarray(years, dtype=float)
    distance = np.asarray(target, dtype=float) - np.asarray(baseline, dtype=float)
    pace: Floats = np.divide(distance, span, out=np.full(distance.shape, np.nan), where=span > 0)
    return pace


def implied_level(baseline: ArrayLike, rate: ArrayLike, years: ArrayLike) -> Floats:
    """Level a target growth rate leads to: ``baseline · (1 + rate/100) ** years``."""
    factor = 1 + np.asarray(rate, dtype=float) / 100
    level: Floats = np.asarray(baseline, dtype=float) * factor ** np.asarray(years, dtype=float)
    return level


def implied_sum_rate(baseline: ArrayLike, total: ArrayLike, years: int = PLAN_YEARS) -> Floats:
    """Steady yearly growth after the base year that adds up to a plan's total.

    Solves ``Σ_{t=1..years} baseline · (1 + g)^t = total`` for g.

    Parameters
    ----------
    baseline
        One year's flow, the year before the plan, in the unit of the total.
    total
        The sum over the plan's years.

    Returns
    -------
    ndarray
        Per cent a year; NaN where a value is missing or not positive.
    """
    base, aim = np.broadcast_arrays(np.asarray(baseline, float), np.asarray(total, float))
    valid = (base > 0) & (aim > 0)
    ratio = np.divide(aim, base, out=np.ones(valid.shape), where=valid)

    def excess(factor: Floats, wanted: Floats) -> Floats:
        return sum(factor**t for t in range(1, years + 1)) - wanted

    bracket = (np.zeros(ratio.shape), np.maximum(1.0, ratio))
    factor = elementwise.find_root(excess, bracket, args=(ratio,)).x
    return np.where(valid, 100 * (factor - 1), np.nan)


def implied_decline_rate(decline: ArrayLike, years: int = PLAN_YEARS) -> Floats:
    """Mean yearly decline of a cumulative decline: ``100 · (1 − (1 − decline/100)^(1/years))``.

    The declines of single years are chained, not summed (Qinghai statistics bureau, 2009, after
    NBS and NDRC: −17 % over five years is −3.66 % a year).
    """
    left = 1 - np.asarray(decline, dtype=float) / 100
    return 100 * (1 - np.where(left > 0, left, np.nan) ** (1 / years))


def growth_table(targets: pd.DataFrame, baseline_kind: pd.Series) -> pd.DataFrame:
    """Apply the formula of each row's kind.

    Parameters
    ----------
    targets
        As loaded by ``load_targets``.
    baseline_kind
        ``year_value``, ``period_total``, ``period_mean``, ``single_year_rate`` or empty, aligned
        with ``targets``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``growth.csv``, a row for every row of ``targets``; rates and paces rounded
        to six decimals. Low and high bounds come from half a unit of the baseline's last printed
        digit.
    """
    measure, unit = targets["measure"], targets["unit"]
    year_base = targets["baseline_value"].where(baseline_kind == "year_value")
    half = targets["baseline_rounding"]
    target = targets["target_value"]
    years = targets["target_year"] - targets["baseline_year"]
    span = years.astype(float)

    level_base = year_base.where(measure == "level")
    share_base = year_base.where(measure == "share")
    growth_base = year_base.where((measure == "growth") & (unit != "%"))
    total = target.where((measure == "cumulative") & (unit != "%"))
    decline = target.where((measure == "cumulative") & (unit == "%"))
    sum_rate = pd.Series(implied_sum_rate(year_base, total), targets.index)
    decline_rate = pd.Series(implied_decline_rate(decline), targets.index)
    computed = {
        "implied_cagr_pct": implied_cagr(level_base, target, span),
        "implied_cagr_low_pct": implied_cagr(level_base + half, target, span),
        "implied_cagr_high_pct": implied_cagr(level_base - half, target, span),
        "pp_per_year": pp_per_year(share_base, target, span),
        "implied_target_level": implied_level(growth_base, target, span),
        "implied_annual_average": total / PLAN_YEARS,
        "implied_annual_rate_pct": sum_rate.fillna(decline_rate),
    }
    table = targets[["table_id", "number", "component", "series_id"]].assign(
        years=years,
        **{
            name: pd.Series(values, targets.index).round(DECIMALS)
            for name, values in computed.items()
        },
    )
    return table[COLUMNS]
