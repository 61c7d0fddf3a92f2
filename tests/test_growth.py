"""What targets imply, against published cases and a second path from the printed digits."""

import math
from decimal import Decimal, getcontext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.growth import (
    COLUMNS,
    growth_table,
    implied_cagr,
    implied_decline_rate,
    implied_level,
    implied_sum_rate,
    pp_per_year,
)
from analysis.paths import PROCESSED
from analysis.printed.notes import baseline_kind

getcontext().prec = 40
levels = st.floats(0.01, 1e7)
spans = st.integers(1, 15)


def test_qinghai_statistics_bureau_2009() -> None:
    """−17 % over five years is −3.66 % a year: the bureau's own worked example."""
    assert round(float(implied_decline_rate(17)), 2) == 3.66


def test_german_style_doubling() -> None:
    """The rule of 72's exact case: doubling in ten years is 7.177 % a year."""
    assert float(implied_cagr(1, 2, 10)) == pytest.approx(7.177346, abs=1e-6)


@pytest.mark.parametrize(
    ("baseline", "target", "years"), [(0, 5, 5), (-1, 5, 5), (5, 0, 5), (5, 6, 0), (np.nan, 6, 5)]
)
def test_no_rate_where_there_is_none(baseline: float, target: float, years: float) -> None:
    assert math.isnan(float(implied_cagr(baseline, target, years)))


@given(levels, levels, spans)
def test_growing_at_the_implied_rate_reaches_the_target(
    baseline: float, target: float, years: int
) -> None:
    rate = float(implied_cagr(baseline, target, years))
    assert float(implied_level(baseline, rate, years)) == pytest.approx(target, rel=1e-6)


@given(st.floats(0, 100), st.floats(0, 100), spans)
def test_a_share_moves_in_equal_steps(baseline: float, target: float, years: int) -> None:
    step = float(pp_per_year(baseline, target, years))
    assert baseline + years * step == pytest.approx(target, abs=1e-9)


@given(st.floats(0.01, 1e6), st.floats(0.05, 50))
def test_the_years_add_up_to_the_total(baseline: float, multiple: float) -> None:
    total = baseline * multiple
    factor = 1 + float(implied_sum_rate(baseline, total)) / 100
    assert sum(baseline * factor**t for t in range(1, 6)) == pytest.approx(total, rel=1e-8)


@given(st.floats(0, 99))
def test_chained_declines_reach_the_cumulative_decline(decline: float) -> None:
    rate = float(implied_decline_rate(decline)) / 100
    assert 100 * (1 - (1 - rate) ** 5) == pytest.approx(decline, abs=1e-9)


def test_functions_are_vectorised() -> None:
    result = implied_cagr([1.0, 100.0], [2.0, 121.0], [1, 2])
    assert result == pytest.approx([100.0, 10.0])
    assert implied_sum_rate([1.0, np.nan], [5.0, 5.0])[0] == pytest.approx(0, abs=1e-9)
    assert np.isnan(implied_sum_rate([1.0, np.nan], [5.0, 5.0])[1])


# -- growth.csv, recomputed from the independent transcription's digits --------------------------


def root(value: Decimal, years: int) -> Decimal:
    return (value.ln() / years).exp()


def second_path(row: dict[str, str], kind: str) -> dict[str, Decimal]:
    """The contract's formulas in decimal arithmetic, from printed digits."""
    if not row["target_value"]:
        return {}
    target = Decimal(row["target_value"])
    if row["measure"] == "cumulative" and row["unit_printed"] == "%":
        left = 1 - target / 100
        return {"implied_annual_rate_pct": 100 * (1 - root(left, 5))}
    result: dict[str, Decimal] = {}
    if row["measure"] == "cumulative":
        result["implied_annual_average"] = target / 5
    if not row["baseline_value"] or kind != "year_value":
        return result
    base = Decimal(row["baseline_value"])
    years = int(row["target_year"]) - int(row["baseline_year"])
    half = Decimal(5).scaleb(int(base.as_tuple().exponent) - 1)
    if row["measure"] == "cumulative":
        low, high = Decimal("0.1"), Decimal(10)
        for _ in range(120):
            middle = (low + high) / 2
            too_much = sum(base * middle**t for t in range(1, 6)) > target
            low, high = (low, middle) if too_much else (middle, high)
        result["implied_annual_rate_pct"] = 100 * (low - 1)
    elif row["measure"] == "share":
        result["pp_per_year"] = (target - base) / years
    elif row["measure"] == "growth":
        result["implied_target_level"] = base * (1 + target / 100) ** years
    else:
        names = ("implied_cagr_pct", "implied_cagr_low_pct", "implied_cagr_high_pct")
        for name, shift in zip(names, (Decimal(0), half, -half), strict=True):
            result[name] = 100 * (root(target / (base + shift), years) - 1)
    return result


def test_growth_csv_by_a_second_path(
    transcription: pd.DataFrame, targets: pd.DataFrame, notes: pd.DataFrame
) -> None:
    published = pd.read_csv(PROCESSED / "growth.csv")
    assert list(published.columns) == COLUMNS
    assert len(published) == 100
    kinds = {
        (row.table_id, row.number, row.component): kind
        for row, kind in zip(targets.itertuples(), baseline_kind(targets, notes), strict=True)
    }
    rows = {
        (row["table_id"], int(row["number"]), int(row["component"])): row
        for row in transcription.to_dict("records")
    }
    compared = 0
    for line in published.to_dict("records"):
        key = (line["table_id"], line["number"], line["component"])
        expected = second_path(rows[key], kinds[key])
        for column in COLUMNS[5:]:
            if column in expected:
                assert line[column] == pytest.approx(float(expected[column]), abs=1e-6), key
                compared += 1
            else:
                assert math.isnan(line[column]), (key, column)
    assert compared == 105


def test_years_come_from_each_rows_own_baseline() -> None:
    published = pd.read_csv(PROCESSED / "growth.csv").set_index(["table_id", "series_id"])
    assert published.loc[("outline-14fyp", "airport-cargo"), "years"] == 6
    assert published.loc[("outline-14fyp", "life-expectancy"), "years"] == 6
    assert published.loc[("services-14fyp", "port-containers"), "years"] == 5
    assert math.isnan(published.loc[("outline-13fyp", "gdp"), "years"])


def test_committed_growth_is_fresh(targets: pd.DataFrame, notes: pd.DataFrame) -> None:
    fresh = growth_table(targets, baseline_kind(targets, notes))
    text = fresh.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    assert (PROCESSED / "growth.csv").read_text("utf-8") == text
