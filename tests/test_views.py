"""The tables and sentences of the pages, read back from their markup.

Expected values come from the independent transcription and from arithmetic written out here.
"""

import html
import re
from decimal import ROUND_HALF_EVEN, Decimal

import pandas as pd
import pytest

from analysis.paths import PROCESSED
from analysis.publish import completion, indicators, outlook, progress, residents, targets
from analysis.publish.data import PlanData, load_data
from analysis.publish.downloads import codes_table, dictionary_table, files_table
from analysis.publish.figures import use_style
from analysis.publish.home import cards
from analysis.publish.sitemap import SERIES
from analysis.publish.units import Language
from tests.markup import rows_of

COMPARE = {"=": "{}", "~": "约{}", ">=": "≥{}", "<=": "≤{}", ">": ">{}", "<": "<{}", "": "—"}
PLAN_YEAR = {("4", "65.1"), ("8", "4377"), ("8", "176"), ("11", "9219"), ("12", "9530")}
PLAN_YEAR |= {("28", "82.9"), ("33", "65")}


@pytest.fixture(scope="module")
def data() -> PlanData:
    return load_data()


def shown(row: dict[str, str], role: str) -> str:
    if row[f"{role}_comparator"] == "text":
        return row["target_text"]
    digits = row[f"{role}_value"].replace("-", "−")
    return COMPARE[row[f"{role}_comparator"]].format(digits)


def test_completion_table_shows_the_printed_values(
    data: PlanData, transcription: pd.DataFrame
) -> None:
    rows = rows_of(completion.completion_tables(data, "outline-13fyp", "zh").markup)[1:]
    body = [row for row in rows if len(row) > 1]
    printed = [row for row in body if "按2020年" not in row[1]]
    by_line: dict[tuple[str, str], list[list[str]]] = {}
    for row in printed:
        by_line.setdefault((row[0], row[-1]), []).append(row)
    outline = transcription[transcription["table_id"] == "outline-13fyp"].to_dict("records")
    assert len(printed) == len(outline) == 47
    for row in outline:
        mine = by_line[row["number"], row["source_line"]].pop(0)
        target, actual = mine[2].partition("|")[0], mine[3]
        assert target == shown(row, "target"), row
        year = "" if row["actual_year"] == "2020" else f"|{row['actual_year']}年"
        assert actual == shown(row, "actual") + year, row
    second = {(row[0], row[3]) for row in body if "按2020年" in row[1]}
    assert second == PLAN_YEAR


def test_a_gap_from_a_bound_is_a_bound(data: PlanData) -> None:
    rows = rows_of(completion.completion_tables(data, "outline-13fyp", "en").markup)
    gaps = {row[1].partition("|")[0]: row[4] for row in rows if len(row) > 1}
    assert gaps["Water use per unit of GDP, cumulative reduction"] == "> +7.6 pp"
    assert gaps["CO2 emissions per unit of GDP, cumulative reduction"] == "≥ 0 pp"
    assert gaps["GDP per capita"] == "about −40"
    assert gaps["Fine particulate matter (PM2.5), annual mean concentration"] == "+7"
    assert gaps["Gross domestic product (GDP)"] == "−298.1"
    assert gaps["Resident population"] == "—"


def test_indicators_in_the_tables_lead_to_their_pages(data: PlanData) -> None:
    shown = {
        "completion": completion.completion_tables(data, "outline-13fyp", "zh"),
        "targets": targets.targets_table(data, "14fyp", "outline-14fyp", "en"),
        "indicators": indicators.indicator_table(data, "commerce-14fyp", "zh"),
        "progress": progress.progress_table(data, 2025, "commerce-14fyp", "en"),
        "gaps": progress.gaps_table(data, 2025, "zh"),
        "outlook": outlook.outlook_table(data, 2025, "zh"),
        "not projected": outlook.not_projected(data, 2025, "en"),
    }
    for name, page in shown.items():
        rows = re.findall(r'<th scope="row".*?</th>', page.markup, re.DOTALL)
        found = [re.findall(r'<a href="series-([a-z0-9-]+)\.html">', row) for row in rows]
        assert found and all(len(links) == 1 for links in found), name
        assert {links[0] for links in found} <= set(SERIES), name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_summary_counts(data: PlanData, language: Language) -> None:
    text = completion.summary(data, "outline-13fyp", language).markup
    first = re.findall(r"\d+", re.sub(r"2\d{3}", "", text.split("</p>")[0]))
    wanted = ["14", "19", "14", "19", "22", "13", "7", "2"]
    assert first == wanted
    second = re.findall(r"\d+", re.sub(r"20\d\d", "", text.split("</p>")[1]))
    assert second == ["12", "8"]
    assert ("货物进出口总额" if language == "zh" else "Merchandise trade") in text.split("</p>")[1]


def test_the_claim_table(data: PlanData) -> None:
    rows = rows_of(completion.claim_table(data, "outline-13fyp", "en").markup)[1:]
    basis = ""
    counted: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        if len(row) == 1:
            basis = row[0]
        else:
            counted[row[0], basis, row[1]] = [int(cell) for cell in row[2:]]
    assert len(counted) == 8
    assert counted["Binding", "As printed", "by indicator"] == [6, 8, 0, 0, 0, 14]
    assert counted["Binding", "As printed", "by component"] == [8, 11, 0, 0, 0, 19]
    assert counted["Indicative", "As printed", "by indicator"] == [8, 5, 7, 1, 1, 22]
    assert counted["Indicative", "By the 2020 value", "by indicator"] == [6, 6, 8, 1, 1, 22]
    assert counted["Indicative", "By the 2020 value", "by component"] == [9, 6, 10, 1, 2, 28]
    for cells in counted.values():
        assert sum(cells[:-1]) == cells[-1]


def test_revised_targets_give_both_targets(data: PlanData) -> None:
    rows = rows_of(completion.revised_table(data, "outline-13fyp", "zh").markup)[1:]
    found = {row[0].partition("|")[0]: row[1:5] for row in rows}
    assert found["森林覆盖率"] == ["42.5", "41.6", "41.6", "−0.9个百分点"]
    assert found["森林蓄积量"] == ["1975.7", "1950", "1954.9", "−20.8"]
    assert found["社会消费品零售总额"] == ["11500", "10500", "9552|2019年", "−1948"]


@pytest.mark.parametrize(
    ("language", "first", "lost"),
    [
        ("zh", ["18", "约14", "约13"], "由完成变为未完成的是：城市人均公园绿地面积（约17 < 18）"),
        (
            "en",
            ["180", "about 140", "about 130"],
            "18 million people, an estimate made before the census, which counted 18.6766 million",
        ),
    ],
)
def test_figures_per_resident_change_their_denominator(
    data: PlanData, language: Language, first: list[str], lost: str
) -> None:
    """14 · 1800 / 1867.66 is 13.49 in ten thousand CNY, about 130 in thousand."""
    shown = residents.residents_table(data, "outline-13fyp", language)
    rows = [row for row in rows_of(shown.markup)[1:] if len(row) > 1]
    assert [rows[0][1], rows[0][2], rows[0][4]] == first
    about = "约" if language == "zh" else "about "
    assert [row[4] for row in rows[1:]] == [f"{about}{text}" for text in ("38.2", "17", "3.4")]
    assert lost in html.unescape(shown.markup)


def test_changes_without_targets(data: PlanData) -> None:
    rows = rows_of(completion.change_table(data, "services-13fyp", "en").markup)[1:]
    assert [row[2:5] for row in rows] == [
        ["65.5", "72.5", "+7 pp"],
        ["62.7", "65.1", "+2.4 pp"],
        ["60.2", "72.4", "+12.2 pp"],
    ]


def demands(data: PlanData, table_id: str, language: Language) -> dict[str, str]:
    rows = rows_of(targets.targets_table(data, "14fyp", table_id, language).markup)[1:]
    return {row[1].partition("|")[0]: row[5] for row in rows if len(row) > 1}


def test_what_each_target_asks_for(data: PlanData) -> None:
    outline = demands(data, "outline-14fyp", "zh")
    assert outline["地区生产总值年均增速"] == "约6%|规划直接提出"
    assert outline["全员劳动生产率"] == "3.59%|3.54–3.63"
    assert outline["研发经费支出(R&D)占地区生产总值比重"] == "约+0.08个百分点|−0.02至+0.18"
    assert outline["机场旅客吞吐量"] == "5.29%"
    assert outline["空气质量优良天数比率"] == "—|目标低于基期"
    assert outline["单位地区生产总值能源消耗降低"] == "—"
    assert outline["新增城镇就业人数"] == "≥22万人|年均"
    commerce = demands(data, "commerce-14fyp", "en")
    assert commerce["Total retail sales of consumer goods"] == "5.3%|CNY 1,193.5 billion in 2025"
    assert (
        commerce["Foreign investment actually used"]
        == "CNY 50.0 billion|a year on average, steady growth of 0.42%"
    )
    services = demands(data, "services-14fyp", "zh")
    assert services["增加值超千亿元的行业集群数量"] == "5.92%"


def test_targets_tables_show_the_printed_values(
    data: PlanData, transcription: pd.DataFrame
) -> None:
    for table_id in ("outline-14fyp", "services-14fyp", "commerce-14fyp"):
        rows = rows_of(targets.targets_table(data, "14fyp", table_id, "zh").markup)[1:]
        body = [row for row in rows if len(row) > 1]
        wanted = transcription[transcription["table_id"] == table_id].to_dict("records")
        assert len(body) == len(wanted)
        for mine, row in zip(body, wanted, strict=True):
            baseline, target = mine[3].partition("|")[0], mine[4].partition("|")[0]
            assert baseline == shown(row, "baseline"), row
            rate_of_level = row["measure"] == "growth" and row["unit_printed"] != "%"
            expected = f"年均{row['target_value']}%" if rate_of_level else shown(row, "target")
            assert target == expected, row
            assert mine[6] == row["source_line"]


def test_english_values_are_the_printed_digits_shifted(
    data: PlanData, transcription: pd.DataFrame
) -> None:
    """Every English baseline times its unit equals the Chinese one times its unit."""
    scale = {"CNY billion": 10**9, "USD billion": 10**9, "million": 10**6, "thousand": 10**3}
    scale |= {"CNY thousand": 10**3}
    for table_id in ("outline-14fyp", "services-14fyp", "commerce-14fyp"):
        rows = rows_of(targets.targets_table(data, "14fyp", table_id, "en").markup)[1:]
        body = [row for row in rows if len(row) > 1]
        wanted = transcription[transcription["table_id"] == table_id].to_dict("records")
        for mine, row in zip(body, wanted, strict=True):
            if not row["baseline_value"]:
                continue
            unit = mine[1].partition("|")[2]
            factor = next((scale[w] for w in sorted(scale, reverse=True) if unit.startswith(w)), 1)
            number = re.search(r"[−\d.,]+\d|\d", mine[3].partition("|")[0])
            assert number
            english = Decimal(number[0].replace(",", "").replace("−", "-")) * factor
            chinese = row["unit_printed"]
            printed = {"亿": 10**8, "万": 10**4}.get(chinese[:1], 1)
            assert english == Decimal(row["baseline_value"]) * printed, row


def test_growth_chart_rows_are_the_series_with_a_rate(data: PlanData) -> None:
    rows = targets.growth_rows(data, "14fyp", "en").set_index("series_id")
    assert len(rows) == 29
    exact = 100 * ((Decimal(10000) / Decimal(7339)).ln() / 6).exp() - 100
    assert Decimal(str(rows.loc["airport-passengers", "rate"])).quantize(
        Decimal("0.0001"), ROUND_HALF_EVEN
    ) == exact.quantize(Decimal("0.0001"))
    assert rows.loc["gdp-growth-real", "comparator"] == "~"
    assert pd.isna(rows.loc["trillion-clusters", "low"])
    assert list(rows["document"].unique()) == ["Plan outline", "Services plan", "Commerce plan"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_state_their_finding(data: PlanData, language: Language) -> None:
    use_style()
    binding = completion.gap_figure(data, "outline-13fyp", "binding", language).markup
    expected = completion.gap_figure(data, "outline-13fyp", "expected", language).markup
    growth = targets.growth_figure(data, "14fyp", language).markup
    alt = [
        re.findall(r'aria-label="([^"]+)" xmlns', text)[0] for text in (binding, expected, growth)
    ]
    assert "18" in alt[0]
    assert "54.6" in alt[0]
    tie = "最低的是10个分项（0.0%）" if language == "zh" else "is that of 10 components (0.0%)"
    assert tie in alt[0]
    assert "25" in alt[1]
    assert "9" in alt[1]
    assert "−25.8" in alt[1]
    assert "29" in alt[2]
    assert "24.6" in alt[2]


def test_indicator_list_quotes_cells_in_the_printed_unit(data: PlanData) -> None:
    rows = rows_of(indicators.indicator_table(data, "outline-13fyp", "en").markup)[1:]
    found = {row[2]: row for row in rows}
    assert found["gdp"][3] == "亿元 (CNY 100 million)"
    assert found["gdp"][6] == "年均7.5以上/28000"
    assert found["life-expectancy"][3] == "years (unit not printed)"
    assert found["class-v-water-share"][4:6] == ["lower", "share"]
    assert len(rows) == 47


def test_printed_lines_have_their_numbers(data: PlanData) -> None:
    markup = indicators.printed_table(data, "services-14fyp", "zh").markup
    rows = rows_of(markup)[1:]
    assert [row[0] for row in rows] == [
        "389",
        "391",
        "393",
        "395",
        "397",
        "399",
        "401",
        "403",
        "405",
    ]
    assert 'id="services-14fyp-L405"' in markup
    documents = rows_of(indicators.documents_table(data, "en").markup)[1:]
    assert {row[2] for row in documents} == {"—", "穗府办〔2021〕10号", "穗府办〔2022〕9号"}


def test_front_page_counts(data: PlanData) -> None:
    markup = cards(data, "en").markup
    assert re.findall(r'class="value">([^<]+)<', markup) == ["14/14", "13/22", "50", "100"]
    assert (
        "7 missed, 2 cannot be judged (with the 2020 value where there is one: 12 reached, 8 missed)"
        in markup
    )


def test_downloads_lead_to_the_files() -> None:
    zh, en = files_table("zh").markup, files_table("en").markup
    assert 'href="../data/processed/targets.csv"' in zh
    assert 'href="../../data/processed/targets.csv"' in en
    assert 'href="../data/raw/notes.csv"' in zh
    assert 'href="../../data/parquet/notes.parquet"' in en
    sizes = {row[0]: row[2:] for row in rows_of(en)[1:]}
    kilobytes = round((PROCESSED / "targets.csv").stat().st_size / 1000)
    assert sizes["targets"][:3] == ["100", "27", f"{kilobytes} kB"]
    assert len(rows_of(dictionary_table("en").markup)) > 60
    assert len(rows_of(codes_table("zh").markup)) > 15


def test_notes_table_has_every_note(data: PlanData) -> None:
    rows = rows_of(completion.notes_table(data, ["outline-13fyp"], "en").markup)[1:]
    body = [row for row in rows if len(row) > 1]
    assert len(body) == (data.notes["table_id"] == "outline-13fyp").sum()
    assert all(row[2] for row in body)
