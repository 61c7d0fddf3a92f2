"""What the two plans asked for each year and what was achieved.

Expected rates are computed here from the raw observations and the independent transcription.
"""

import csv
import math
import re

import pandas as pd
import pytest

from analysis.measures.ambition import ambition_table
from analysis.paths import RAW
from analysis.printed.notes import baseline_kind
from analysis.publish import compare, ranking
from analysis.publish.data import PlanData, load_data
from tests.markup import rows_of


@pytest.fixture(scope="module")
def data() -> PlanData:
    return load_data()


@pytest.fixture(scope="module")
def table(data: PlanData) -> pd.DataFrame:
    return compare.ambition(data)


def span(table: pd.DataFrame, table_id: str, series_id: str, role: str) -> "pd.Series[float]":
    rows = table[
        (table["table_id"] == table_id)
        & (table["series_id"] == series_id)
        & (table["role"] == role)
    ]
    assert len(rows) == 1, (table_id, series_id, role)
    return rows.iloc[0]


def raw_value(series_id: str, year: int, source_id: str) -> float:
    with (RAW / "observations.csv").open(encoding="utf-8", newline="") as file:
        found = [
            row["value"]
            for row in csv.DictReader(file)
            if (row["series_id"], row["year"], row["source_id"])
            == (series_id, str(year), source_id)
            and row["measure"] in ("level", "share")
        ]
    assert len(found) == 1
    return float(found[0])


def printed(
    transcription: pd.DataFrame, table_id: str, number: str, component: str, role: str
) -> tuple[float, int]:
    row = transcription[
        (transcription["table_id"] == table_id)
        & (transcription["number"] == number)
        & (transcription["component"] == component)
    ].iloc[0]
    return float(row[f"{role}_value"]), int(row[f"{role}_year"])


def yearly(start: float, end: float, years: int) -> float:
    """Growth by logarithms, another way than the code's."""
    return 100 * math.expm1((math.log(end) - math.log(start)) / years)


LEVELS = [  # series, 13th plan's number, 2015 source, 14th table and number, 2025 source
    ("airport-passengers", "8", "1", "s059", "outline-14fyp", "8", "1", "s018"),
    ("airport-cargo", "8", "2", "s059", "outline-14fyp", "8", "2", "s018"),
    ("port-containers", "9", "2", "s061", "outline-14fyp", "9", "2", "s006"),
    ("life-expectancy", "28", "1", "s138", "outline-14fyp", "22", "1", "s098"),
]


@pytest.mark.parametrize("case", LEVELS, ids=[case[0] for case in LEVELS])
def test_growth_asked_and_achieved_from_the_raw_numbers(
    table: pd.DataFrame, transcription: pd.DataFrame, case: tuple[str, ...]
) -> None:
    series_id, *before, start_source, table_id, number, component, end_source = case
    start = raw_value(series_id, 2015, start_source)
    aim, aim_year = printed(transcription, "outline-13fyp", before[0], before[1], "target")
    actual, actual_year = printed(transcription, "outline-13fyp", before[0], before[1], "actual")
    base, base_year = printed(transcription, table_id, number, component, "baseline")
    goal, goal_year = printed(transcription, table_id, number, component, "target")
    end = raw_value(series_id, 2025, end_source)
    wanted = {
        ("outline-13fyp", "asked"): yearly(start, aim, aim_year - 2015),
        ("outline-13fyp", "achieved"): yearly(start, actual, actual_year - 2015),
        (table_id, "before"): yearly(start, base, base_year - 2015),
        (table_id, "asked"): yearly(base, goal, goal_year - base_year),
        (table_id, "achieved"): yearly(base, end, 2025 - base_year),
    }
    for (where, role), rate in wanted.items():
        found = span(table, where, series_id, role)
        assert found["pace"] == pytest.approx(rate, abs=1e-6), role
        assert found["reason"] == ""


def test_shares_move_in_points_a_year(table: pd.DataFrame, transcription: pd.DataFrame) -> None:
    start = raw_value("good-air-days-share", 2015, "s072")
    aim, _ = printed(transcription, "outline-13fyp", "18", "1", "target")
    found = span(table, "outline-13fyp", "good-air-days-share", "asked")
    assert (found["pace"], found["pace_unit"]) == (pytest.approx((aim - start) / 5), "pp")
    assert found["comparator"] == ">=" and found["start_source"] == "s072"
    now = span(table, "outline-14fyp", "good-air-days-share", "asked")
    assert now["pace"] == pytest.approx((88 - 90.4) / 5)


def test_no_number_crosses_a_break(table: pd.DataFrame, data: PlanData) -> None:
    """Every pace measured from or to an observed value lies on one side of every break."""
    looked = table[table["start_value"].notna() & table["pace"].notna()]
    looked = looked[(looked["role"] != "asked") | (looked["start_source"] != "printed")]
    assert len(looked) > 20
    harmless = ["source_mismatch", "vintage", "rounding"]
    breaks = data.breaks[~data.breaks["kind"].isin(harmless)]
    joined = looked.merge(breaks, on="series_id")
    inside = (joined["year"] > joined["start_year"]) & (joined["year"] <= joined["end_year"])
    assert joined[inside].empty
    for table_id, series_id, role, code in [
        ("outline-13fyp", "retail-sales", "asked", "base_revised:2018"),
        ("outline-13fyp", "urbanisation-rate", "achieved", "census:2020"),
        ("outline-14fyp", "urbanisation-rate", "achieved", "census:2020"),
        ("services-14fyp", "trillion-clusters", "achieved", "definition_doubtful:2025"),
        ("commerce-14fyp", "goods-trade", "achieved", "base_revised:2023"),
    ]:
        found = span(table, table_id, series_id, role)
        assert pd.isna(found["pace"]) and code in found["reason"].split(";"), series_id


def test_a_cut_by_ruling_is_a_break(data: PlanData) -> None:
    """Services value added is part of GDP: a value of 2015 is on the base before the census."""
    more = data.observed.iloc[[0]].assign(
        series_id="services-value-added", year=2015, value=12086.0, unit="亿元", measure="level"
    )
    kinds = baseline_kind(data.targets, data.notes)
    observed = pd.concat([data.observed, more], ignore_index=True)
    newest = data.progress[data.progress["as_of"] == 2025]
    table = ambition_table(data.targets, kinds, observed, data.breaks, newest)
    found = span(table, "services-14fyp", "services-value-added", "before")
    assert found["reason"] == "base_revised:2018" and pd.isna(found["pace"])
    without = ambition_table(data.targets, kinds, observed, data.breaks, newest, rulings=())
    assert span(without, "services-14fyp", "services-value-added", "before")["pace"] > 0


def test_missing_values_sums_and_words_have_reasons(table: pd.DataFrame) -> None:
    wanted = [
        ("outline-13fyp", "rd-intensity", "asked", "missing_years:2015"),
        ("outline-14fyp", "rd-intensity", "achieved", "missing_years:2025"),
        ("outline-14fyp", "new-urban-jobs", "asked", "five_year_sum"),
        ("outline-14fyp", "urban-income", "asked", "target_in_words"),
    ]
    for table_id, series_id, role, code in wanted:
        assert span(table, table_id, series_id, role)["reason"] == code
    assert (table["pace"].isna() == (table["reason"] != "")).all()


def test_a_floor_stays_a_floor(table: pd.DataFrame) -> None:
    assert span(table, "outline-14fyp", "port-containers", "achieved")["comparator"] == ">"
    assert span(table, "outline-14fyp", "rd-intensity", "asked")["comparator"] == "~"


def test_growth_targets_state_their_own_rate(table: pd.DataFrame, data: PlanData) -> None:
    asked = span(table, "outline-13fyp", "gdp-growth-real", "asked")
    assert (asked["pace"], asked["comparator"]) == (7.5, ">=")
    rates = data.observed[
        (data.observed["series_id"] == "gdp-growth-real")
        & data.observed["year"].between(2021, 2025)
    ]["value"]
    mean = 100 * (math.prod(1 + rate / 100 for rate in rates) ** (1 / 5) - 1)
    achieved = span(table, "outline-14fyp", "gdp-growth-real", "achieved")
    assert achieved["pace"] == pytest.approx(mean, abs=1e-6)


def test_the_page_names_the_observed_start(data: PlanData) -> None:
    markup = compare.pairs_table(data, "en").markup
    rows = {row[0].partition("|")[0]: row for row in rows_of(markup) if len(row) > 1}
    assert len(rows) - 1 == compare.pairs(data)["series_id"].nunique() == 19
    asked = rows["Airport passenger throughput"][1]
    assert asked.startswith("7.70%|from 55.2019 million passengers observed in 2015")
    assert "secondary source" in asked and 'href="sources.html#s059"' in markup
    assert rows["Airport passenger throughput"][3] == "7.38%|2015–2019−4.53%|2015–2020"
    retail = rows["Total retail sales of consumer goods"]
    assert "Not comparable: the base was revised in 2018" in retail[1]


def test_the_summary_and_the_ranking_count_what_they_show(data: PlanData) -> None:
    text = re.sub("<[^>]+>", "", compare.summary(data, "en").markup)
    pattern = r"for (\d+) of them.*less a year in (\d+):.*as much or more in (\d+):"
    known, slower, faster = map(int, re.findall(pattern, text, re.DOTALL)[0])
    assert known == slower + faster == text.count("→")
    rows = rows_of(ranking.ranked_table(data, "en").markup)[1:]
    paces = [float(re.findall(r"[\d.]+", row[2])[0]) for row in rows]
    assert paces == sorted(paces, reverse=True)
    finding = ranking.ranked_finding(ranking.ranked(data), "en")
    shown = [sum(row[column][0] != "—" for row in rows) for column in (3, 4)]
    assert f"Of the 14th plan's {len(rows)} targets" in finding
    assert f"comparable for {shown[0]}," in finding and f"2025 for {shown[1]}," in finding
