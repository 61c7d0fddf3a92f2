"""The Sources page: every source once, with its anchor, its counts and its address."""

import re
from html import unescape

import pandas as pd
import pytest

from analysis.files import read_table
from analysis.observed.observations import load_observations
from analysis.paths import RAW
from analysis.printed.prose import load_prose
from analysis.publish.data import LANGUAGES, PlanData, load_data
from analysis.publish.sources import (
    count_values,
    documents_table,
    source_link,
    statistics_table,
    summary,
    text_language,
)
from analysis.publish.units import Language

from .markup import rows_of

NAMED = {
    "s032": ("公开代码库", "public repository"),
    "s036": (
        "公报的公开转录 (tjgb.hongheiku.com)",
        "public transcription of communiqués (tjgb.hongheiku.com)",
    ),
    "s078": ("本站推算", "this site's computation"),
    "s019": ("21世纪经济报道(转载)", "21世纪经济报道(reprint)"),
    "s051": ("Nanfang Plus (转载)", "Nanfang Plus (reprint)"),
    "s114": (
        "广州市统计局(政府网附件镜像)",
        "广州市统计局(mirror of a government site's attachment)",
    ),
    "s123": ("文档转载", "document reprint"),
    "s005": ("广州市人大常委会", "广州市人大常委会"),
}
"""Sources of each way to be described, in Chinese and English."""


@pytest.fixture(scope="module")
def data() -> PlanData:
    return load_data()


@pytest.fixture(scope="module")
def counted(data: PlanData) -> pd.DataFrame:
    return count_values(load_observations(data.registry), data.observed, data.sources)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_has_an_anchor_and_its_own_words(
    counted: pd.DataFrame, language: Language
) -> None:
    markup = statistics_table(counted, language).markup
    raw = read_table(RAW / "sources.csv")
    codes = re.findall(r'<tr id="(s\d+)">', markup)
    rows = dict(zip(codes, [row for row in rows_of(markup)[1:] if len(row) == 6], strict=True))
    assert sorted(rows) == sorted(raw["source_id"])
    for source in raw.to_dict("records"):
        code, row = source["source_id"], rows[source["source_id"]]
        assert row[0] == f"{source['title']}|{code} {source['url']}".strip()
        described = re.search("public|page|dataset|reprint|转|镜像", source["publisher"])
        assert described or row[1] == source["publisher"]
        shown = source["date"].replace(" (", "|").replace(")", "")
        if language == "zh":
            shown = re.sub(r"archived (\S+)", r"\1存档", shown)
        assert row[2] == (shown or "—")
    assert {code: rows[code][1] for code in NAMED} == {
        code: names[language == "en"] for code, names in NAMED.items()
    }


def test_counts_are_those_of_the_file(counted: pd.DataFrame, data: PlanData) -> None:
    """Counted again from the lines of the file."""
    lines = read_table(RAW / "observations.csv").to_dict("records")
    for row in counted.to_dict("records"):
        mine = [line for line in lines if line["source_id"] == row["source_id"]]
        assert row["values"] == len(mine)
        assert set(row["vintages"]) == {line["vintage"] for line in mine}
        assert row["mirrored"] == sum("mirror" in line["note"] for line in mine)
        assert 0 <= row["used"] <= row["values"]
    keys = {(line["series_id"], line["measure"], line["year"]) for line in lines}
    aside = read_table(RAW / "set_aside.csv")
    plans = data.observed[data.observed["source_id"].str.endswith("fyp")]
    named = plans[["series_id", "measure", "year"]].astype(str).itertuples(index=False, name=None)
    preferred = len(keys & set(named))
    used = counted["used"].sum()
    assert len(keys) - len(aside) - preferred <= used <= len(keys) - preferred


def test_only_official_addresses_are_linked(counted: pd.DataFrame) -> None:
    markup = statistics_table(counted, "en").markup
    linked = {unescape(address) for address in re.findall(r'<a href="([^"]+)"', markup)}
    assert linked == set(counted[counted["quality"] == "official"]["url"])


def test_the_summary_says_what_could_not_be_read(counted: pd.DataFrame) -> None:
    lines = read_table(RAW / "observations.csv")
    mirrored = lines["note"].str.contains("mirror").sum()
    bare = (read_table(RAW / "sources.csv")["url"] == "").sum()
    for language in LANGUAGES:
        markup = summary(counted, language).markup
        for number in (len(lines), len(counted), mirrored, bare):
            assert re.search(rf"(?<!\d){number}(?!\d)", markup), (language, number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_documents_and_their_tables(data: PlanData, language: Language) -> None:
    prose = load_prose(data.registry)
    markup = documents_table(data, prose, language).markup
    rows = rows_of(markup)[1:]
    assert len(rows) == 4
    assert sum(int(row[4]) for row in rows) == len(prose)
    for spec in data.specs.values():
        assert f'href="printed.html#{spec.table_id}-L{spec.source_lines[0]}"' in markup
        assert getattr(spec.document, f"title_{language}") in unescape(markup)


def test_a_value_leads_to_its_source() -> None:
    row = {"source_id": "s139", "publisher": "广州市统计局", "date": "2026-03"}
    assert source_link(row, "en") == (
        '<a href="sources.html#s139"><span lang="zh-Hans">广州市统计局, 2026-03</span></a>'
    )
    row["publisher"] = "this dataset"
    assert '<span lang="zh-Hans">本站推算, 2026-03</span>' in source_link(row, "zh")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("广州统计年鉴2022 表8-8", "zh-Hans"),
        ("ビジネス短信 広州市", "ja"),
        ("the communiqué", "en"),
    ],
)
def test_a_title_is_in_its_own_language(text: str, language: str) -> None:
    assert text_language(text) == language
