"""Projections, against closed forms, second paths and the record of their own errors."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.tsa.forecasting.theta import ThetaModel

from analysis.measures.bases import BASIS_COLUMNS, projection_basis
from analysis.measures.calibration import (
    CALIBRATION_COLUMNS,
    calibration_of,
    calibration_table,
    errors_until,
    judged_cases,
    reliability_table,
    rolling_errors,
)
from analysis.measures.forecast import attainment, project_window, widths_by_model
from analysis.measures.outlook import COLUMNS, projection_table
from analysis.measures.projection import (
    CORE,
    DAMPING_BOUNDS,
    INCREMENT,
    LOG,
    LOG_RATE,
    LOGIT,
    MODELS,
    Floats,
    drift,
    ets_damped,
    fill_gaps,
    paths,
    recent_mean,
    scale_of,
    theta,
    unsteadiness,
)
from analysis.measures.widths import BAND_EDGES, Widths, band_of, pooled_widths
from analysis.measures.windows import (
    Ruling,
    Settings,
    Window,
    all_segments,
    target_window,
)
from analysis.observed.breaks import load_breaks
from analysis.observed.plan_values import load_known
from analysis.observed.vintage import choose
from analysis.registry import Registry

AS_OF = 2025
series_lists = st.lists(st.floats(-3, 3), min_size=4, max_size=12)
shares = st.lists(st.floats(1, 99), min_size=4, max_size=9)


@pytest.fixture(scope="module")
def data(
    registry: Registry, targets: pd.DataFrame, notes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return choose(load_known(registry, targets, notes), AS_OF), load_breaks(registry)


@pytest.fixture(scope="module")
def errors(targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    observed, breaks = data
    return errors_until(observed, breaks, AS_OF, Settings())


@pytest.fixture(scope="module")
def table(targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return projection_table(targets, *data, AS_OF)


@pytest.fixture(scope="module")
def basis(targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return projection_basis(targets, *data, AS_OF).set_index(["table_id", "series_id"])


def window(
    values: list[float] | Floats, measure: str = "level", first: int = 2010, name: str = "one"
) -> Window:
    years = np.arange(first, first + len(values))
    return Window(name, measure, "%" if measure == "share" else "x", years, np.array(values), "")


def walks(number: int, length: int, seed: int = 1) -> list[Window]:
    """Random walks with drift in logs, each with its own drift and spread."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(number):
        steps = rng.normal(rng.normal(0.05, 0.03), rng.uniform(0.01, 0.1), length)
        found.append(window(100 * np.exp(np.cumsum(steps)), name=f"walk-{k:02}"))
    return found


# -- the models, against what is published about them --------------------------------------------


def test_drift_extends_the_line_from_first_to_last() -> None:
    path = drift([2.0, 3.0, 7.0, 8.0], 3)
    assert path.centre == pytest.approx([10, 12, 14])


def test_drift_spread_is_that_of_simulated_walks() -> None:
    """Hyndman & Athanasopoulos 5.5: σ √(h (1 + h/(T − 1))), the drift being estimated too."""
    rng = np.random.default_rng(7)
    steps = rng.normal(0.3, 1.0, (20000, 13))
    known, ahead = steps[:, :8], steps[:, 8:].cumsum(axis=1)
    h = np.arange(1, 6)
    missed = ahead - h * known.mean(axis=1, keepdims=True)
    assert missed.std(axis=0) == pytest.approx(np.sqrt(h * (1 + h / 8)), rel=0.03)
    one = np.concatenate([[0.0], known[0].cumsum()])
    assert drift(one, 5).sd == pytest.approx(known[0].std(ddof=1) * np.sqrt(h * (1 + h / 8)))


def test_recent_mean_is_the_drift_of_the_last_five_changes() -> None:
    values = [0.0, 50.0, 1.0, 2.0, 3.0, 4.0, 11.0]
    assert recent_mean(values, 2).centre == pytest.approx([11 + (11 - 50) / 5, 11 - 2 * 39 / 5])


@settings(deadline=None, max_examples=25)
@given(series_lists)
def test_theta_is_the_mean_of_its_two_lines(values: list[float]) -> None:
    """Assimakopoulos & Nikolopoulos 2000: the trend line, and the smoothed line of doubled
    curvature; Hyndman & Billah 2003 showed that this is smoothing with half the trend as drift."""
    series = np.array(values) + 0.3 * np.arange(len(values))
    slope, start = np.polyfit(np.arange(len(series)), series, 1)
    alpha = float(ThetaModel(series, deseasonalize=False).fit().params["alpha"])
    line = start + slope * np.arange(len(series) + 4)
    doubled = 2 * series - line[: len(series)]
    level = doubled[0]
    for value in doubled:
        level = alpha * value + (1 - alpha) * level
    expected = (line[len(series) :] + level) / 2
    assert theta(series, 4).centre == pytest.approx(expected, abs=1e-6)


def test_theta_grows_by_half_the_slope() -> None:
    series = 1.5 * np.arange(9.0)
    assert np.diff(theta(series, 6).centre) == pytest.approx(0.75)


def test_theta_without_smoothing_keeps_the_trends_past() -> None:
    """The library's own path drops it at a smoothing parameter of zero."""
    series = np.array([0.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 0.5])
    fit = ThetaModel(series, deseasonalize=False).fit()
    assert float(fit.params["alpha"]) < 1e-3
    slope = float(fit.params["b0"])
    assert theta(series, 1).centre[0] == pytest.approx(slope / 2 * len(series), abs=0.02)


@settings(deadline=None, max_examples=25)
@given(series_lists)
def test_damped_trend_levels_off(values: list[float]) -> None:
    """Each yearly step is the one before times φ, so the path has a limit."""
    steps = np.diff(ets_damped(np.array(values) + 0.5 * np.arange(len(values)), 60).centre)
    if abs(steps[0]) < 1e-6:
        return
    phi = steps[1:] / steps[:-1]
    assert phi == pytest.approx(phi[0], rel=1e-3)
    assert DAMPING_BOUNDS[0] - 1e-6 <= phi[0] <= DAMPING_BOUNDS[1] + 1e-6
    assert abs(steps[-1]) < abs(steps[0])
    assert abs(steps.sum()) <= abs(steps[0]) / (1 - phi[0]) + 1e-6


def test_median_is_the_middle_path() -> None:
    found = paths(np.arange(2010, 2018), np.log([5, 6, 6.5, 8, 8.1, 9, 12, 11.0]), 5)
    stacked = np.sort([found[name].centre for name in CORE], axis=0)
    assert found["median"].centre == pytest.approx(stacked[1])
    assert set(found) == set(MODELS)


def test_a_flat_series_stays_flat() -> None:
    found = paths(np.arange(2010, 2015), np.full(5, 3.0), 4)
    assert all(path.centre == pytest.approx(3.0) for path in found.values())


def test_gaps_are_bridged_on_the_model_scale() -> None:
    years = np.array([2010, 2012, 2013])
    assert fill_gaps(years, [1.0, 3.0, 7.0]) == pytest.approx([1, 2, 3, 7])


# -- scales --------------------------------------------------------------------------------------


@given(st.floats(0.001, 99.999))
def test_scales_lead_back(value: float) -> None:
    for scale in (LOG, LOGIT, INCREMENT, LOG_RATE):
        there = scale.forward(np.array([value]))
        assert scale.inverse(there)[0] == pytest.approx(value, rel=1e-9)


def test_scale_by_type() -> None:
    assert scale_of("level") is LOG and scale_of("share", "%") is LOGIT
    assert scale_of("cumulative", "%") is LOG_RATE and scale_of("cumulative", "亿元") is INCREMENT
    with pytest.raises(ValueError, match="no scale"):
        scale_of("growth")


def test_log_rates_chain_declines() -> None:
    """Qinghai statistics bureau 2009: +1.51, −2.20, −4.18 % are −4.87 % together."""
    rates = LOG_RATE.forward(np.array([-1.51, 2.20, 4.18]))
    assert round(float(LOG_RATE.inverse(np.array([rates.sum()]))[0]), 2) == 4.87


# -- properties ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool() -> dict[str, Widths | None]:
    return widths_by_model(rolling_errors(walks(12, 10), Settings()))


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.floats(10, 1000), min_size=4, max_size=10), st.sampled_from([1e-3, 1.0, 7.3, 1e5])
)
def test_units_do_not_matter(
    pool: dict[str, Widths | None], values: list[float], factor: float
) -> None:
    plain = project_window(window(values), 2025, pool, Settings())
    other = project_window(window([factor * value for value in values]), 2025, pool, Settings())
    for model, projection in plain.items():
        for name, numbers in projection.values.items():
            ratio = other[model].values[name] / numbers
            assert ratio == pytest.approx(factor, rel=2e-2 if "damped" in model else 1e-2)


@settings(deadline=None, max_examples=20)
@given(shares)
def test_shares_stay_between_0_and_100_and_widths_grow(
    pool: dict[str, Widths | None], values: list[float]
) -> None:
    assume(np.ptp(values) > 0.01)
    share = window(values, "share")
    for model, projection in project_window(share, 2026, pool, Settings()).items():
        low95, low80, mean, high80, high95 = (
            projection.values[name] for name in ("lo95", "lo80", "mean", "hi80", "hi95")
        )
        stacked = np.array([low95, low80, mean, high80, high95])
        assert (np.diff(stacked, axis=0) >= -1e-9).all() and (stacked >= 0).all()
        assert (stacked <= 100).all()
        half = LOGIT.forward(np.clip(high80, 1e-9, 100 - 1e-9)) - projection.course.centre
        if "textbook" not in model and high80.max() < 99.99:
            assert (np.diff(half) >= -1e-6).all()


@given(st.floats(-5, 5), st.integers(1, 20))
def test_probability_agrees_with_intervals(
    pool: dict[str, Widths | None], distance: float, horizon: int
) -> None:
    widths = pool["median"]
    assert widths is not None
    for level, outside in [(80, 0.1), (95, 0.025)]:
        half = widths.half_width(horizon, level)
        assert widths.probability_above(half, horizon) == pytest.approx(outside)
        assert widths.probability_above(-half, horizon) == pytest.approx(1 - outside)
    p = widths.probability_above(distance, horizon)
    assert 0 < p < 1
    assert p >= widths.probability_above(distance + 0.5, horizon)


def test_a_target_of_less_is_met_from_above(pool: dict[str, Widths | None]) -> None:
    falling = window([50.0, 44.0, 41.0, 36.0, 33.0, 30.0])
    path = project_window(falling, 2018, pool, Settings())["median"].course
    up, down = (
        attainment(falling, path, pool["median"], 28.0, way, Settings()) for way in ("up", "down")
    )
    assert up + down == pytest.approx(1.0) and down[-1] > 0.5
    neutral = attainment(falling, path, pool["median"], 28.0, "neutral", Settings())
    assert np.isnan(neutral).all()


def test_bands() -> None:
    low, high = BAND_EDGES
    assert band_of([low - 1e-9, low, high, high + 1e-9, np.nan]) == [
        *("unlikely", "even", "even", "likely", "")
    ]


def test_widths_need_errors_of_several_series() -> None:
    few = rolling_errors(walks(4, 12), Settings())
    assert pooled_widths(few[few["model"] == "median"]) is None


def test_spread_rises_beyond_the_pool_as_a_random_walk() -> None:
    widths = Widths(np.array([1.0, 2.0]), np.array([0.5, 1.0]), {})
    assert widths.spread([1, 2, 8]) == pytest.approx([1, 2, 4])


# -- which points count --------------------------------------------------------------------------


def observe(
    values: dict[int, float], measure: str = "level", unit: str = "x", **known: str
) -> pd.DataFrame:
    frame = pd.DataFrame({"year": list(values), "value": list(values.values())})
    return frame.assign(
        series_id="one", measure=measure, unit=unit, comparator=known.get("comparator", "=")
    )


NO_BREAKS = pd.DataFrame({"series_id": [], "year": [], "kind": []})
STEADY = {year: 100.0 + 3 * (year - 2010) + (year % 3) for year in range(2010, 2026)}


def take(observed: pd.DataFrame, breaks: pd.DataFrame = NO_BREAKS, **choices: object) -> Window:
    settings = replace(Settings(), **choices)  # type: ignore[arg-type]
    return target_window(observed, breaks, "one", "level", "x", AS_OF, settings)


@pytest.mark.parametrize(
    "kind", ["base_revision", "definition_change", "definition_doubt", "survey_change", "census"]
)
def test_a_break_cuts_the_series(kind: str) -> None:
    breaks = pd.DataFrame({"series_id": ["one", "one"], "year": [2014, 2019], "kind": [kind] * 2})
    assert list(take(observe(STEADY), breaks).years) == list(range(2019, 2026))


@pytest.mark.parametrize("kind", ["vintage", "source_mismatch", "rounding", "currency"])
def test_other_breaks_do_not_cut(kind: str) -> None:
    breaks = pd.DataFrame({"series_id": ["one"], "year": [2019], "kind": [kind]})
    assert take(observe(STEADY), breaks).n == len(STEADY)


def test_floors_are_not_points() -> None:
    assert take(observe(STEADY, comparator=">")).reason == "bounds_only"
    assert take(observe(STEADY, comparator="~")).n == len(STEADY)


def test_other_units_are_not_converted() -> None:
    assert take(observe(STEADY, unit="y")).reason == "other_unit"


def test_reasons_of_no_path() -> None:
    assert take(observe({})).reason == "no_value"
    assert take(observe({2024: 1.0, 2025: 2.0})).reason == "too_few"
    assert take(observe({2010: 0.0, 2024: 1.0, 2025: 2.0})).reason == "too_few"


def test_pandemic_years_can_be_left_out() -> None:
    kept, left = take(observe(STEADY)), take(observe(STEADY), pandemic="exclude")
    assert set(kept.years) - set(left.years) == {2020, 2021, 2022}


def test_rulings_settle_what_the_list_leaves_open() -> None:
    breaks = pd.DataFrame({"series_id": ["one"], "year": [2018], "kind": ["base_revision"]})
    after = (Ruling("one", 2018, "cut_after", ""),)
    together = (Ruling("one", 2018, "keep_together", ""),)
    assert take(observe(STEADY), breaks).years[0] == 2018
    assert take(observe(STEADY), breaks, rulings=after).years[0] == 2019
    assert take(observe(STEADY), NO_BREAKS, rulings=after).years[0] == 2019
    assert take(observe(STEADY), breaks, rulings=together).years[0] == 2010


def test_segments_never_cross_a_break() -> None:
    breaks = pd.DataFrame({"series_id": ["one"], "year": [2018], "kind": ["census"]})
    parts = list(all_segments(observe(STEADY), breaks, AS_OF, Settings()))
    assert [(part.years[0], part.years[-1]) for part in parts] == [(2010, 2017), (2018, 2025)]


# -- the plan's own series -----------------------------------------------------------------------


def test_what_can_be_projected_at_2025(basis: pd.DataFrame) -> None:
    assert list(basis.reset_index()[BASIS_COLUMNS]) == BASIS_COLUMNS
    points = basis[basis["has_path"]]["n"].groupby("series_id").first().to_dict()
    assert set(points) == {
        *("airport-cargo", "airport-passengers", "goods-trade", "good-air-days-share"),
        *("life-expectancy", "physicians-per-1000", "port-cargo"),
        *("rd-intensity", "services-value-added", "strategic-emerging-share"),
        *("urbanisation-rate", "gdp-growth-real", "retail-sales"),
    }
    assert (basis["has_probability"] <= basis["has_path"]).all()
    assert basis.loc[("services-14fyp", "services-value-added"), "segment_from"] == 2019
    assert basis.loc[("outline-14fyp", "urbanisation-rate"), "segment_from"] == 2020
    assert basis.loc[("outline-14fyp", "port-containers"), "last_year"] == 2023
    assert basis.loc[("outline-14fyp", "port-containers"), "reason"] == "newer_bound"
    assert basis.loc[("outline-14fyp", "digital-core-share"), "reason"] == "too_few"
    assert basis.loc[("commerce-14fyp", "exhibition-area"), "reason"] == "too_few"
    assert basis.loc[("outline-14fyp", "railway-freight"), "reason"] == "too_old"
    assert basis.loc[("outline-14fyp", "new-urban-jobs"), "reason"] == "sum_in_parts"


def test_the_tables_columns_and_models(table: pd.DataFrame, basis: pd.DataFrame) -> None:
    assert list(table.columns) == COLUMNS
    keys = ["series_id", "table_id", "year", "model"]
    assert not table.duplicated(keys).any()
    assert set(table["model"]) == {
        *MODELS,
        *(f"{model}_textbook" for model in (*CORE, "median")),
        "median_pandemic_excluded",
    }
    last = table.groupby("series_id")["year"].max()
    no_value_of_2025 = {"rd-intensity", "physicians-per-1000"}
    assert set(last[last == 2025].index) == no_value_of_2025
    assert (last.drop(list(no_value_of_2025)) == 2030).all()
    beside = table.pivot_table(index=keys[:3], columns="model", values="mean")
    assert beside[["median", "recent_mean"]].notna().all().all()
    with_p = table[table["p_attain"].notna()]
    assert set(with_p["model"]) == {"median"}
    enough = basis[basis["has_probability"]].index
    assert set(with_p.set_index(["table_id", "series_id"]).index) == set(enough)
    assert (table["p_band"] == band_of(table["p_attain"])).all()
    assert with_p["p_attain"].between(0.0005, 0.9995).all()


def test_no_interval_from_three_points(table: pd.DataFrame) -> None:
    own = table[table["series_id"] == "physicians-per-1000"]
    assert own["mean"].notna().all()
    assert own[["lo80", "hi80", "lo95", "hi95"]].isna().all(axis=None)


def test_no_path_where_a_newer_floor_lies_above_it(
    targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame], table: pd.DataFrame
) -> None:
    """Containers of 2025 are stated as over 2800; the last exact value is 2541 of 2023."""
    assert "port-containers" not in set(table["series_id"])
    assert "port-containers" in set(projection_table(targets, *data, 2024)["series_id"])


def test_a_floor_below_the_last_point_only_takes_the_chance_of_its_year() -> None:
    rows = observe(STEADY)
    floor = rows[rows["year"] == 2025].assign(comparator=">", value=0.5)
    known = pd.concat([rows[rows["year"] < 2025], floor])
    assert take(known).reason == ""
    assert take(known.assign(value=known["value"].mask(known["year"] == 2025, 1e6))).reason == (
        "newer_bound"
    )


def test_the_horizon_ends_with_the_target_until_it_is_in(
    targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    early = projection_table(targets, *data, 2023)
    assert early["year"].max() == 2025


def test_the_pandemic_matters_where_it_should(table: pd.DataFrame) -> None:
    at_2030 = table[table["year"] == 2030].drop_duplicates(["series_id", "model"])
    high = at_2030.pivot_table(index="series_id", columns="model", values="hi80")
    assert high.loc["airport-passengers", "median"] > (
        1.2 * high.loc["airport-passengers", "median_pandemic_excluded"]
    )


def test_the_same_twice(
    targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame], table: pd.DataFrame
) -> None:
    observed, breaks = data
    again = projection_table(targets, observed.sample(frac=1, random_state=3), breaks, AS_OF)
    pd.testing.assert_frame_equal(again, table)


def test_nothing_after_as_of_is_used(
    targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    observed, breaks = data
    later = observed["year"] > 2022
    poisoned = observed.assign(value=observed["value"].mask(later, 1e-3))
    late_breaks = pd.concat(
        [breaks, breaks.assign(year=2024, kind="census").drop_duplicates("series_id")]
    )
    for make in (projection_table, projection_basis):
        expected = make(targets, observed[~later], breaks, 2022)
        pd.testing.assert_frame_equal(expected, make(targets, poisoned, late_breaks, 2022))
    judged = calibration_table(observed, breaks, 2022)
    pd.testing.assert_frame_equal(judged, calibration_table(poisoned, late_breaks, 2022))


def test_one_series_costs_little_more_than_its_fits(pool: dict[str, Widths | None]) -> None:
    one = walks(1, 12)[0]
    series = np.log(one.values)

    def fastest(work: Callable[[], object]) -> float:
        best = math.inf
        for _ in range(5):
            start = time.perf_counter()
            work()
            best = min(best, time.perf_counter() - start)
        return best

    fits = fastest(lambda: (ets_damped(series, 5), theta(series, 5)))
    whole = fastest(lambda: project_window(one, 2026, pool, Settings()))
    assert whole < 5 * fits


# -- calibration: benchmarks that can fail -------------------------------------------------------


def overall(calibration: pd.DataFrame, interval: str, model: str = "median") -> pd.Series:
    rows = calibration[
        (calibration["horizon"] == 0)
        & (calibration["interval"] == interval)
        & (calibration["model"] == model)
    ]
    return rows.iloc[0]


@pytest.mark.parametrize("pandemic", ["keep", "exclude"])
def test_pooled_intervals_cover_better_than_textbook_ones(
    targets: pd.DataFrame, data: tuple[pd.DataFrame, pd.DataFrame], pandemic: str
) -> None:
    chosen = Settings(pandemic=pandemic)  # type: ignore[arg-type]
    calibration = calibration_table(*data, AS_OF, chosen)
    assert list(calibration.columns) == CALIBRATION_COLUMNS
    for model in (*CORE, "median"):
        pooled = overall(calibration, "pooled", model)
        textbook = overall(calibration, "textbook", model)
        for column, nominal in [("coverage80", 0.80), ("coverage95", 0.95)]:
            assert abs(pooled[column] - nominal) < abs(textbook[column] - nominal)
            assert abs(pooled[column] - nominal) < 0.06
    median = overall(calibration, "pooled")
    assert median["n"] >= 100 and median["series"] >= 10
    assert median["brier"] < 0.2
    assert median["brier"] < overall(calibration, "textbook")["brier"] + 0.005


def test_coverage_by_a_second_path(errors: pd.DataFrame) -> None:
    """Leave one series out, in plain loops."""
    cases = errors[errors["model"] == "median"]
    inside = 0
    for series_id, mine in cases.groupby("series_id"):
        others = cases[cases["series_id"] != series_id]
        size = ((others["actual"] - others["centre"]) / others["unit"]).abs()
        sums: dict[int, list[float]] = {}
        for h, value in zip(others["horizon"], size, strict=True):
            sums.setdefault(h, []).append(value)
        spread: list[float] = []
        for h in range(1, 20):
            sources = others.loc[others["horizon"] == h, "series_id"].nunique()
            if len(sums.get(h, [])) < 10 or sources < 5:
                break
            spread.append(float(np.mean(sums[h])))
        blocks = [[value, len(sums[h + 1]), 1] for h, value in enumerate(spread)]
        at = 0
        while at < len(blocks) - 1:
            if blocks[at][0] > blocks[at + 1][0]:
                (a, n, k), (b, m, j) = blocks[at], blocks.pop(at + 1)
                blocks[at] = [(a * n + b * m) / (n + m), n + m, k + j]
                at = max(at - 1, 0)
            else:
                at += 1
        risen = [value for value, _, times in blocks for _ in range(int(times))]

        def at_horizon(h: int, risen: list[float] = risen) -> float:
            return risen[h - 1] if h <= len(risen) else risen[-1] * math.sqrt(h / len(risen))

        ratios = sorted(
            value / at_horizon(h) for h, value in zip(others["horizon"], size, strict=True)
        )
        place = 0.8 * (len(ratios) + 1) - 1
        low = int(place)
        limit = ratios[low] + (place - low) * (ratios[low + 1] - ratios[low])
        for case in mine.itertuples():
            inside += abs(case.actual - case.centre) <= limit * case.unit * at_horizon(case.horizon)
    table = calibration_of(errors, AS_OF, Settings())
    assert inside / len(cases) == pytest.approx(overall(table, "pooled")["coverage80"], abs=1e-6)


def test_a_series_is_not_judged_by_its_own_errors(errors: pd.DataFrame) -> None:
    name = "airport-passengers"
    own = errors["series_id"] == name
    doubled = errors.assign(actual=errors["actual"].mask(own, errors["actual"] + 9))
    for model, widths in widths_by_model(errors, name).items():
        same = widths_by_model(doubled, name)[model]
        assert widths is not None and same is not None
        assert widths.sizes == pytest.approx(same.sizes)
    columns = ["series_id", "model", "p50", "p100", "p150"]
    before, after = (
        frame.loc[frame["series_id"] == name, columns]
        for frame in (judged_cases(errors, Settings()), judged_cases(doubled, Settings()))
    )
    pd.testing.assert_frame_equal(before, after)


def test_on_true_random_walks_the_words_are_kept() -> None:
    errors = rolling_errors(walks(30, 9), Settings())
    table = calibration_of(errors, AS_OF, Settings())
    pooled, textbook = (overall(table, kind) for kind in ("pooled", "textbook"))
    for column, nominal in [("coverage80", 0.80), ("coverage95", 0.95)]:
        assert pooled[column] == pytest.approx(nominal, abs=0.03)
        assert abs(pooled[column] - nominal) < abs(textbook[column] - nominal)


def test_likelier_targets_come_true_more_often(errors: pd.DataFrame) -> None:
    table = reliability_table(errors, AS_OF, Settings())
    pooled = table[table["interval"] == "pooled"].set_index("p_band")
    rising = pooled.loc[["unlikely", "even", "likely"], "share_attained"]
    assert rising.is_monotonic_increasing
    assert (pooled["mean_forecast"] - pooled["share_attained"]).abs().max() < 0.15


def test_errors_use_only_what_was_known(errors: pd.DataFrame) -> None:
    assert (errors["year"] == errors["origin"] + errors["horizon"]).all()
    assert (errors["n"] >= 4).all()
    one = walks(1, 9)[0]
    full = rolling_errors([one], Settings())
    cut = rolling_errors([one._replace(years=one.years[:7], values=one.values[:7])], Settings())
    both = full.merge(cut, on=["origin", "year", "model"])
    assert len(both) == len(cut)
    assert both["centre_x"].to_numpy() == pytest.approx(both["centre_y"].to_numpy())


def test_unsteadiness_is_never_zero_for_a_moving_series() -> None:
    assert unsteadiness([1.0, 2.0, 3.0]) == pytest.approx(0.1)
    assert unsteadiness([1.0, 1.0, 1.0]) == 0
