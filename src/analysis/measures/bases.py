"""What each target's projection rests on: the points it may use, and why some have none."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.measures.evidence import Observed
from analysis.measures.growth_index import Rates, growth_window
from analysis.measures.projection import scale_of
from analysis.measures.windows import Settings, Window, target_window

PLAN = "14fyp"
RATES = {"gdp-growth-real": Rates("growth_real")}
"""Growth targets in real terms; other numeric growth targets are nominal."""
NOMINAL = Rates("growth_nominal", "level")
BASIS_COLUMNS = [
    *["series_id", "table_id", "as_of", "pandemic", "measure", "unit", "scale"],
    *["n", "first_year", "last_year", "segment_from", "horizon", "end_year"],
    *["has_path", "has_interval", "has_probability", "reason"],
]


def rates_of(series_id: str) -> Rates:
    """The kind of rates a growth target of a series is judged by."""
    return RATES.get(series_id, NOMINAL)


def end_year_of(target_year: int, window: Window, settings: Settings) -> int:
    """Last projected year: the target's own, and ``years_beyond`` more once its value is in."""
    reached = window.n > 0 and int(window.years[-1]) >= target_year
    return target_year + settings.years_beyond if reached else target_year


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
        As for ``outlook.projection_table``.

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
    for target, window in target_windows(targets, observed, breaks, as_of, chosen):
        end = end_year_of(int(target["target_year"]), window, chosen)
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


def target_windows(
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
