"""Many synthetic cities in one frame: invented numbers in the real tables' columns.

They are for measuring time only, stay in memory, and name every series synthetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.printed.targets import COLUMNS as TARGET_COLUMNS
from analysis.registry import Registry

YEARS = range(2010, 2026)
BASE, TARGET = 2020, 2025
MEASURED_AS = {"cumulative": "level", "growth": "growth_nominal"}
BREAKS = pd.DataFrame(columns=["series_id", "year", "kind", "note"])
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cities:
    """Targets, and 16 years of observed values, of one or many synthetic cities.

    Attributes
    ----------
    targets
        As loaded by ``load_targets``: a row per city and indicator.
    kinds
        What each baseline is, as from ``baseline_kind``.
    observed
        As from ``choose``: a row per city, indicator and year.
    """

    targets: pd.DataFrame
    kinds: pd.Series
    observed: pd.DataFrame


def make_cities(registry: Registry, tables: Sequence[str], count: int, seed: int) -> Cities:
    """Invent cities that follow the indicators of the real registry; equal seeds, equal cities.

    Parameters
    ----------
    registry
        Gives each indicator's unit, measure and direction.
    tables
        The table each of the first indicators stands in: as many as a city shall have.
    count
        Number of cities. Each names its series and tables after itself.
    """
    rng = np.random.default_rng(seed)
    ids = list(registry.series)[: len(tables)]
    rows = pd.DataFrame([registry.series[name].model_dump() for name in ids])
    rows = rows.assign(series_id=ids, table_id=tables)
    rows["number"] = rows.groupby("table_id").cumcount() + 1
    every = pd.concat([rows] * count, ignore_index=True)
    city = pd.Series(np.repeat(np.arange(count), len(ids))).map("synthetic-{:04}-".format)
    every = every.assign(series_id=city + every["series_id"], table_id=city + every["table_id"])
    values = _paths(every["measure"], rng)
    targets = _targets(every, values, rng)
    straight = targets["measure"].isin(["level", "share"])
    kinds = pd.Series(np.where(straight, "year_value", ""), targets.index)
    return Cities(targets, kinds, _observed(every, values))


def _paths(measure: pd.Series, rng: np.random.Generator) -> Floats:
    """Values by row and year: levels that grow, shares on a logistic path, rates around 6 %."""
    shape = (len(measure), len(YEARS))
    steps = np.cumsum(rng.normal(0.05, 0.04, shape), axis=1)
    start = rng.normal(0, 1, (len(measure), 1))
    kind = measure.to_numpy()[:, None]
    found = np.select(
        [kind == "share", kind == "growth"],
        [100 / (1 + np.exp(-start / 2 - steps)), rng.normal(6, 2, shape)],
        default=np.exp(6 + start + steps),
    )
    return np.asarray(found.round(2), dtype=float)


def _targets(rows: pd.DataFrame, values: Floats, rng: np.random.Generator) -> pd.DataFrame:
    share, growth = rows["measure"] == "share", rows["measure"] == "growth"
    sums, decline = rows["measure"] == "cumulative", rows["unit"] == "%"
    base = pd.Series(values[:, YEARS.index(BASE)])
    aim = base * (1 + rng.normal(0.2, 0.15, len(rows)))
    aim = aim.mask(share, aim.clip(upper=99)).mask(growth, 6.0)
    aim = aim.mask(sums, 5 * base).mask(sums & decline, 15.0).round(2)
    base = base.mask(growth | sums)
    digits = {"baseline": base, "target": aim, "actual": pd.Series(np.nan, rows.index)}
    given: dict[str, Any] = {}
    for role, numbers in digits.items():
        known = numbers.notna()
        given[f"{role}_value"] = numbers
        given[f"{role}_raw"] = numbers.map("{:.2f}".format).where(known, "")
        given[f"{role}_comparator"] = known.map({True: "=", False: ""})
    fixed: dict[str, Any] = {
        **{"component": 1, "category_zh": "合成数据", "category_en": "Synthetic"},
        **{"unit_inferred": False, "attribute": "expected", "target_text": "", "source_line": 1},
        **{"baseline_year": BASE, "target_year": TARGET, "actual_year": pd.NA},
    }
    years = dict.fromkeys(["baseline_year", "target_year", "actual_year"], "Int64")
    table = rows.assign(**given, **fixed).astype(years)[TARGET_COLUMNS]
    return table.assign(baseline_rounding=0.005)


def _observed(rows: pd.DataFrame, values: Floats) -> pd.DataFrame:
    repeated = rows.loc[rows.index.repeat(len(YEARS)), ["series_id", "unit", "measure"]]
    table = pd.DataFrame(
        {
            "series_id": repeated["series_id"].to_numpy(),
            "year": np.tile(np.array(YEARS), len(rows)),
            "value": values.ravel(),
            "unit": repeated["unit"].mask(repeated["measure"] == "growth", "%").to_numpy(),
            "measure": repeated["measure"].replace(MEASURED_AS).to_numpy(),
        }
    )
    fixed = {"vintage": "final", "quality": "secondary", "comparator": "=", "source_id": "s000"}
    return table.assign(**fixed, note="synthetic")
