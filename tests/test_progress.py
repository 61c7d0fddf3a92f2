"""The progress rules: the official worked example, Statistics Canada's results, properties."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import progress as rules
from analysis.measures.progress import Cutoffs

CUTOFFS = Cutoffs()
levels = st.floats(0.01, 1e6)
shares = st.floats(-50, 150)
yearly = st.lists(st.floats(-30, 60), min_size=5, max_size=5)


def test_qinghai_statistics_bureau_2009() -> None:
    """Three years of a −17 % target: +1.51, −2.20, −4.18 %."""
    done = float(rules.chained_decline([-1.51, 2.20, 4.18]))
    assert round(done, 2) == 4.87
    assert round(float(rules.mean_rate([1.51, -2.20, -4.18], 3)), 2) == -1.65
    share = float(rules.decline_share(done, 17))
    assert round(100 * share, 1) == 26.8
    assert round(100 * (-1.51 + 2.20 + 4.18) / 17, 1) == 28.6, "what summing would give"
    still = 100 * (1 - (1 - 0.17) / (1 - done / 100))
    assert round(still, 2) == 12.75
    assert round(float(rules.decline_pace(done, 17, 2)), 2) == 6.59
    assert round(float(rules.decline_pace(0, 17, 5)), 2) == 3.66


@pytest.fixture(scope="module")
def canada() -> pd.DataFrame:
    """Statistics Canada's rows with a target and two points in time, judged by our functions."""
    path = Path(__file__).parent / "data" / "opensdg_canada.csv"
    frame = pd.read_csv(path)
    rows = frame[frame["target"].notna() & (frame["current_year"] > frame["base_year"])]
    actual = rules.growth_rate(
        rows["base_value"], rows["current_value"], rows["current_year"] - rows["base_year"]
    )
    required = rules.growth_rate(
        rows["base_value"], rows["target"], rows["target_year"] - rows["base_year"]
    )
    return rows.assign(
        ratio=rules.cagr_ratio(actual, required, rows["direction"]),
        reached=rules.reaches(rows["current_value"], rows["target"], rows["direction"]),
    ).reset_index(drop=True)


OPEN_SDG = {
    "significant": "substantial_progress",
    "moderate": "moderate_progress",
    "insufficient": "limited_progress",
    "away": "deterioration",
}


def test_statistics_canadas_ratios(canada: pd.DataFrame) -> None:
    """All 114 published progress values against a target, to the sixth decimal."""
    published = canada[canada["progress_value"].notna()]
    assert len(published) == 114
    assert (published["ratio"] - published["progress_value"]).abs().max() < 1e-6
    without = canada[canada["progress_value"].isna()]
    assert (without["base_value"] == without["target"]).all(), "no growth is required"
    assert without["ratio"].isna().all()


def test_statistics_canadas_statuses(canada: pd.DataFrame) -> None:
    """All 123 statuses: 23 already met, which is tested first, and 100 by the ratio."""
    by_ratio = pd.Series(rules.cagr_status(canada["ratio"], CUTOFFS)).map(OPEN_SDG)
    mine = by_ratio.mask(canada["reached"], "target_achieved")
    assert (len(canada), int(canada["reached"].sum())) == (123, 23)
    assert mine.tolist() == canada["status"].tolist()


def test_the_rest_of_the_canadian_file_is_another_rule() -> None:
    frame = pd.read_csv(Path(__file__).parent / "data" / "opensdg_canada.csv")
    no_target = frame["target"].isna()
    one_point = ~no_target & ~(frame["current_year"] > frame["base_year"])
    assert (len(frame), int(no_target.sum()), int(one_point.sum())) == (379, 225, 31)
    assert set(frame.loc[one_point, "status"]) == {"not_available"}


def test_the_rules_part_in_nine_of_a_hundred_cases(canada: pd.DataFrame) -> None:
    open_cases = canada[~canada["reached"]].reset_index(drop=True)
    share = rules.distance_share(
        open_cases["base_value"], open_cases["current_value"], open_cases["target"]
    )
    due = rules.time_share(
        open_cases["base_year"], open_cases["current_year"], open_cases["target_year"]
    )
    status = pd.Series(rules.schedule_status(share, due, False, False, CUTOFFS))
    agree = rules.methods_agree(status, pd.Series(rules.cagr_status(open_cases["ratio"], CUTOFFS)))
    assert (len(agree), int((~agree).sum())) == (100, 9)


def test_the_ratio_flatters_a_tiny_base() -> None:
    """Canada, .37 → 9.53 of 60: 15 % of the distance in 67 % of the time, yet substantial."""
    actual, required = rules.growth_rate(0.37, 9.53, 10), rules.growth_rate(0.37, 60, 15)
    assert float(rules.cagr_ratio(actual, required, 1)) == pytest.approx(0.95040698, abs=1e-8)
    share, due = rules.distance_share(0.37, 9.53, 60), rules.time_share(2015, 2025, 2030)
    assert rules.schedule_status(share, due, False, False, CUTOFFS) == "behind"


@pytest.mark.parametrize(
    ("status", "share", "due", "reached", "final"),
    [
        ("met", 1.0, 1.0, True, True),
        ("missed", 0.99999, 1.0, False, True),
        ("missed", np.nan, 1.0, False, True),
        ("achieved", 1.0, 0.4, True, False),
        ("achieved", np.nan, 0.4, True, False),
        ("ahead", 0.48, 0.4, False, False),
        ("on_track", 0.479, 0.4, False, False),
        ("on_track", 0.57, 0.6, False, False),
        ("behind", 0.569, 0.6, False, False),
        ("behind", 0.0, 0.6, False, False),
        ("moving_away", -0.001, 0.6, False, False),
        ("behind", np.nan, 0.6, False, False),
    ],
)
def test_schedule(status: str, share: float, due: float, reached: bool, final: bool) -> None:
    assert rules.schedule_status(share, due, reached, final, CUTOFFS) == status


def test_cutoffs_are_a_parameter() -> None:
    assert rules.schedule_status(0.9, 1.0, False, False, Cutoffs(on_track=0.9)) == "on_track"
    assert rules.cagr_status(0.9, Cutoffs(significant=0.9)) == "significant"
    with pytest.raises(ValueError, match="must rise"):
        Cutoffs(ahead=0.5)


@pytest.mark.parametrize(
    ("ratio", "status"),
    [
        (0.95, "significant"),
        (0.9499, "moderate"),
        (0.6, "moderate"),
        (0.0, "insufficient"),
        (-1e-9, "away"),
        (np.nan, ""),
    ],
)
def test_cagr_status(ratio: float, status: str) -> None:
    assert rules.cagr_status(ratio, CUTOFFS) == status


@pytest.mark.parametrize(
    "value",
    [
        rules.distance_share(88, 89, 88),
        rules.sum_share(3, 0),
        rules.decline_share(3, 0),
        rules.decline_share(3, 100),
        rules.growth_share([1.0, 2.0], 0, 5),
        rules.growth_rate(0, 5, 5),
        rules.growth_rate(-1, 5, 5),
        rules.growth_rate(1, -5, 5),
        rules.growth_rate(1, 5, 0),
        rules.cagr_ratio(3, 0, 1),
        rules.time_share(2020, 2021, 2020),
        rules.additive_pace(1, 2, 0),
    ],
)
def test_nothing_where_a_rule_does_not_apply(value: np.ndarray) -> None:
    assert math.isnan(float(value))


def test_a_zero_target_is_reached_at_zero_only() -> None:
    assert rules.reaches(0, 0, -1)
    assert not rules.reaches(0.1, 0, -1)
    assert float(rules.distance_share(4, 1, 0)) == 0.75
    assert float(rules.growth_rate(4, 0, 5)) == -100


def test_a_missing_value_or_direction_reaches_nothing() -> None:
    assert not rules.reaches([np.nan, 5, 5], [5, np.nan, 5], [1, 1, np.nan]).any()


@given(levels, levels)
def test_done_at_the_target_and_nothing_at_the_baseline(baseline: float, target: float) -> None:
    if baseline != target:
        assert float(rules.distance_share(baseline, target, target)) == pytest.approx(1)
        assert float(rules.distance_share(baseline, baseline, target)) == 0


@given(shares, shares, shares)
def test_progress_is_negative_only_away_from_the_target(
    baseline: float, value: float, target: float
) -> None:
    share = float(rules.distance_share(baseline, value, target))
    if abs(target - baseline) > 1e-6 and abs(value - baseline) > 1e-6:
        assert (share < 0) == ((value - baseline) * (target - baseline) < 0)
        mirrored = float(rules.distance_share(-baseline, -value, -target))
        assert mirrored == pytest.approx(share)


@given(levels, levels, levels)
def test_both_rules_see_the_same_direction(baseline: float, value: float, target: float) -> None:
    if min(abs(target / baseline - 1), abs(value / baseline - 1)) < 1e-6:
        return
    share = float(rules.distance_share(baseline, value, target))
    actual, required = rules.growth_rate(baseline, value, 2), rules.growth_rate(baseline, target, 5)
    ratio = float(rules.cagr_ratio(actual, required, np.sign(target - baseline)))
    assert (share < 0) == (ratio < 0)


@given(levels, st.floats(0.05, 20), st.integers(1, 4))
def test_a_steady_path_is_on_schedule_by_its_own_ratio(
    baseline: float, factor: float, elapsed: int
) -> None:
    if abs(factor - 1) > 1e-3:
        value = baseline * factor ** (elapsed / 5)
        actual = rules.growth_rate(baseline, value, elapsed)
        required = rules.growth_rate(baseline, baseline * factor, 5)
        assert float(rules.cagr_ratio(actual, required, np.sign(factor - 1))) == pytest.approx(1)


@given(yearly)
def test_chaining_is_the_sum_of_logs(rates: list[float]) -> None:
    logs = sum(math.log1p(rate / 100) for rate in rates)
    assert float(rules.growth_share(rates, 5.3, 5)) == pytest.approx(logs / (5 * math.log(1.053)))
    assert float(rules.mean_rate(rates, 5)) == pytest.approx(100 * math.expm1(logs / 5))
    done = float(rules.chained_decline([-rate for rate in rates]))
    assert done == pytest.approx(-100 * math.expm1(logs), abs=1e-9)
    assert float(rules.decline_share(done, 17)) == pytest.approx(logs / math.log(0.83), abs=1e-9)


@given(st.floats(0.5, 15))
def test_growing_as_planned_is_the_share_of_time(rate: float) -> None:
    for years in range(1, 6):
        padded = [rate] * years + [0.0] * (5 - years)
        assert float(rules.growth_share(padded, rate, 5)) == pytest.approx(years / 5)


@given(st.lists(st.floats(-10, 20), min_size=1, max_size=4), st.floats(0.5, 15))
def test_the_required_growth_reaches_the_plans_mean(rates: list[float], target: float) -> None:
    left = 5 - len(rates)
    pace = float(rules.growth_pace(rates, target, 5, left))
    assert float(rules.mean_rate([*rates, *[pace] * left], 5)) == pytest.approx(target, abs=1e-6)


@given(st.floats(-5, 30), st.floats(1, 60), st.integers(1, 4))
def test_the_required_decline_reaches_the_target(done: float, target: float, left: int) -> None:
    pace = float(rules.decline_pace(done, target, left))
    assert float(rules.chained_decline([done, *[pace] * left])) == pytest.approx(target, abs=1e-6)


def test_rounding_does_not_complete_a_target() -> None:
    """99.999 % is shown as 100 % and is a miss all the same."""
    share = rules.distance_share(4948.8, 7999.97, 8000)
    assert round(100 * float(share), 1) == 100
    assert not rules.reaches(7999.97, 8000, 1)
