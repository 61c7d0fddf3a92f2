"""Which observed values speak for a target as of a year, and how much they prove.

Rows of ``observed`` have been chosen by vintage already: one per series, measure and year, in the
unit of the plan. A value is put in the target's own terms: a level or a share, the mean of chained
growth rates, a sum or a cumulative decline since the plan began.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.measures.breaks import NO_RATE
from analysis.measures.progress import chained_decline, mean_rate

PLAN_YEARS = 5
AT_LEAST, AT_MOST = (">", ">="), ("<", "<=")
BOUNDS = AT_LEAST + AT_MOST
PERIOD = re.compile(r"(\d{4})\D(\d{4})")


@dataclass(frozen=True)
class Point:
    """One observed value."""

    value: float
    comparator: str
    vintage: str = ""
    note: str = ""


@dataclass(frozen=True)
class Evidence:
    """What is known of a target as of a year.

    Attributes
    ----------
    year
        The value's year; None without a value.
    value
        In the target's terms; NaN without one.
    comparator
        ``=``, ``~``, a bound, or empty where parts are bounds to either side.
    rates
        The yearly growth rates behind the value, per cent; empty unless the target is one.
    missing
        Years of the plan up to ``year``, or up to a later value that cannot be used, without one.
    bounded
        Whether a value used is itself a bound.
    from_levels
        Years whose rate was computed from the two published levels.
    comparable
        False where only a rate in other terms is known.
    codes
        Reasons, as in ``progress.csv``.
    """

    year: int | None = None
    value: float = np.nan
    comparator: str = ""
    rates: tuple[float, ...] = ()
    missing: tuple[int, ...] = ()
    bounded: bool = False
    from_levels: tuple[int, ...] = ()
    comparable: bool = True
    codes: tuple[str, ...] = ()


Series = Mapping[int, Point]


@dataclass(frozen=True)
class Observed:
    """The observed values by series and measure, and the years of breaks by series."""

    points: Mapping[tuple[str, str], Series]
    rebased: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def from_frames(cls, observed: pd.DataFrame, breaks: pd.DataFrame) -> "Observed":
        """Index the frames; see ``progress_table`` for their columns."""
        points: dict[tuple[str, str], dict[int, Point]] = {}
        columns = ["series_id", "measure", "year", "value", "comparator", "vintage", "note"]
        rows = zip(*(observed[name].tolist() for name in columns), strict=True)
        for series_id, measure, year, value, comparator, vintage, note in rows:
            point = Point(value, comparator, vintage, str(note))
            points.setdefault((series_id, measure), {})[int(year)] = point
        rebased: dict[str, frozenset[int]] = {}
        for series_id, group in breaks[breaks["kind"].isin(NO_RATE)].groupby("series_id"):
            rebased[str(series_id)] = frozenset(int(year) for year in group["year"])
        return cls(points, rebased)

    def of(self, series_id: str, measure: str, years: range) -> dict[int, Point]:
        """Values of a series in the years given, in order."""
        series = self.points.get((series_id, measure), {})
        return {year: series[year] for year in years if year in series}


def latest_value(points: Series, proves: Callable[[Point], bool]) -> Evidence:
    """Take the latest value that is exact or approximate, or a bound that settles the target.

    A bound that settles nothing is taken only where there is nothing else.
    """
    usable = [
        year for year, point in points.items() if point.comparator not in BOUNDS or proves(point)
    ]
    year = max(usable or points, default=None)
    if year is None:
        return Evidence()
    point = points[year]
    return Evidence(year, point.value, point.comparator, bounded=point.comparator in BOUNDS)


def chained_growth(
    observed: Observed, series_id: str, measure: str, years: range, level_measure: str = ""
) -> Evidence:
    """Chain yearly growth rates from the plan's first year, as far as none is missing.

    Parameters
    ----------
    measure
        The kind of growth the target is in: rates of other kinds are not comparable.
    level_measure
        Where the target is nominal, the measure whose levels fill a year without a stated rate:
        both stated as such, and no break between them. Levels on two bases are not chained.
    """
    rates = observed.of(series_id, measure, years)
    filled = []
    if level_measure:
        levels = observed.of(series_id, level_measure, range(years.start - 1, years.stop))
        for year in years:
            pair = [levels.get(year - 1), levels.get(year)]
            if year in rates or year in observed.rebased.get(series_id, ()):
                continue
            known = [point for point in pair if point and point.comparator == "="]
            if len(known) == 2 and all(point.vintage != "derived" for point in known):
                rates[year] = Point(100 * (known[1].value / known[0].value - 1), "=")
                filled.append(year)
    last, missing = _unbroken(rates, years)
    if last is None:
        return Evidence(missing=missing)
    used = [rates[year] for year in range(years.start, last + 1)]
    values = tuple(point.value for point in used)
    return Evidence(
        year=last,
        value=float(mean_rate(values, len(values))),
        comparator=_joint(used),
        rates=values,
        missing=missing,
        bounded=any(point.comparator in BOUNDS for point in used),
        from_levels=tuple(year for year in filled if year <= last),
    )


def chained_reduction(observed: Observed, series_id: str, years: range) -> Evidence:
    """Chain yearly declines (or take the plan's cumulative one as stated).

    Growth rates count with their sign turned; a share or a level of a series that is called a
    reduction is the year's reduction itself.
    """
    if stated := _stated_total(observed, series_id, years):
        return stated
    points: dict[int, Point] = {}
    for measure, sign in [("share", 1), ("level", 1), ("growth_quantity", -1), ("growth_real", -1)]:
        for year, point in observed.of(series_id, measure, years).items():
            turned = _turned(point.comparator) if sign < 0 else point.comparator
            points.setdefault(year, Point(sign * point.value, turned))
    last, missing = _unbroken(points, years)
    if last is None:
        return Evidence(missing=missing)
    used = [points[year] for year in range(years.start, last + 1)]
    value = float(chained_decline([point.value for point in used]))
    bounded = any(point.comparator in BOUNDS for point in used)
    return Evidence(last, value, _joint(used), missing=missing, bounded=bounded)


def plan_sum(observed: Observed, series_id: str, years: range) -> Evidence:
    """Sum yearly values since the plan began, onto its latest stated total if there is one.

    A sum with missing years is a lower bound; the years are named.
    """
    stated = _stated_total(observed, series_id, years)
    first = years.start if stated is None or stated.year is None else stated.year + 1
    points = observed.of(series_id, "level", range(first, years.stop))
    last = max(points, default=None)
    if last is None:
        return stated or Evidence()
    used = list(points.values())
    if stated:
        used.append(Point(stated.value, stated.comparator))
    missing = tuple(year for year in range(first, last) if year not in points)
    comparator = _joint(used)
    if missing:
        comparator = ">=" if comparator not in (*AT_MOST, "") else ""
    value = sum(point.value for point in used)
    bounded = any(point.comparator in BOUNDS for point in used)
    return Evidence(last, value, comparator, missing=missing, bounded=bounded)


def _stated_total(observed: Observed, series_id: str, years: range) -> Evidence | None:
    """The latest stated total whose note names the plan's first year and its own year."""
    totals = observed.of(series_id, "cumulative", years)
    for year in sorted(totals, reverse=True):
        period = PERIOD.search(totals[year].note)
        if period and (int(period[1]), int(period[2])) == (years.start, year):
            comparator = totals[year].comparator
            return Evidence(year, totals[year].value, comparator, bounded=comparator in BOUNDS)
    return None


def _unbroken(points: Series, years: range) -> tuple[int | None, tuple[int, ...]]:
    """Last year of the run from the plan's first year, and the years that break it."""
    run = next((year for year in years if year not in points), years.stop)
    last = max(points, default=years.start - 1)
    missing = tuple(year for year in range(years.start, last) if year not in points)
    return (run - 1 if run > years.start else None), missing


def _turned(comparator: str) -> str:
    return comparator.translate(str.maketrans("<>", "><"))


def _joint(points: list[Point]) -> str:
    """The comparator of a sum or a chain: the weakest of its parts; empty if they pull apart."""
    found = {point.comparator for point in points}
    lower, upper = found.intersection(AT_LEAST), found.intersection(AT_MOST)
    if lower and upper:
        return ""
    if lower or upper:
        return ">=" if lower else "<="
    return "~" if "~" in found else "="
