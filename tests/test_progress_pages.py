"""The annual reports: the committed table, and what the pages say of it."""

import re
from html import unescape

import pandas as pd
import pytest

from analysis.files import to_csv
from analysis.measures.progress_table import COLUMNS, progress_table
from analysis.observed.breaks import load_breaks
from analysis.observed.plan_values import load_known
from analysis.observed.vintage import choose
from analysis.paths import PROCESSED
from analysis.printed.notes import baseline_kind
from analysis.publish import progress
from analysis.publish.baselines import baselines_table, both_baselines
from analysis.publish.data import PlanData, load_data
from analysis.publish.figures import use_style
from analysis.publish.multiples import chart, in_words, split_at
from analysis.publish.paths import panel
from analysis.publish.progress_cells import share_done
from analysis.publish.reasons import AT_BASELINE, REASONS, reason_text
from analysis.publish.summary import summary
from analysis.publish.units import Language
from analysis.registry import Registry
from tests.markup import rows_of

YEARS = range(2021, 2026)


@pytest.fixture(scope="module")
def data() -> PlanData:
    return load_data()


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(PROCESSED / "progress.csv", dtype=str, keep_default_na=False)


def test_the_committed_table_is_fresh(
    targets: pd.DataFrame, notes: pd.DataFrame, registry: Registry
) -> None:
    kinds = baseline_kind(targets, notes)
    running = targets["table_id"].str.endswith("14fyp")
    observations, breaks = load_known(registry, targets, notes), load_breaks(registry)
    fresh = [
        progress_table(targets[running], kinds[running], choose(observations, year), breaks, year)
        for year in YEARS
    ]
    assert (PROCESSED / "progress.csv").read_text("utf-8") == to_csv(
        pd.concat(fresh, ignore_index=True)
    )


def test_a_block_of_all_components_for_every_year(published: pd.DataFrame) -> None:
    assert list(published.columns) == COLUMNS
    assert published.groupby("as_of").size().to_dict() == {str(year): 50 for year in YEARS}


def test_every_row_has_a_status_or_a_reason(published: pd.DataFrame) -> None:
    silent = published[(published["status"] == "") & (published["reason"] == "")]
    assert silent.empty, silent[["as_of", "series_id"]].to_string()


def test_not_comparable_rows_have_no_status(published: pd.DataFrame) -> None:
    assert (published.loc[published["comparable"] == "false", "status"] == "").all()


def test_nothing_is_met_or_missed_before_the_plan_year(published: pd.DataFrame) -> None:
    running = published[published["as_of"] != "2025"]
    assert not running["status"].isin(["met", "missed"]).any()
    final = published[published["as_of"] == "2025"]
    assert set(final["status"]) == {"met", "missed", ""}


def test_every_reason_has_its_words(published: pd.DataFrame) -> None:
    for text in published["reason"].unique():
        zh, en = reason_text(text, "zh"), reason_text(text, "en")
        assert not re.search("[{}]", zh + en)
        assert not re.search("[一-鿿]", en)
    codes = {code.partition(":")[0] for text in published["reason"] for code in text.split(";")}
    assert {code.removesuffix(AT_BASELINE) for code in codes} - {""} <= set(REASONS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("year", YEARS)
def test_the_summary_counts(
    data: PlanData, published: pd.DataFrame, year: int, language: Language
) -> None:
    """Components, judged and unjudged, counted here from the CSV; numbers by their worst."""
    rows = published[published["as_of"] == str(year)]
    texts = summary(data, year, language).markup.split("</p>")
    for text, attribute in zip(texts, ["binding", "expected"], strict=False):
        part = rows[rows["attribute"] == attribute]
        judged = int((part["status"] != "").sum())
        groups = part.groupby(["table_id", "number"])["status"]
        bad = {"missed", "moving_away", "behind"}
        settled = sum(bool(set(group) & bad) or "" not in set(group) for _, group in groups)
        found = [int(number) for number in re.findall(r"\d+", text)]
        assert found[:4] == [groups.ngroups, len(part), settled, judged]
        assert found[-1] == len(part) - judged
        assert sum(found[4:-1]) == judged


def test_both_baselines_are_judged(data: PlanData) -> None:
    """Physicians 2022 from the yearbook's 3.326: (3.67−3.326)/(4−3.326) is 51 %; due 40 %.

    The printed 3.5 is per resident as estimated before the census: not to be compared.
    """
    found = both_baselines(data, 2022).set_index("series_id")
    physicians, towns = found.loc["physicians-per-1000"], found.loc["urbanisation-rate"]
    assert physicians["progress_share_revised"] == pytest.approx(0.344 / 0.674, abs=1e-6)
    assert (physicians["status_printed"], physicians["status_revised"]) == ("", "ahead")
    assert (towns["status_printed"], towns["status_revised"]) == ("", "behind")
    table = rows_of(baselines_table(data, 2025, "en").markup)
    assert [row[0].partition("|")[0] for row in table[1:]] == [
        "Urbanisation rate, resident population",
        "Licensed physicians (incl. assistants) per 1,000 residents",
    ]
    assert table[1][5].startswith("–") and "Met" in table[1][6]


def test_the_summary_names_what_moved(data: PlanData) -> None:
    """2023 against 2022, read off the table: R&D, ports, air and services moved up, none down."""
    text = summary(data, 2023, "en").markup
    names = ("R&amp;D expenditure", "Port cargo", "Days with good air", "Services value added")
    moved = text.partition("Since the report of the year before, better: ")[2]
    assert all(name in moved for name in names) and "worse" not in moved
    assert (
        "Unlikely to be reached, by projection: GDP growth, real, annual average; Airport passenger"
        in text
    )
    assert "Since the report" not in summary(data, 2021, "en").markup
    assert "Unlikely to be reached" not in summary(data, 2025, "en").markup


@pytest.mark.parametrize("year", YEARS)
def test_the_summary_says_which_values_are_older_than_the_report(
    data: PlanData, published: pd.DataFrame, year: int
) -> None:
    """In 2023 foreign investment is on track by the 2021 value alone, which must be said."""
    rows = published[(published["as_of"] == str(year)) & (published["status"] != "")]
    old = rows[rows["value_year"] != str(year)].drop_duplicates("series_id")
    names = {
        f"{data.registry.series[row.series_id].name_en} ({row.value_year})"
        for row in old.itertuples()
    }
    assert (year != 2023) or "Foreign investment actually used (2021)" in names
    text = unescape(summary(data, year, "en").markup)
    lead = f"Judged by an earlier value, as none of {year} can be used: "
    said = text.partition(lead)[2].partition(".</p>")[0]
    assert set(filter(None, said.split("; "))) == names
    assert (lead in text) == bool(names)


def test_components_are_named_where_they_are_counted(data: PlanData) -> None:
    """11 indicators are 13 components: 6 and 7 must not read as a split of the 11."""
    text = summary(data, 2025, "en").markup
    assert "11 (13 components) can be judged. By component: 6 met, 7 missed." in text
    assert (
        "11项（13个分项）可以判定。按分项计，完成6个、未完成7个。"
        in summary(data, 2025, "zh").markup
    )


def test_missed_is_not_worse_than_behind_once_the_plan_is_over(data: PlanData) -> None:
    """Airport passengers: behind in 2024, missed in 2025, with more passengers than ever since."""
    rows = data.progress[data.progress["series_id"] == "airport-passengers"].set_index("as_of")
    assert (rows.loc[2024, "status"], rows.loc[2025, "status"]) == ("behind", "missed")
    text = summary(data, 2025, "en").markup
    assert "Airport passenger" not in text.partition("Since the report of the year before")[2]


def test_what_two_documents_ask_for_is_said_to_count_twice(data: PlanData) -> None:
    """Containers and air cargo stand in the outline and in the services plan."""
    raw = pd.read_csv(PROCESSED / "targets.csv", dtype=str)
    raw = raw[raw["table_id"].str.endswith("14fyp")]
    counted = raw.groupby("series_id")["table_id"].nunique()
    names = {key: data.registry.series[key].name_en for key in counted[counted > 1].index}
    text = summary(data, 2025, "en").markup
    said = text.partition("Counted once for each document that sets a target: ")[2]
    assert {"port-containers", "airport-cargo"} <= set(names)
    assert set(said.partition(".</p>")[0].split("; ")) == set(names.values())


def test_the_final_account(data: PlanData) -> None:
    rows = progress.at(data, 2025).set_index(["table_id", "series_id"])["status"]
    assert rows["outline-14fyp", "gdp-growth-real"] == "missed"
    assert rows["outline-14fyp", "port-cargo"] == "met"
    assert rows["outline-14fyp", "airport-passengers"] == "missed"
    assert rows["outline-14fyp", "good-air-days-share"] == "met"
    assert rows["services-14fyp", "services-value-added"] == "missed"
    assert rows["commerce-14fyp", "goods-trade"] == "met"
    assert rows["outline-14fyp", "digital-core-share"] == "no_status"
    assert rows["commerce-14fyp", "fdi-used-cny"] == "no_status"


def test_a_row_shows_value_year_and_vintage(data: PlanData) -> None:
    rows = rows_of(progress.progress_table(data, 2023, "outline-14fyp", "en").markup)
    found = {row[1].partition("|")[0]: row for row in rows if len(row) > 1}
    passengers = found["Airport passenger throughput"]
    assert passengers[2] == "73.39|2019"
    assert passengers[3] == "63.1735|2023 · preliminary, secondary source"
    assert passengers[4] == "100.00"
    assert passengers[6].startswith("▼ Moving away")
    pace = 100 * ((10000 / 6317.35) ** 0.5 - 1)
    assert passengers[7] == f"+{pace:.1f}%"
    growth = found["GDP growth, real, annual average"]
    assert growth[2] == "6|5-year mean"
    energy = found["Energy use per unit of GDP, cumulative reduction"]
    assert energy[2] == "19.4|5-year cumulative"
    assert growth[3].startswith("4.53|2021–2023 mean")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_year_renders(data: PlanData, language: Language) -> None:
    use_style()
    for year in YEARS:
        assert "<svg" in progress.paths_figure(data, year, language).markup
        assert len(rows_of(progress.gaps_table(data, year, language).markup)) > 30
        assert len(rows_of(progress.changes_table(data, year, language).markup)) > 1
        table = rows_of(progress.status_table(data, year, language).markup)[1:]
        assert [int(row[-1]) for row in table] == [8, 8, 38, 42]
        for row in table:
            assert sum(int(cell) for cell in row[2:-1]) == int(row[-1])


def test_every_observed_value_leads_to_its_source(data: PlanData) -> None:
    markup = progress.observed_table(data, 2025, "en").markup
    anchors = re.findall(r'<a href="sources\.html#([^"]+)"', markup)
    assert len(anchors) == len(rows_of(markup)) - 1
    assert set(anchors) <= set(data.sources["source_id"])


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.994, "99%"), (0.996, "99%"), (0.9999, "99%"), (1, "100%"), (1.004, "100%"), (-0.1, "−10%")],
)
def test_nothing_is_rounded_up_to_all_done(share: float, shown: str) -> None:
    assert share_done(share, "en") == shown


def test_a_floor_is_one_of_the_share_done_too(data: PlanData) -> None:
    """Containers are known to exceed 28 million in 2025 and no more: at least 100 % is done."""
    rows = rows_of(progress.progress_table(data, 2025, "services-14fyp", "en").markup)
    done = {row[1].partition("|")[0].strip(): row[5] for row in rows if len(row) > 5}
    assert done["Port container throughput"].startswith("≥ 100%")
    assert done["Services value added"].startswith("86%")


def test_a_growth_rate_is_not_taken_for_a_value(data: PlanData) -> None:
    """Foreign investment grew by 10 % in 2021 and came to 54.3 billion: the kind says which."""
    rows = rows_of(progress.observed_table(data, 2025, "en").markup)
    mine = {
        (row[1], row[2].replace("\N{NO-BREAK SPACE}", " "), row[3])
        for row in rows
        if row[0] == "Foreign investment actually used"
    }
    assert {("2021", "10%", "nominal growth"), ("2021", "CNY 54.326 billion", "level")} <= mine


def test_no_share_has_a_tick_above_the_whole(data: PlanData) -> None:
    """With room for the note the axis of good air days ended at 110 %."""
    rows = progress.at(data, 2025).drop_duplicates("series_id").set_index("series_id", drop=False)
    for series_id in ("good-air-days-share", "urbanisation-rate"):
        days = panel(data, rows.loc[series_id].to_dict(), 2025, "en", "Likely", False)
        axis = chart(days, "en").axes[0]
        low, high = axis.get_ylim()
        ticks = [tick for tick in axis.get_yticks() if low <= tick <= high]
        assert len(ticks) > 2
        assert max(ticks) <= 100


def test_small_charts_mark_floors_and_breaks(data: PlanData) -> None:
    """Containers 2025 is a floor; town dwellers before and after the census are no one line."""
    rows = progress.at(data, 2025).drop_duplicates("series_id").set_index("series_id", drop=False)
    boxes = panel(data, rows.loc["port-containers"].to_dict(), 2025, "en", "", False)
    assert (list(boxes.floors.years), boxes.observed.years[-1]) == ([2025], 2023)
    assert "Latest value 2025: >\N{NO-BREAK SPACE}28;" in in_words(boxes, "en")
    growth = in_words(
        panel(data, rows.loc["gdp-growth-real"].to_dict(), 2025, "zh", "", False), "zh"
    )
    assert "最新值 2025: 3.93; 目标值 2025: 约6" in growth
    towns = panel(data, rows.loc["urbanisation-rate"].to_dict(), 2025, "en", "", False)
    parts = split_at(towns.observed, towns.breaks)
    assert [int(part.years[0]) for part in parts] == [2010, 2020]
