"""``progress.csv``: the traps one by one on small rows, and the city's rows by a second path."""

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.progress import Cutoffs
from analysis.measures.progress_counts import count_statuses, worst_of_number
from analysis.measures.progress_table import COLUMNS, Settings, progress_table
from analysis.observed.breaks import load_breaks
from analysis.observed.plan_values import load_known
from analysis.observed.vintage import choose
from analysis.printed.notes import baseline_kind
from analysis.registry import Registry

YEARS = range(2021, 2026)
Value = float | tuple[Any, ...]


def observed(values: dict[str, dict[int, Value]], series: str = "s") -> pd.DataFrame:
    """Rows by measure and year; a tuple gives value, comparator, note, vintage."""
    names = ["value", "comparator", "note", "vintage"]
    rows = []
    for measure, by_year in values.items():
        for year, value in by_year.items():
            given_as = value if isinstance(value, tuple) else (value,)
            row = dict(
                zip(names, [*given_as, *[0, "=", "", "final"][len(given_as) :]], strict=True)
            )
            rows.append({"series_id": series, "measure": measure, "year": year, **row})
    columns = ["series_id", "measure", "year", *names]
    return pd.DataFrame(rows, columns=columns)


def follow(
    values: dict[str, dict[int, Value]],
    as_of: int,
    *,
    broken: list[tuple[int, str]] | None = None,
    others: list[pd.DataFrame] | None = None,
    settings: Settings | None = None,
    kind: str = "year_value",
    **target: Any,
) -> pd.Series:
    """One target followed as of a year."""
    row = {
        **{"table_id": "t", "number": 1, "component": 1, "series_id": "s"},
        **{"attribute": "binding", "unit": "亿元", "measure": "level", "direction": "up"},
        **{"baseline_year": 2020, "baseline_value": 100.0, "baseline_comparator": "="},
        **{"target_year": 2025, "target_value": 150.0, "target_comparator": "="},
    } | target
    targets = pd.DataFrame([row]).astype({"baseline_year": "Int64", "target_year": "Int64"})
    breaks = pd.DataFrame(
        [{"series_id": "s", "year": year, "kind": what} for year, what in broken or []],
        columns=["series_id", "year", "kind"],
    )
    frame = pd.concat([observed(values), *(others or [])], ignore_index=True)
    frame = frame[frame["year"] <= as_of]
    table = progress_table(targets, pd.Series([kind]), frame, breaks, as_of, settings)
    assert list(table.columns) == COLUMNS
    return table.iloc[0]


def codes(row: pd.Series) -> list[str]:
    return [code for code in str(row["reason"]).split(";") if code]


# Levels and shares


def test_a_level_on_its_way() -> None:
    row = follow({"level": {2021: 105, 2022: 120}}, 2023)
    assert (row["value_year"], row["time_share"], row["progress_share"]) == (2022, 0.4, 0.4)
    assert (row["status"], row["status_cagr"], row["methods_agree"]) == (
        "on_track",
        "significant",
        True,
    )
    assert row["required_pace"] == pytest.approx(100 * ((150 / 120) ** (1 / 3) - 1), abs=1e-6)
    assert row["required_pace_unit"] == "%/yr"


def test_a_baseline_of_2019_has_six_years() -> None:
    row = follow({"level": {2022: 125}}, 2022, baseline_year=2019)
    assert (row["time_share"], row["progress_share"], row["status"]) == (0.5, 0.5, "on_track")


def test_a_value_before_the_plan_is_no_progress() -> None:
    row = follow({"level": {2020: 60}}, 2021, baseline_year=2019)
    assert codes(row) == ["no_value"]
    assert pd.isna(row["comparable"]) and pd.isna(row["time_share"]) and row["status"] == ""


def test_a_ceiling_is_read_downwards() -> None:
    row = follow({"level": {2022: 90}}, 2022, direction="down", target_value=75.0)
    assert (row["progress_share"], row["status"]) == (0.4, "on_track")
    assert row["cagr_ratio"] > 0
    away = follow({"level": {2022: 101}}, 2022, direction="down", target_value=75.0)
    assert (away["status"], away["status_cagr"], away["methods_agree"]) == (
        "moving_away",
        "away",
        True,
    )


@pytest.mark.parametrize(
    ("value", "as_of", "status"),
    [(83.8, 2022, "behind"), (88, 2023, "achieved"), (88, 2025, "met"), (87.9, 2025, "missed")],
)
def test_a_target_below_its_baseline_is_a_floor(value: float, as_of: int, status: str) -> None:
    """Air quality, 90.4 → 88: pass or fail and the margin, no share of a way."""
    row = follow(
        {"share": {as_of: value}}, as_of, measure="share", baseline_value=90.4, target_value=88.0
    )
    assert row["status"] == status
    assert pd.isna(row["progress_share"]) and row["status_cagr"] == ""
    assert "baseline_beyond_target" in codes(row)
    if status == "behind":
        assert (row["required_pace"], row["required_pace_unit"]) == (1.4, "pp/yr")


def test_a_target_at_its_baseline_is_to_be_held() -> None:
    held = follow({"level": {2023: 100}}, 2023, target_value=100.0)
    lost = follow({"level": {2023: 99}}, 2023, target_value=100.0)
    assert (held["status"], lost["status"]) == ("achieved", "behind")
    assert "baseline_at_target" in codes(held)


def test_a_tie_is_met() -> None:
    assert follow({"level": {2025: 150}}, 2025)["status"] == "met"
    assert follow({"level": {2025: 149.99}}, 2025)["status"] == "missed"


def test_met_and_then_fallen_back_is_missed() -> None:
    values: dict[str, dict[int, Value]] = {"level": {2023: 151, 2024: 140, 2025: 149}}
    assert [follow(values, year)["status"] for year in (2023, 2024, 2025)] == [
        "achieved",
        "on_track",
        "missed",
    ]
    assert follow(values, 2023)["required_pace"] == 0


def test_a_zero_target() -> None:
    row = follow({"share": {2022: 6.0}}, 2022, **ZERO)
    assert (row["progress_share"], row["status"]) == (0.4, "on_track")
    assert follow({"share": {2025: 0}}, 2025, **ZERO)["status"] == "met"


ZERO: dict[str, Any] = {
    **{"measure": "share", "direction": "down", "unit": "%"},
    **{"baseline_value": 10.0, "target_value": 0.0},
}


def test_a_zero_or_missing_baseline() -> None:
    zero = follow({"level": {2022: 60}}, 2022, baseline_value=0.0)
    assert (zero["status"], zero["status_cagr"]) == ("on_track", "")
    missing = follow({"level": {2022: 60}}, 2022, baseline_value=float("nan"))
    assert missing["status"] == "" and "no_baseline" in codes(missing)
    assert follow({"level": {2025: 150}}, 2025, baseline_value=float("nan"))["status"] == "met"


def test_a_five_year_total_is_no_baseline_of_a_level() -> None:
    row = follow({"level": {2022: 120}}, 2022, kind="period_total")
    assert row["status"] == "" and pd.isna(row["progress_share"])


def test_a_neutral_series_is_not_judged() -> None:
    row = follow({"level": {2025: 150}}, 2025, direction="neutral")
    assert row["status"] == "" and "neutral_direction" in codes(row)


def test_the_account_needs_the_plan_years_own_value() -> None:
    row = follow({"level": {2023: 155}}, 2025)
    assert (row["status"], row["status_cagr"]) == ("", "")
    assert codes(row) == ["no_plan_year_value", "reached_by:2023"]
    assert pd.isna(row["required_pace"])
    assert codes(follow({"level": {2023: 120}}, 2025)) == ["no_plan_year_value"]


def test_later_years_do_not_count() -> None:
    assert follow({"level": {2025: 140, 2026: 160}}, 2026)["status"] == "missed"


def test_steps_are_given_in_the_unit_a_reader_thinks_in() -> None:
    years = follow(
        {"level": {2022: 120}}, 2022, unit="岁", settings=Settings(stepwise=frozenset({"s"}))
    )
    assert (years["required_pace"], years["required_pace_unit"]) == (10, "岁/yr")
    share = follow({"share": {2022: 120}}, 2022, measure="share", unit="%")
    assert (share["required_pace"], share["required_pace_unit"]) == (10, "pp/yr")
    assert pd.isna(share["cagr_ratio"]), "the ratio is for levels only"


# What is known in part


def test_a_floor_proves_met_and_never_missed() -> None:
    assert follow({"level": {2025: (150, ">")}}, 2025)["status"] == "met"
    below = follow({"level": {2025: (149, ">")}}, 2025)
    assert below["status"] == below["status_cagr"] == "" and "floor_only" in codes(below)
    assert follow({"level": {2022: (149, ">=")}}, 2022)["status"] == ""
    down = {"direction": "down", "target_value": 75.0}
    assert follow({"level": {2025: (70, ">")}}, 2025, **down)["status"] == ""
    assert follow({"level": {2025: (80, ">")}}, 2025, **down)["status"] == "missed"


@given(st.floats(1, 300), st.integers(2021, 2025))
def test_no_floor_is_ever_behind(value: float, as_of: int) -> None:
    assert follow({"level": {as_of: (value, ">")}}, as_of)["status"] in {"", "achieved", "met"}


def test_a_floor_that_settles_nothing_gives_way_to_an_exact_value() -> None:
    row = follow({"level": {2022: 120, 2023: (121, ">")}}, 2023)
    assert (row["value_year"], row["status"]) == (2022, "on_track")
    proof = follow({"level": {2022: 120, 2023: (155, ">")}}, 2023)
    assert (proof["value_year"], proof["status"]) == (2023, "achieved")


def test_approximate_targets_and_values() -> None:
    about = {"target_comparator": "~"}
    assert follow({"level": {2025: 147}}, 2025, **about)["status"] == "met"
    assert follow({"level": {2025: 146.9}}, 2025, **about)["status"] == "missed"
    narrow = Settings(tolerance_pct=1)
    assert follow({"level": {2025: 147}}, 2025, settings=narrow, **about)["status"] == "missed"
    near = follow({"level": {2025: (148, "~")}}, 2025)
    assert near["status"] == "" and "approximate_value" in codes(near)
    assert follow({"level": {2025: (146, "~")}}, 2025)["status"] == "missed"
    assert follow({"level": {2025: (150, "~")}}, 2025)["status"] == "met"


SUM: dict[str, Any] = {"measure": "cumulative", "unit": "万人", "baseline_value": 161.5}


def test_a_sum_with_missing_years_is_a_lower_bound() -> None:
    values: dict[str, dict[int, Value]] = {"level": {2021: 30, 2023: 30}}
    row = follow(values, 2023, target_value=110.0, **SUM)
    assert (row["value"], row["status"]) == (60, "")
    assert codes(row) == ["missing_years:2022"]
    assert pd.isna(row["required_pace"])
    assert follow(values, 2023, target_value=60.0, **SUM)["status"] == "achieved"
    assert follow({"level": {2025: 60}}, 2025, target_value=60.0, **SUM)["status"] == "met"
    assert follow({"level": {2025: 59}}, 2025, target_value=60.0, **SUM)["status"] == ""


def test_a_whole_sum_is_judged() -> None:
    values: dict[str, dict[int, Value]] = {"level": {2021: 20, 2022: 24, 2023: 20, 2024: 20}}
    row = follow(values, 2022, target_value=110.0, **SUM)
    assert (row["value"], row["progress_share"], row["status"]) == (44, 0.4, "on_track")
    assert (row["required_pace"], row["required_pace_unit"]) == (22, "万人/yr")
    values["level"][2025] = 25
    assert follow(values, 2025, target_value=110.0, **SUM)["status"] == "missed"


def test_a_stated_total_counts_only_for_the_plans_own_years() -> None:
    stated: dict[str, dict[int, Value]] = {"cumulative": {2025: (46, "=", "2021-2025 total")}}
    assert follow(stated, 2025, target_value=30.0, **SUM)["status"] == "met"
    other: dict[str, dict[int, Value]] = {"cumulative": {2025: (46, "=", "total of 2019-2025")}}
    assert codes(follow(other, 2025, target_value=30.0, **SUM)) == ["no_value"]


def test_yearly_values_are_added_to_the_latest_stated_total() -> None:
    values: dict[str, dict[int, Value]] = {
        "cumulative": {2022: (40, "=", "total of 2021-2022"), 2023: (70, "=", "2021-2023 total")},
        "level": {2021: 25, 2024: 20},
    }
    row = follow(values, 2024, target_value=110.0, **SUM)
    assert (row["value"], row["status"], row["reason"]) == (90, "on_track", "")
    assert follow(values, 2023, target_value=110.0, **SUM)["value"] == 70
    values["level"][2025] = (21, ">")
    floor = follow(values, 2025, target_value=110.0, **SUM)
    assert (floor["value"], floor["status"], codes(floor)) == (111, "met", ["floor_only"])


# Growth and declines

GROWTH: dict[str, Any] = {"measure": "growth", "target_value": 5.0}


def test_growth_is_chained_never_a_growth_rate_of_rates() -> None:
    rates: dict[str, dict[int, Value]] = {"growth_nominal": {2021: 10, 2022: -4, 2023: 5}}
    row = follow(rates, 2023, **GROWTH)
    logs = math.log(1.10) + math.log(0.96) + math.log(1.05)
    assert row["value"] == pytest.approx(100 * math.expm1(logs / 3), abs=1e-6)
    assert row["progress_share"] == pytest.approx(logs / (5 * math.log(1.05)), abs=1e-6)
    assert pd.isna(row["cagr_ratio"]) and row["status_cagr"] == ""
    assert row["required_pace"] == pytest.approx(
        100 * math.expm1((5 * math.log(1.05) - logs) / 2), abs=1e-6
    )


def test_a_gap_ends_the_chain() -> None:
    rates: dict[str, dict[int, Value]] = {"growth_nominal": {2021: 5, 2023: 5, 2024: 5, 2025: 5}}
    row = follow(rates, 2025, **GROWTH)
    assert (row["value_year"], row["status"]) == (2021, "")
    assert codes(row) == ["no_plan_year_value", "missing_years:2022"]


def test_levels_fill_a_rate_on_one_base_only() -> None:
    values: dict[str, dict[int, Value]] = {
        "growth_nominal": {2021: 5.0},
        "level": {2021: 105, 2022: 110.25},
    }
    row = follow(values, 2022, **GROWTH)
    assert (row["value"], row["progress_share"]) == (5, 0.4)
    assert codes(row) == ["rate_from_levels:2022"]
    rebased = follow(values, 2022, broken=[(2022, "base_revision")], **GROWTH)
    assert rebased["value_year"] == 2021
    values["level"][2022] = (110.25, "=", "", "derived")
    assert follow(values, 2022, **GROWTH)["value_year"] == 2021


def test_rates_chain_across_a_base_revision() -> None:
    rates: dict[str, dict[int, Value]] = {"growth_nominal": dict.fromkeys(YEARS, 5.0)}
    row = follow(rates, 2025, broken=[(2025, "base_revision")], **GROWTH)
    assert (row["status"], row["comparable"], codes(row)) == ("met", True, ["base_revised:2025"])


def test_real_and_nominal_do_not_mix() -> None:
    real = Settings(real_growth=frozenset({"s"}))
    nominal: dict[str, dict[int, Value]] = {"growth_nominal": dict.fromkeys(YEARS, 9.0)}
    row = follow(nominal, 2025, settings=real, **GROWTH)
    assert (row["status"], row["comparable"]) == ("", False)
    assert codes(row) == ["nominal_not_real"]
    wrong: dict[str, dict[int, Value]] = {"growth_real": dict.fromkeys(YEARS, 9.0)}
    assert codes(follow(wrong, 2025, **GROWTH)) == ["no_value"]


def test_a_target_of_no_growth_or_less() -> None:
    rates: dict[str, dict[int, Value]] = {"growth_nominal": dict.fromkeys(YEARS, 0.0)}
    row = follow(rates, 2025, measure="growth", target_value=0.0)
    assert (row["status"], codes(row)) == ("met", ["zero_target"])


WORDS: dict[str, Any] = {
    **{"measure": "growth", "unit": "%", "target_value": float("nan")},
    "target_comparator": "text",
}


@pytest.mark.parametrize(("income", "status"), [(4.0, "met"), (3.93, "met"), (3.9, "missed")])
def test_in_step_with_growth_is_compared_in_real_terms(income: float, status: str) -> None:
    gdp = observed({"growth_real": dict.fromkeys(YEARS, 4.0)}, "gdp-growth-real")
    values: dict[str, dict[int, Value]] = {"growth_real": dict.fromkeys(YEARS, income)}
    row = follow(values, 2025, others=[gdp], **WORDS)
    assert row["status"] == status
    assert codes(row)[:2] == ["target_in_words", "compared_with:gdp-growth-real"]
    assert pd.isna(row["target_value"]), "as printed"


def test_in_step_with_growth_over_the_same_years_only() -> None:
    gdp = observed({"growth_real": {2021: 4.0}}, "gdp-growth-real")
    values: dict[str, dict[int, Value]] = {"growth_real": {2021: 5.0, 2022: 5.0}}
    row = follow(values, 2022, others=[gdp], **WORDS)
    assert row["status"] == "" and "no_reference_value" in codes(row)


DECLINE: dict[str, Any] = {"measure": "cumulative", "unit": "%", "target_value": 17.0}


def test_declines_are_chained() -> None:
    values: dict[str, dict[int, Value]] = {"growth_real": {2021: 1.51, 2022: -2.20, 2023: -4.18}}
    row = follow(values, 2023, **DECLINE)
    assert round(row["value"], 2) == 4.87
    assert round(row["progress_share"], 3) == 0.268
    assert (round(row["required_pace"], 2), row["required_pace_unit"]) == (6.59, "%/yr")
    assert row["status"] == "behind"


# Breaks, milestones, counts


@pytest.mark.parametrize(
    "kind", ["definition_change", "definition_doubt", "survey_change", "census"]
)
def test_a_broken_definition_gets_no_status(kind: str) -> None:
    row = follow({"level": {2025: 160}}, 2025, broken=[(2023, kind)])
    assert (row["comparable"], row["status"], row["status_cagr"]) == (False, "", "")
    assert pd.isna(row["progress_share"]) and row["value"] == 160
    assert codes(row)[0].endswith(":2023")
    before = follow({"level": {2022: 120}}, 2025, broken=[(2023, kind)])
    assert before["comparable"]


@pytest.mark.parametrize("kind", ["vintage", "rounding", "source_mismatch", "base_revision"])
def test_a_remark_is_no_break(kind: str) -> None:
    row = follow({"level": {2025: 160}}, 2025, broken=[(2025, kind)])
    assert (row["comparable"], row["status"]) == (True, "met")
    assert len(codes(row)) == 1


def test_a_remark_on_another_years_figure_is_left_out() -> None:
    seen = [(2022, "rounding"), (2023, "base_revision")]
    assert codes(follow({"level": {2025: 160}}, 2025, broken=seen)) == ["base_revised:2023"]


def test_a_break_in_the_baselines_own_year() -> None:
    census = follow({"level": {2025: 160}}, 2025, broken=[(2020, "census")])
    other = follow({"level": {2025: 160}}, 2025, broken=[(2020, "definition_change")])
    assert not census["comparable"] and codes(census) == ["census:2020"]
    assert other["comparable"] and codes(other) == ["definition_changed_at_baseline:2020"]


def test_a_milestone_replaces_the_straight_line() -> None:
    settings = Settings(milestones={("s", 2022): 0.1})
    row = follow({"level": {2022: 110}}, 2022, settings=settings)
    assert (row["status"], row["time_share"]) == ("ahead", 0.4)
    assert "milestone" in codes(row)


def test_counting_keeps_both_denominators_and_attributes() -> None:
    rows = [
        *[(1, 1, "expected", "met"), (1, 2, "expected", "missed")],
        *[(2, 1, "binding", "met"), (3, 1, "expected", ""), (3, 2, "expected", "met")],
    ]
    names = ["number", "component", "attribute", "status"]
    frame = pd.DataFrame(rows, columns=names).assign(table_id="t", as_of=2025)
    worst = worst_of_number(frame)
    assert worst["status"].tolist() == ["missed", "met", ""]
    counts = count_statuses(frame).set_index(["attribute", "count_by"])
    assert counts.loc[("expected", "component"), ["met", "judged", "total"]].tolist() == [2, 3, 4]
    assert counts.loc[("expected", "number"), ["met", "judged", "total"]].tolist() == [0, 1, 2]
    assert counts.loc[("binding", "number"), "total"] == 1


# The city's rows


@pytest.fixture(scope="module")
def tables(
    registry: Registry, targets: pd.DataFrame, notes: pd.DataFrame
) -> dict[int, pd.DataFrame]:
    values, breaks = load_known(registry, targets, notes), load_breaks(registry)
    kinds = baseline_kind(targets, notes)
    plan = targets["target_year"] == 2025
    return {
        year: progress_table(targets[plan], kinds[plan], choose(values, year), breaks, year)
        for year in YEARS
    }


def cell(tables: dict[int, pd.DataFrame], year: int, table_id: str, series: str) -> pd.Series:
    table = tables[year]
    return table[(table["table_id"] == table_id) & (table["series_id"] == series)].iloc[0]


LEVELS = {  # series: baseline year, baseline, target, values by year, as published
    ("outline-14fyp", "airport-passengers"): (
        *(2019, 7339, 10000),
        {2021: 4025, 2023: 6317.35, 2024: 7637, 2025: 8359},
    ),
    ("outline-14fyp", "airport-cargo"): (2019, 192, 350, {2023: 203.05, 2024: 237.37, 2025: 244}),
    ("outline-14fyp", "port-cargo"): (2020, 6.36, 6.8, {2023: 6.75, 2025: 6.96}),
    ("services-14fyp", "services-value-added"): (
        *(2020, 18141, 25000),
        {2021: 20202.89, 2022: 20611.4, 2023: 22262.24, 2024: 22858.58, 2025: 24012.17},
    ),
    ("commerce-14fyp", "goods-trade"): (
        *(2020, 9530.1, 11000),
        {2021: 10825.9, 2022: 10948.4, 2023: 10914.28, 2024: 11238.38, 2025: 12407.24},
    ),
    ("outline-14fyp", "life-expectancy"): (2019, 82.5, 83, {2021: 83.18, 2025: 83.8}),
}


@pytest.mark.parametrize("key", LEVELS)
def test_levels_by_a_second_path(tables: dict[int, pd.DataFrame], key: tuple[str, str]) -> None:
    """Shares, rates and both statuses from the published digits, by rules written out again."""
    start, base, target, values = LEVELS[key]
    for year, value in values.items():
        row = cell(tables, year, *key)
        done, time = (value - base) / (target - base), (year - start) / (2025 - start)
        ratio = ((value / base) ** (1 / (year - start)) - 1) / (
            (target / base) ** (1 / (2025 - start)) - 1
        )
        assert (row["value_year"], row["value"]) == (year, value)
        assert row["time_share"] == pytest.approx(time, abs=1e-6)
        assert row["progress_share"] == pytest.approx(done, abs=1e-6)
        assert row["cagr_ratio"] == pytest.approx(ratio, abs=1e-5)
        if year == 2025:
            status = "met" if value >= target else "missed"
        elif value >= target:
            status = "achieved"
        elif done < 0:
            status = "moving_away"
        else:
            pace = done / time
            status = "ahead" if pace >= 1.2 else "on_track" if pace >= 0.95 else "behind"
        assert row["status"] == status
        steps = ["significant", "moderate", "insufficient", "away"]
        bounds = [ratio >= 0.95, ratio >= 0.6, ratio >= 0, True]
        assert row["status_cagr"] == steps[bounds.index(True)]
        good = status in {"met", "achieved", "ahead", "on_track"}
        assert row["methods_agree"] == (good == (ratio >= 0.95))


GDP = [1.081, 1.010, 1.046, 1.021, 1.040]
RETAIL = [1.098, 1.017, 1.067, 11055.77 / 11012.62, 1.055]


@pytest.mark.parametrize(
    ("table_id", "series", "factors", "target"),
    [
        ("outline-14fyp", "gdp-growth-real", GDP, 1.06),
        ("commerce-14fyp", "retail-sales", RETAIL, 1.053),
    ],
)
def test_growth_by_a_second_path(
    tables: dict[int, pd.DataFrame], table_id: str, series: str, factors: list[float], target: float
) -> None:
    for count, year in enumerate(YEARS, start=1):
        row = cell(tables, year, table_id, series)
        grown = math.prod(factors[:count])
        assert row["value"] == pytest.approx(100 * (grown ** (1 / count) - 1), abs=1e-5)
        share = math.log(grown) / math.log(target**5)
        assert row["progress_share"] == pytest.approx(share, abs=1e-5)
        if year < 2025:
            needed = 100 * ((target**5 / grown) ** (1 / (5 - count)) - 1)
            assert row["required_pace"] == pytest.approx(needed, abs=1e-4)
    assert cell(tables, 2025, table_id, series)["status"] == "missed"


def test_new_jobs_are_proven_by_a_lower_bound(tables: dict[int, pd.DataFrame]) -> None:
    row = cell(tables, 2025, "outline-14fyp", "new-urban-jobs")
    assert row["value"] == pytest.approx(33.55 + 30.72 + 33.01 + 35)
    assert row["status"] == "met" and "missing_years:2024" in codes(row)
    before = cell(tables, 2023, "outline-14fyp", "new-urban-jobs")
    assert before["required_pace"] == pytest.approx((110 - 97.28) / 2)
    assert before["required_pace_unit"] == "万人/yr"


def test_foreign_investment_is_a_partial_sum(tables: dict[int, pd.DataFrame]) -> None:
    row = cell(tables, 2025, "commerce-14fyp", "fdi-used-cny")
    assert row["value"] == pytest.approx(543.26 + 230.9 + 251.9)
    assert row["status"] == "" and not row["comparable"]
    assert codes(row) == ["missing_years:2022,2023", "definition_doubtful:2022"]


def test_two_definitions_are_not_joined(tables: dict[int, pd.DataFrame]) -> None:
    for table_id, series in [
        ("outline-14fyp", "digital-core-share"),
        ("outline-14fyp", "urbanisation-rate"),
        ("commerce-14fyp", "belt-road-trade-share"),
        ("services-14fyp", "software-revenue"),
    ]:
        row = cell(tables, 2025, table_id, series)
        assert row["status"] == "" and not row["comparable"] and pd.isna(row["progress_share"])


def test_nominal_incomes_are_not_compared_with_real_growth(
    tables: dict[int, pd.DataFrame],
) -> None:
    for series in ("urban-income", "rural-income"):
        row = cell(tables, 2023, "outline-14fyp", series)
        assert {"target_in_words", "nominal_not_real"} <= set(codes(row))
        assert row["status"] == "" and not row["comparable"]


def test_every_row_has_a_status_or_a_reason(tables: dict[int, pd.DataFrame]) -> None:
    for table in tables.values():
        assert len(table) == 28 + 7 + 15
        assert (table.loc[table["status"] == "", "reason"] != "").all()
        assert (table.loc[table["comparable"] == False, "status"] == "").all()  # noqa: E712
        assert table["progress_share"].isna().sum() < len(table)
    final = tables[2025]
    assert set(final["status"]) == {"met", "missed", ""}
    assert final["required_pace"].isna().all()


def test_one_series_in_two_tables_has_one_status(tables: dict[int, pd.DataFrame]) -> None:
    for table in tables.values():
        for series in ("port-containers", "airport-cargo"):
            assert len(set(table.loc[table["series_id"] == series, "status"])) == 1


def test_the_cut_off_is_a_parameter_of_the_table() -> None:
    strict = Settings(cutoffs=Cutoffs(on_track=1.0))
    row = follow({"level": {2022: 119.5}}, 2022, settings=strict)
    assert (row["status"], follow({"level": {2022: 119.5}}, 2022)["status"]) == (
        "behind",
        "on_track",
    )
