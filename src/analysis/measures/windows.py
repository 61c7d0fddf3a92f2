"""Which observed values a projection may use: one unit, one definition, no floors.

A series is cut where its base, definition, survey or population count changed, because levels
across such a break do not chain. Values stated as bounds are not points. A handful of rulings
settle what the list of breaks leaves open; each carries its reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.measures.breaks import CUTTING

POINTS = frozenset({"=", "~"})
"""Comparators of values that count as points; floors and ceilings do not."""

PANDEMIC_YEARS = (2020, 2021, 2022)
MIN_PATH = 3
"""Fewest points for a path."""
MIN_INTERVAL = 4
"""Fewest points for an interval: the two changes of three points say nothing about spread."""
MIN_PROBABILITY = 5
"""Fewest points for a probability."""

Reason = Literal[
    "", "no_value", "other_unit", "bounds_only", "too_few", "too_old", "newer_bound", "sum_in_parts"
]
Floats = NDArray[np.float64]
Years = NDArray[np.int64]


class Ruling(NamedTuple):
    """What to do where ``breaks.csv`` names a year but not its consequence."""

    series_id: str
    year: int
    action: Literal["keep_together", "cut_after"]
    reason: str


RULINGS = (
    Ruling("gdp", 2015, "keep_together", "one vintage throughout; the other value is not used"),
    Ruling("gdp", 2018, "cut_after", "the value of 2018 is on the base before the census"),
    Ruling("services-share-of-gdp", 2018, "cut_after", "2018 is on the base before the census"),
    Ruling("services-value-added", 2018, "cut_after", "part of GDP, whose 2018 base was revised"),
    Ruling("goods-trade", 2023, "keep_together", "0.4 % of the level, a tenth of a usual change"),
)


@dataclass(frozen=True)
class Settings:
    """Choices of a projection; all of them are stated beside its results.

    Parameters
    ----------
    pandemic
        Whether the values of ``pandemic_years`` count (``keep``) or are left out (``exclude``).
    min_path, min_interval, min_probability
        Fewest points for a path, for an interval and for a probability.
    max_age
        Most years the last point may lie before the year of the report.
    recent_years
        Years the naive path averages over (Germany's sustainability report uses five).
    years_beyond
        Years projected once the target year is in.
    tolerance_pct
        Band around an approximate target, in per cent of it.
    rulings
        Decisions on single breaks and points.
    """

    pandemic: Literal["keep", "exclude"] = "keep"
    pandemic_years: tuple[int, ...] = PANDEMIC_YEARS
    min_path: int = MIN_PATH
    min_interval: int = MIN_INTERVAL
    min_probability: int = MIN_PROBABILITY
    max_age: int = 3
    recent_years: int = 5
    years_beyond: int = 5
    tolerance_pct: float = 2.0
    rulings: tuple[Ruling, ...] = RULINGS


class Window(NamedTuple):
    """The points of one series that belong together.

    ``years`` rise strictly; ``values`` are in ``unit``. ``reason`` is empty where a path can be
    projected, else a code that says why not. ``cut`` is the first year of the segment where a
    break made it, else 0.
    """

    series_id: str
    measure: str
    unit: str
    years: Years
    values: Floats
    reason: Reason
    cut: int = 0

    @property
    def n(self) -> int:
        """Number of points."""
        return len(self.years)


def segment_starts(
    breaks: pd.DataFrame, series_id: str, as_of: int, settings: Settings
) -> list[int]:
    """First years of the segments after each break known by ``as_of``.

    The year of a break is the first on the new base, unless a ruling says it is the last on the
    old one (``cut_after``).
    """
    own = breaks[(breaks["series_id"] == series_id) & breaks["kind"].isin(CUTTING)]
    starts = set(own["year"].astype(int))
    for ruling in settings.rulings:
        if ruling.series_id == series_id:
            starts.discard(ruling.year)
            if ruling.action == "cut_after":
                starts.add(ruling.year + 1)
    return sorted(year for year in starts if year <= as_of)


def target_window(
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    series_id: str,
    measure: str,
    unit: str,
    as_of: int,
    settings: Settings,
) -> Window:
    """The points a projection of one target may use: the segment after the last break.

    Parameters
    ----------
    observed
        One row per (series_id, measure, year), as described in the package.
    breaks
        ``series_id, year, kind``.
    unit
        The target's unit; values in another unit are not converted and not used.
    as_of
        Last year known; nothing later is looked at.
    """
    rows = observed[
        (observed["series_id"] == series_id)
        & (observed["measure"] == measure)
        & (observed["year"] <= as_of)
    ].dropna(subset=["value"])
    starts = segment_starts(breaks, series_id, as_of, settings)
    same_unit = rows[rows["unit"] == unit]
    points = _points(same_unit, settings)
    segment = points[points["year"] >= (starts[-1] if starts else 0)]
    reason: Reason = ""
    if rows.empty:
        reason = "no_value"
    elif same_unit.empty:
        reason = "other_unit"
    elif points.empty:
        reason = "bounds_only"
    elif len(segment) < settings.min_path:
        reason = "too_few"
    elif _bound_beyond(same_unit, segment):
        reason = "newer_bound"
    return _window(segment, series_id, measure, unit, reason, starts[-1] if starts else 0)


def _bound_beyond(rows: pd.DataFrame, segment: pd.DataFrame) -> bool:
    """Whether a floor of a later year lies above the last point: the path would not know of it."""
    last = segment.iloc[-1]
    later = rows[(rows["year"] > last["year"]) & (rows["comparator"] == ">")]
    return bool((later["value"] > last["value"]).any())


def all_segments(
    observed: pd.DataFrame, breaks: pd.DataFrame, as_of: int, settings: Settings
) -> Iterator[Window]:
    """Every stretch of a level or share series long enough to forecast and to check."""
    known = observed[observed["measure"].isin(["level", "share"]) & (observed["year"] <= as_of)]
    groups = known.dropna(subset=["value"]).groupby(["series_id", "measure", "unit"])
    for (series_id, measure, unit), rows in groups:
        name = str(series_id)
        starts = segment_starts(breaks, name, as_of, settings)
        points = _points(rows, settings)
        bounds = [0, *starts, as_of + 1]
        for first, end in pairwise(bounds):
            part = points[points["year"].between(first, end - 1)]
            if len(part) > settings.min_interval:
                yield _window(part, name, str(measure), str(unit), "", first)


def _points(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    inside = (rows["value"] > 0) & ((rows["value"] < 100) | (rows["measure"] != "share"))
    usable = rows["comparator"].isin(POINTS) & inside
    if settings.pandemic == "exclude":
        usable &= ~rows["year"].isin(settings.pandemic_years)
    return rows[usable].sort_values("year")


def _window(
    rows: pd.DataFrame, series_id: str, measure: str, unit: str, reason: Reason, cut: int
) -> Window:
    years = rows["year"].to_numpy(dtype=np.int64)
    return Window(series_id, measure, unit, years, rows["value"].to_numpy(dtype=float), reason, cut)
