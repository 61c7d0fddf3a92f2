"""Growth targets as an index: the chain, its way back, and what breaks it."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.evidence import Observed
from analysis.measures.growth_index import Rates, growth_window, index_target, mean_growth
from analysis.measures.windows import Settings, Window
from analysis.paths import PROCESSED, RAW

REAL = Rates("growth_real")
NO_BREAKS = pd.DataFrame({"series_id": [], "year": [], "kind": []})
growth_rates = st.lists(st.floats(-20, 30), min_size=2, max_size=5)


def window(rates: dict[int, float], comparator: str = "=", **settings: object) -> Window:
    rows = pd.DataFrame(
        {
            "series_id": "one", "measure": "growth_real", "year": list(rates),
            "value": list(rates.values()), "comparator": comparator, "vintage": "final", "note": "",
        }
    )  # fmt: skip
    known = Observed.from_frames(rows, NO_BREAKS)
    return growth_window(known, "one", REAL, 2025, Settings(**settings))  # type: ignore[arg-type]


def test_the_baseline_year_stands_at_100() -> None:
    """2.7 % in 2020, then 8.1 and 1.0 %: 100/1.027, 100, 108.1, 108.1 · 1.01."""
    found = window({2020: 2.7, 2021: 8.1, 2022: 1.0})
    assert found.years.tolist() == [2019, 2020, 2021, 2022]
    assert found.values == pytest.approx([100 / 1.027, 100, 108.1, 109.181])
    assert found.reason == ""


@given(growth_rates)
def test_the_way_back_is_the_mean_growth(rates: list[float]) -> None:
    found = window({2021 + place: rate for place, rate in enumerate(rates)})
    mean = math.prod(1 + rate / 100 for rate in rates) ** (1 / len(rates)) - 1
    back = mean_growth(pd.Series(found.values[-1:]), pd.Series(found.years[-1:]), 2020)
    assert back.iloc[0] == pytest.approx(100 * mean, abs=1e-9)


def test_a_gap_ends_the_run_and_bounds_give_none() -> None:
    assert window({2018: 6.0, 2020: 2.7, 2021: 8.1, 2022: 1.0}).years[0] == 2019
    assert window({2021: 8.1, 2022: 1.0, 2024: 2.0}).years[-1] == 2022
    assert window({2020: 2.7, 2022: 1.0}).reason == "no_value"
    assert window({2021: 8.1, 2022: 1.0}, ">").reason == "bounds_only"
    assert window({2021: 8.1}).reason == "too_few"
    assert window({2021: 8.1, 2022: 1.0, 2023: 4.6}, pandemic="exclude").reason == "too_few"


def test_the_target_compounds() -> None:
    assert index_target(6, np.array([2020, 2025]), 2020) == pytest.approx([100, 133.8225578])


@pytest.mark.parametrize(("series_id", "target"), [("gdp-growth-real", 6), ("retail-sales", 5.3)])
def test_the_published_paths_start_from_the_published_rates(series_id: str, target: float) -> None:
    """The naive path, recomputed: the mean log growth of the last five years goes on."""
    raw = pd.read_csv(RAW / "observations.csv")
    kind = "growth_real" if series_id == "gdp-growth-real" else "growth_nominal"
    own = raw[(raw["series_id"] == series_id) & (raw["measure"] == kind)]
    rates = own[own["comparator"] == "="].groupby("year")["value"].first()
    if series_id == "retail-sales":  # no rate is published for 2024: from the two levels
        levels = raw[(raw["series_id"] == series_id) & (raw["measure"] == "level")]
        level = levels[levels["comparator"] == "="].groupby("year")["value"].last()
        rates[2024] = 100 * (level[2024] / level[2023] - 1)
    done = math.prod(1 + rates[year] / 100 for year in range(2021, 2026))
    table = pd.read_csv(PROCESSED / "projections.csv")
    path = table[(table["series_id"] == series_id) & (table["as_of"] == 2025)]
    naive = path[path["model"] == "recent_mean"].set_index("year")["mean"]
    assert naive[2030] == pytest.approx(100 * (done ** (1 / 5) - 1), abs=1e-5)
    assert naive[2030] < target
