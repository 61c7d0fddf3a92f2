"""What if: given growth, where it ends; given the end, what growth it takes."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.scenario import COLUMNS, grow, scenario_table
from analysis.notebooks import NotebookError, run_notebook
from analysis.paths import NOTEBOOKS, ROOT


def test_one_rate_and_one_rate_a_year() -> None:
    assert grow(100, 2025, 10, 2027)["value"].tolist() == pytest.approx([100, 110, 121])
    assert grow(100, 2025, [10, 0], 2027)["value"].tolist() == pytest.approx([100, 110, 110])
    assert grow(100, 2025, [10], 2027)["rate_pct"].tolist()[1:] == [10, 10]


@pytest.mark.parametrize("rates", [[], [1, 2, 3]])
def test_no_rate_or_too_many_are_refused(rates: list[float]) -> None:
    with pytest.raises(ValueError, match="rates for the 2 years after 2025; give 1 to 2"):
        grow(100, 2025, rates, 2027)


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.integers(1, 10))
def test_the_required_path_reaches_the_target(value: float, target: float, years: int) -> None:
    table = scenario_table(value, 2025, target, 2025 + years, {})
    assert list(table.columns) == COLUMNS
    assert table["value"].iloc[-1] == pytest.approx(target, rel=1e-5, abs=1e-5)
    assert table["scenario"].unique().tolist() == ["required"]


def test_scenarios_come_in_order_with_required_last() -> None:
    table = scenario_table(8359, 2025, 10000, 2030, {"slow": 2, "fast": [6, 5]})
    ends = table[table["year"] == 2030].set_index("scenario")["value"]
    assert ends.index.tolist() == ["slow", "fast", "required"]
    assert ends["slow"] == pytest.approx(8359 * 1.02**5)
    assert ends["fast"] == pytest.approx(8359 * 1.06 * 1.05**4)
    rate = table[(table["scenario"] == "required") & (table["year"] == 2030)]["rate_pct"].iloc[0]
    assert rate == pytest.approx(100 * ((10000 / 8359) ** 0.2 - 1), abs=1e-6)
    assert pd.isna(table["rate_pct"].iloc[0])


def test_a_scenario_named_like_a_formula_is_not_written(tmp_path: Path) -> None:
    written = ROOT / "build" / "test-scenario.csv"
    parameters = {"scenarios": {"=1+1": 2.0}, "scenario_output": "build/test-scenario.csv"}
    with pytest.raises(
        NotebookError, match=r"test-scenario\.csv, line 2, column scenario: '=1\+1' b"
    ):
        run_notebook(NOTEBOOKS / "projections.ipynb", tmp_path / "out.ipynb", parameters)
    assert not written.exists()
