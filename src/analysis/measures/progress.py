"""How far a running plan has come: the two rules, and the pace the years left require.

Every function is vectorised over rows and returns NaN, or an empty status, where a rule does not
apply. Levels are in the unit of their series, rates and shares in per cent.

Sources: a fifth of the task due each year, from the NDRC's scoring of the 12th plan's energy
target; the chained decline, from the Qinghai statistics bureau's method for energy-saving targets
(2009), after NBS and NDRC; the ratio of growth rates, from Eurostat's EU SDG monitoring, with Open
SDG's sign for direction. No national cut-off for "behind" was found: it is a parameter.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

DECIMALS = 6
DEFAULT_TOLERANCE_PCT = 2.0
"""Half-width of the band around an approximate (~) target, in per cent of the target."""
SIGN = {"up": 1.0, "down": -1.0, "neutral": np.nan}
GOOD = ("achieved", "met", "ahead", "on_track")

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Words = NDArray[np.str_]


@dataclass(frozen=True)
class Cutoffs:
    """Where one status ends and the next begins.

    ``ahead`` and ``on_track`` are multiples of the time share; ``significant`` and ``moderate``
    are ratios of the actual to the required growth rate (Eurostat).
    """

    ahead: float = 1.2
    on_track: float = 0.95
    significant: float = 0.95
    moderate: float = 0.60

    def __post_init__(self) -> None:
        if not (0 < self.on_track <= self.ahead and 0 < self.moderate <= self.significant):
            raise ValueError(
                "cut-offs must rise: 0 < on_track <= ahead and 0 < moderate <= significant"
            )


def _floats(*values: ArrayLike) -> list[Floats]:
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))
    return [np.asarray(array, dtype=float) for array in arrays]


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    out = np.full(np.broadcast(numerator, denominator).shape, np.nan)
    quotient: Floats = np.divide(numerator, denominator, out=out, where=denominator != 0)
    return quotient


def _log(values: Floats) -> Floats:
    out = np.full(values.shape, np.nan)
    logs: Floats = np.log(values, out=out, where=values > 0)
    return logs


def time_share(baseline_year: ArrayLike, value_year: ArrayLike, target_year: ArrayLike) -> Floats:
    """Share of the time gone: ``(value_year − baseline_year) / (target_year − baseline_year)``.

    Counted from the baseline's own year: one of 2019 makes six years of a plan that ends in 2025.
    """
    start, now, end = _floats(baseline_year, value_year, target_year)
    return _divide(now - start, end - start)


def distance_share(baseline: ArrayLike, value: ArrayLike, target: ArrayLike) -> Floats:
    """Share of a level's or a share's distance done: ``(value − baseline) / (target − baseline)``.

    NaN where target and baseline are equal. Negative where the value has moved away.
    """
    base, now, aim = _floats(baseline, value, target)
    return _divide(now - base, aim - base)


def sum_share(total: ArrayLike, target: ArrayLike) -> Floats:
    """Share of a five-year sum done: ``total / target``; NaN for a target of zero."""
    done, aim = _floats(total, target)
    return _divide(done, aim)


def chained_decline(declines: ArrayLike) -> Floats:
    """Cumulative decline of yearly ones, chained: ``100 · (1 − Π(1 − decline_t/100))``.

    Parameters
    ----------
    declines
        Yearly declines in per cent, positive when falling, along the last axis.
    """
    left = np.prod(1 - np.asarray(declines, dtype=float) / 100, axis=-1)
    return np.asarray(100 * (1 - left), dtype=float)


def decline_share(done: ArrayLike, target: ArrayLike) -> Floats:
    """Share of a cumulative decline done: ``ln(1 − done/100) / ln(1 − target/100)``.

    Chained, never summed: Qinghai's +1.51, −2.20 and −4.18 % are 26.8 % of −17 %, not 28.6 %.
    """
    so_far, aim = _floats(done, target)
    return _divide(_log(1 - so_far / 100), _log(1 - aim / 100))


def mean_rate(rates: ArrayLike, years: ArrayLike) -> Floats:
    """Mean annual growth of chained rates: ``100 · (Π(1 + g_t/100)^(1/years) − 1)``.

    Parameters
    ----------
    rates
        Yearly growth in per cent along the last axis; a zero stands for a year not yet in.
    years
        Years to spread the growth over.
    """
    logs = _log(1 + np.asarray(rates, dtype=float) / 100).sum(axis=-1)
    total, span = _floats(logs, years)
    return np.asarray(100 * np.expm1(_divide(total, span)), dtype=float)


def growth_share(rates: ArrayLike, target: ArrayLike, years: ArrayLike) -> Floats:
    """Share of a plan's growth done: ``Σ ln(1 + g_t) / (years · ln(1 + target))``.

    Never a growth rate of growth rates.

    Parameters
    ----------
    rates
        Yearly growth in per cent along the last axis; a zero stands for a year not yet in.
    target
        Mean annual growth, per cent; NaN results for a target of zero.
    years
        Years of the plan.
    """
    logs = _log(1 + np.asarray(rates, dtype=float) / 100).sum(axis=-1)
    total, aim, span = _floats(logs, target, years)
    return _divide(total, span * _log(1 + aim / 100))


def growth_rate(start: ArrayLike, end: ArrayLike, years: ArrayLike) -> Floats:
    """Compound annual growth in per cent; NaN from nothing, below zero or over no years.

    A fall to zero is −100 % (Open SDG), so a target of zero has a rate.
    """
    first, last, span = _floats(start, end, years)
    valid = (first > 0) & (last >= 0) & (span > 0)
    ratio = np.divide(last, first, out=np.full(valid.shape, np.nan), where=valid)
    power = np.divide(1.0, span, out=np.full(valid.shape, np.nan), where=valid)
    return np.asarray(100 * (ratio**power - 1), dtype=float)


def cagr_ratio(actual: ArrayLike, required: ArrayLike, sign: ArrayLike) -> Floats:
    """Actual to required growth rate, positive in the wanted direction.

    ``sign · actual / |required|`` (Open SDG); NaN where no growth is required.

    Parameters
    ----------
    actual, required
        Compound annual growth, per cent, from the baseline to the value and to the target.
    sign
        +1 where up is good, −1 where down is.
    """
    done, due, direction = _floats(actual, required, sign)
    return _divide(direction * done, np.abs(due))


def reaches(
    value: ArrayLike, target: ArrayLike, sign: ArrayLike, tolerance: ArrayLike = 0.0
) -> Bools:
    """Whether a value is at or beyond its target; a tie is, a missing value is not."""
    now, aim, direction, slack = _floats(value, target, sign, tolerance)
    return np.asarray(np.round(direction * (now - aim), DECIMALS) >= -np.round(slack, DECIMALS))


def schedule_status(
    progress_share: ArrayLike,
    due_share: ArrayLike,
    reached: ArrayLike,
    final: ArrayLike,
    cutoffs: Cutoffs,
) -> Words:
    """Status by the schedule, of rows that can be judged.

    Parameters
    ----------
    progress_share
        Share of the task done; NaN where it means nothing (a floor below its baseline), when a
        target not reached is ``behind``.
    due_share
        Share of the task due: the time share, or a milestone.
    reached
        Whether the target is met by now; tested first.
    final
        Whether the value is the plan year's own.

    Returns
    -------
    ndarray
        ``met`` or ``missed`` for the plan year, before it ``achieved``, ``ahead``, ``on_track``,
        ``behind`` or ``moving_away``.
    """
    done, due = (np.round(values, 9) for values in _floats(progress_share, due_share))
    now, over = np.asarray(reached, dtype=bool), np.asarray(final, dtype=bool)
    conditions = [
        over & now,
        over,
        now,
        done < 0,
        done >= np.round(cutoffs.ahead * due, 9),
        done >= np.round(cutoffs.on_track * due, 9),
    ]
    words = ["met", "missed", "achieved", "moving_away", "ahead", "on_track"]
    return np.select(conditions, words, default="behind")


def cagr_status(ratio: ArrayLike, cutoffs: Cutoffs) -> Words:
    """Status by the ratio of growth rates (Eurostat).

    Returns
    -------
    ndarray
        ``significant``, ``moderate``, ``insufficient`` or ``away``; empty where there is no ratio.
    """
    (of,) = _floats(ratio)
    conditions = [np.isnan(of), of >= cutoffs.significant, of >= cutoffs.moderate, of >= 0]
    return np.select(conditions, ["", "significant", "moderate", "insufficient"], default="away")


def methods_agree(status: pd.Series, status_cagr: pd.Series) -> pd.Series:
    """Whether both rules say the same of a row: it keeps its pace, or it does not.

    Both cut-offs stand at 0.95 by default, so a disagreement is one of rule, not of scale. In
    Statistics Canada's 100 assessed cases the rules part 9 times.

    Returns
    -------
    pandas.Series
        Nullable boolean; missing where one of the rules gives no status.
    """
    agree = (status.isin(GOOD) == (status_cagr == "significant")).astype("boolean")
    return agree.mask((status == "") | (status_cagr == ""))


def growth_pace(
    rates: ArrayLike, target: ArrayLike, years: ArrayLike, years_left: ArrayLike
) -> Floats:
    """Mean growth the years left need for the plan's mean, per cent a year.

    Solves ``Π(1 + g_t) · (1 + pace)^left = (1 + target)^years``; parameters as ``growth_share``.
    """
    logs = _log(1 + np.asarray(rates, dtype=float) / 100).sum(axis=-1)
    total, aim, span, left = _floats(logs, target, years, years_left)
    return np.asarray(100 * np.expm1(_divide(span * _log(1 + aim / 100) - total, left)))


def decline_pace(done: ArrayLike, target: ArrayLike, years_left: ArrayLike) -> Floats:
    """Yearly decline the years left need: Qinghai's −12.75 % in two years is −6.59 % a year.

    ``100 · (1 − ((1 − target) / (1 − done))^(1/left))``, per cent a year, positive when falling.
    """
    so_far, aim, left = _floats(done, target, years_left)
    needed = _log(1 - aim / 100) - _log(1 - so_far / 100)
    return np.asarray(-100 * np.expm1(_divide(needed, left)))


def additive_pace(value: ArrayLike, target: ArrayLike, years_left: ArrayLike) -> Floats:
    """Yearly step the years left need: ``(target − value) / left``, in the value's unit."""
    now, aim, left = _floats(value, target, years_left)
    return _divide(aim - now, left)
