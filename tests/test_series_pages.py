"""The page of one series: every value and target it shows, against the raw tables."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.files import to_csv
from analysis.paths import PROCESSED, RAW
from analysis.publish import series, series_tables
from analysis.publish.crosschecks import load_coherence
from analysis.publish.data import PlanData, load_data
from analysis.publish.figures import Plot, use_style
from analysis.publish.sitemap import PAGES, SERIES
from analysis.publish.slices import load_series, write_slices
from analysis.publish.units import Language
from tests.markup import rows_of


@pytest.fixture(scope="module")
def data() -> PlanData:
    use_style()
    return load_data()


def test_every_series_of_the_registry_has_a_page(data: PlanData) -> None:
    pages = {str(page.parameters["indicator"]) for page in PAGES if page.notebook == "series"}
    assert pages == set(SERIES) == set(data.registry.series)


def test_the_finding_says_first_and_last_value_and_the_targets(data: PlanData) -> None:
    """Read off observations.csv and the printed table: 6.75 in 2023, 6.96 in 2025, target 6.8."""
    text = series.finding(data, "port-cargo", 2025, "zh")
    assert text.startswith("2011年")
    assert "2025年6.96亿吨" in text and "2025年目标6.8亿吨，完成" in text
    total = series.finding(data, "fdi-used-cny", 2025, "zh")
    assert "2025年251.9亿元" in total and "2025年五年累计目标2500亿元" in total
    english = series.finding(data, "port-cargo", 2025, "en")
    assert "2025: 696 million tonnes" in english
    assert "target for 2025: 680 million tonnes, met" in english


def test_values_are_those_of_the_raw_file_and_of_the_plans(data: PlanData) -> None:
    raw = pd.read_csv(RAW / "observations.csv", dtype=str, keep_default_na=False)
    for series_id in ("airport-passengers", "gdp", "retail-sales", "fdi-used-cny"):
        download = pd.read_csv(io.StringIO(to_csv(series_tables.values_of(data, series_id))))
        outside = download[~download["source_id"].str.endswith("fyp")]
        own = raw[raw["series_id"] == series_id]
        assert len(outside) == len(own)
        assert sorted(outside["value"]) == pytest.approx(sorted(own["value"].astype(float)))
        assert not download[download["used"]].duplicated(["measure", "year"]).any()
        shown = rows_of(series_tables.values_table(data, series_id, "en").markup)[1:]
        assert len(shown) == len(download)


def test_growth_without_a_price_is_not_called_real(data: PlanData) -> None:
    """The raw file has real growth of containers, cargo and population, as its sources say."""
    for series_id, real in {
        **dict.fromkeys(("port-containers", "port-cargo", "population"), False),
        **dict.fromkeys(("gdp-growth-real", "services-value-added"), True),
    }.items():
        rows = rows_of(series_tables.values_table(data, series_id, "zh").markup)
        assert ("实际增速" in {row[2] for row in rows}) is real


def test_a_target_of_the_prose_alone_is_said_and_not_judged(data: PlanData) -> None:
    """About 3.5 万亿元 of GDP by 2025, outline, line 496; the table asks for growth only."""
    zh = series_tables.targets_table(data, "gdp", 2025, "zh").markup
    en = series_tables.targets_table(data, "gdp", 2025, "en").markup.replace("\xa0", " ")
    assert "规划纲要第496行：2025年约35000亿元" in zh
    assert "plan outline, line 496: about CNY 3,500.0 billion by 2025" in en
    for series_id in ("good-air-days-share", "retail-sales"):
        assert "<li>" not in series_tables.targets_table(data, series_id, 2025, "en").markup


def test_the_cards_of_a_finished_target_say_what_was_reached(data: PlanData) -> None:
    text = re.sub("<[^>]+>", " ", series.summary(data, "gdp", 2025, "en").markup)
    assert "(2020: 2,501.9)" in text


def test_one_value_a_year_is_used_and_a_set_aside_one_says_why(data: PlanData) -> None:
    rows = rows_of(series_tables.values_table(data, "port-containers", "zh").markup)[1:]
    levels = [row for row in rows if row[2] == "绝对量"]
    used = [row[0] for row in levels if row[3] == "采用"]
    assert len(used) == len(set(used)) > 8
    assert sum(row[3].startswith("搁置|") for row in levels) == 3


def test_every_printed_target_of_a_series_is_listed(data: PlanData) -> None:
    printed = pd.read_csv(PROCESSED / "targets.csv", dtype=str, keep_default_na=False)
    aimed = printed[printed["target_raw"] != ""]["series_id"].value_counts()
    for series_id in ("port-containers", "gdp-growth-real", "goods-trade", "life-expectancy"):
        rows = rows_of(series_tables.targets_table(data, series_id, 2025, "en").markup)[1:]
        assert len(rows) == aimed[series_id]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_has_every_part(data: PlanData, language: Language) -> None:
    """Kinds of series: level, share, growth, sum, decline, in words, never observed, no target."""
    kinds = [
        *("goods-trade", "rd-intensity", "gdp-growth-real", "fdi-used-cny", "new-urban-jobs"),
        *("energy-intensity-reduction", "urban-income", "grain-reserve", "metro-length"),
        *("services-share-of-gdp", "retail-sales"),
    ]
    for series_id in kinds:
        parts = [
            series.summary(data, series_id, 2025, language),
            series.figure(data, series_id, 2025, language),
            series_tables.targets_table(data, series_id, 2025, language),
            series_tables.progress_years(data, series_id, language),
            series_tables.projection_table(data, series_id, 2025, language),
            series_tables.values_table(data, series_id, language),
            series_tables.breaks_table(data, series_id, language),
            series_tables.checks_table(load_series(series_id)[1], language),
            series_tables.notes_list(data, series_id, language),
        ]
        for part in parts:
            text = re.sub("<[^>]+>", "", part.markup)
            assert text.strip() and not re.search(r"\bnan\b", text, re.I), series_id


def test_a_reason_stands_once_in_a_row(data: PlanData) -> None:
    """With the status where there is one, else in its own column."""
    seen = set()
    for series_id in ("bonded-logistics-trade", "retail-sales", "fdi-used-cny"):
        for row in rows_of(series_tables.progress_years(data, series_id, "en").markup)[1:]:
            judged = "Not judged" not in row[4]
            seen.add(judged)
            assert (row[6] == "—") == judged
    assert seen == {True, False}


def test_the_chart_shows_the_path_still_required_before_the_target_year(data: PlanData) -> None:
    """From 6317.35 in 2023 to 10000 in 2025, in equal ratios."""
    chart = series.chart_of(data, "airport-passengers", 2023, "zh")
    middle = (6317.35 * 10000) ** 0.5
    assert chart.required.years.tolist() == [2023, 2024, 2025]
    assert chart.required.values == pytest.approx([6317.35, middle, 10000])
    assert max(chart.segments[-1].years) == 2023
    assert len(series.chart_of(data, "airport-passengers", 2025, "zh").required.years) == 0


def test_a_line_is_cut_where_the_base_changes(data: PlanData) -> None:
    chart = series.chart_of(data, "retail-sales", 2025, "en")
    starts = [int(segment.years[0]) for segment in chart.segments]
    assert {2018, 2019, 2025} <= set(starts)
    aim = next(aim for aim in chart.aims if aim.year == 2025)
    assert aim.value == pytest.approx(921.87 * 1.053**5)


def test_a_five_year_sum_is_drawn_as_its_yearly_mean(data: PlanData) -> None:
    chart = series.chart_of(data, "fdi-used-cny", 2025, "zh")
    assert [aim.value for aim in chart.aims] == [500]
    assert chart.aims[0].path.years.tolist() == [2021, 2022, 2023, 2024, 2025]


def test_the_chart_alone_is_an_svg_document(data: PlanData) -> None:
    plot = series.figure(data, "pm25", 2025, "en")
    assert isinstance(plot, Plot)
    assert plot.svg.startswith("<?xml") and plot.svg.rstrip().endswith("</svg>")
    assert "PM2.5" in plot.svg and "xmlns=" in plot.svg


def test_cross_checks_of_a_series_are_those_that_name_it(data: PlanData) -> None:
    """GDP: the prose, two per-capita divisions, nominal growth, shares and employment."""
    table = pd.read_csv(PROCESSED / "coherence.csv", dtype=str, keep_default_na=False)
    prose = pd.read_csv(RAW / "prose.csv", dtype=str).set_index("prose_id")["series_id"]
    named = [
        "/gdp/" in text
        or any(prose[key] == "gdp" for key in re.findall(r"prose/([a-z0-9-]+)", text))
        for text in table["left"] + " " + table["right"]
    ]
    rows = rows_of(series_tables.checks_table(load_series("gdp")[1], "en").markup)[1:]
    assert len(rows) == sum(named) >= 8


@pytest.mark.parametrize("series_id", ["gdp", "fdi-used-cny", "trillion-clusters", "pm25"])
def test_a_page_shows_only_what_its_slice_holds(data: PlanData, series_id: str) -> None:
    """The page is made again when its slice changes: nothing on it may come from elsewhere."""
    own, checks = load_series(series_id)
    assert set(own.known["series_id"]) <= {series_id}
    for part in (
        lambda given: series.summary(given, series_id, 2025, "en"),
        lambda given: series.figure(given, series_id, 2025, "en"),
        lambda given: series_tables.targets_table(given, series_id, 2025, "en"),
        lambda given: series_tables.progress_years(given, series_id, "en"),
        lambda given: series_tables.projection_table(given, series_id, 2025, "en"),
        lambda given: series_tables.values_table(given, series_id, "en"),
        lambda given: series_tables.breaks_table(given, series_id, "en"),
        lambda given: series_tables.notes_list(given, series_id, "en"),
    ):
        assert part(own).markup == part(data).markup
    all_checks = load_coherence()
    of_all = series_tables.checks_table(replace(all_checks, checks=checks.checks), "en")
    assert series_tables.checks_table(checks, "en").markup == of_all.markup


def test_a_slice_holds_the_prose_line_a_check_links_to(tmp_path: Path) -> None:
    write_slices({"gdp": tmp_path / "gdp.json"})
    held = json.loads((tmp_path / "gdp.json").read_text("utf-8"))
    raw = pd.read_csv(RAW / "prose.csv", dtype=str).set_index("prose_id")
    said = held["coherence"]["prose"]
    assert {"outline-gdp-2025"} <= set(said)
    assert all(str(row["line"]) == raw.loc[key, "line"] for key, row in said.items())
    assert set(held["registry"]["series"]) == {"gdp"}


def test_what_another_code_begins_with_is_not_held() -> None:
    """Checks of `gdp` speak of `outline-gdp-2025`, and not of a line called `outline-gdp`."""
    every = load_coherence()
    more = replace(
        every,
        prose={**every.prose, "outline-gdp": {"series_id": "gdp"}},
        lines={**every.lines, ("outline-13fyp", "gd"): 1},
    )
    assert more.about("gdp") == every.about("gdp")
    assert ("outline-13fyp", "gdp") in every.about("gdp").lines


def test_an_unknown_series_is_one_sentence(data: PlanData) -> None:
    with pytest.raises(
        InputError, match=r'indicator="no-such" is not in data/raw/indicators\.toml'
    ):
        data.only("no-such")
