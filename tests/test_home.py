"""The front page: the running plan at a glance and one strip per target."""

import re
from collections import Counter

import pandas as pd
import pytest

from analysis.paths import PROCESSED
from analysis.publish import glance, progress, strips
from analysis.publish.data import PlanData, load_data
from analysis.publish.reasons import kind_of
from analysis.publish.sitemap import SERIES
from analysis.publish.strips import Bar, bar_of
from analysis.publish.units import Language


@pytest.fixture(scope="module")
def data() -> PlanData:
    return load_data()


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    """``progress.csv`` read here by itself."""
    return pd.read_csv(PROCESSED / "progress.csv", dtype=str, keep_default_na=False)


def items(markup: str) -> list[str]:
    return re.findall(r'<li class="strip".*?</li>', markup, re.DOTALL)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("as_of", [2022, 2025])
def test_the_glance_counts_what_the_report_holds(
    data: PlanData, raw: pd.DataFrame, as_of: int, language: Language
) -> None:
    markup = glance.glance(data, as_of, language).markup
    sections = markup.split("<section>")[1:]
    for section, attribute in zip(sections, ["binding", "expected"], strict=True):
        rows = raw[(raw["as_of"] == str(as_of)) & (raw["attribute"] == attribute)]
        wanted = Counter(status or "no_status" for status in rows["status"])
        pattern = r'href="\?status=(\w+)&amp;attribute=(\w+)#targets"><span class="value">(\d+)<'
        tiles = re.findall(pattern, section)
        assert {status: int(count) for status, _, count in tiles if count != "0"} == wanted
        assert {name for _, name, _ in tiles} == {attribute}
        assert section.count('<span class="status-') == len(rows)
        lead = [
            int(found) for found in re.findall(r"\d+", section.split("</h3>")[1].split("<ul")[0])
        ]
        assert sorted(lead) == sorted([as_of, len(rows), len(rows) - wanted["no_status"]])
    if as_of == 2025:
        assert "status=missed&amp;attribute=binding" in markup, "none missed is said as well"


def test_the_reasons_add_up_to_what_is_not_judged(data: PlanData) -> None:
    rows = progress.at(data, 2025)
    found = glance.reasons(rows)
    assert sum(found.values()) == (rows["status"] == "no_status").sum()
    assert found["no_value"] == (rows["reason"] == "no_value").sum()


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ("target_in_words;no_value", "target_in_words"),
        ("no_plan_year_value;definition_changed:2021;approximate_value", "broken"),
        ("no_plan_year_value;definition_changed_at_baseline:2020", "no_plan_year_value"),
        ("missing_years:2022,2023;definition_doubtful:2022", "broken"),
        ("missing_years:2022", "missing_years"),
        ("neutral_direction", "other"),
    ],
)
def test_a_reason_comes_down_to_one_kind(codes: str, kind: str) -> None:
    assert kind_of(codes) == kind


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_component_has_a_strip(data: PlanData, raw: pd.DataFrame, language: Language) -> None:
    markup = strips.strips(data, 2025, language).markup
    shown = items(markup)
    rows = raw[raw["as_of"] == "2025"]
    assert len(shown) == len(rows) == 50
    linked = [re.findall(r'href="reports/series-([a-z0-9-]+)\.html"', item) for item in shown]
    assert sorted(link for links in linked for link in links) == sorted(rows["series_id"])
    assert set(rows["series_id"]) <= set(SERIES)
    seen = Counter(
        re.findall(r'data-status="(\w+)" data-attribute="(\w+)" data-document="([\w-]+)"', markup)
    )
    assert seen == Counter(
        (status or "no_status", attribute, table_id)
        for status, attribute, table_id in zip(
            rows["status"], rows["attribute"], rows["table_id"], strict=True
        )
    )
    for item in shown:
        assert item.count('class="status ') == 1
        assert ("bar" in item) <= ('aria-hidden="true"' in item)


def test_a_strip_says_its_numbers(data: PlanData) -> None:
    shown = items(strips.strips(data, 2025, "en").markup)
    text = next(
        re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", item))
        for item in shown
        if "series-airport-passengers" in item
    )
    for part in ("73.39 2019", "83.59 2025", "100.00 2025", "Missed", "million passengers"):
        assert part in text
    missing = next(item for item in shown if "series-forest-cover" in item)
    assert missing.count("no comparable observed value was found") == 2


def test_options_count_their_strips(data: PlanData) -> None:
    markup = strips.strips(data, 2025, "en").markup
    for name in ("status", "attribute", "document", "category"):
        select = re.findall(rf'<select name="{name}">(.*?)</select>', markup, re.DOTALL)[0]
        options = re.findall(r'<option value="([\w-]+)">.*?\((\d+)\)</option>', select)
        assert options
        for value, count in options:
            assert markup.count(f'data-{name}="{value}"') == int(count), (name, value)


ROW = {"measure": "level", "direction": "up", "comparable": "true"}


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ({"baseline_value": 10, "value": 15, "target_value": 20}, Bar(0, 100, 50)),
        ({"baseline_value": 10, "value": 30, "target_value": 20}, Bar(0, 50, 100)),
        ({"baseline_value": 10, "value": 5, "target_value": 20}, Bar(33.3, 100, 0)),
        ({"baseline_value": 90, "value": 95, "target_value": 88}, Bar(28.6, 0, 100)),
        ({"baseline_value": 10, "value": None, "target_value": 20}, Bar(0, 100, None)),
        ({"baseline_value": 10, "value": 15, "target_value": None}, None),
        (
            {"baseline_value": 30, "value": 25, "target_value": 20, "direction": "down"},
            Bar(0, 100, 50),
        ),
        (
            {"baseline_value": 10, "value": 15, "target_value": 20, "comparable": "false"},
            Bar(0, 100, None),
        ),
        (
            {"baseline_value": 9, "value": 3, "target_value": 6, "measure": "growth"},
            Bar(0, 100, 50),
        ),
    ],
)
def test_a_bar_is_drawn_to_scale(numbers: dict[str, float], wanted: Bar | None) -> None:
    assert bar_of({**ROW, **numbers}) == wanted
