"""The documents against each other: prose lines, the rules, and every check by a second path.

The second path reads the independent transcription and the prose's printed digits, and computes
with decimals; it shares no function with the program.
"""

import csv
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.measures.agreement import KINDS, VERDICTS, Number, compare, within_rounding
from analysis.measures.coherence import COLUMNS
from analysis.measures.completion import completion_table
from analysis.paths import PROCESSED, RAW
from analysis.printed.notes import baseline_kind
from analysis.printed.prose import load_prose
from analysis.publish.coherence import (
    checks_table,
    coherence_table,
    counts_table,
    differs,
    implies,
    recomputed,
    same,
    summary,
)
from analysis.publish.coherence_words import ARITHMETIC
from analysis.publish.crosschecks import Coherence, load_coherence
from analysis.publish.units import Language
from analysis.registry import Registry
from tests.markup import rows_of

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


@pytest.fixture(scope="module")
def coherence() -> Coherence:
    return load_coherence()


@pytest.fixture(scope="module")
def table(coherence: Coherence) -> pd.DataFrame:
    return coherence_table(coherence)


@pytest.fixture(scope="module")
def prose_rows() -> list[dict[str, str]]:
    with (RAW / "prose.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# -- the prose ------------------------------------------------------------------------------------


def spellings(row: dict[str, str]) -> list[str]:
    """How a number can stand on its line: the gazette loses decimal points, 一 is not printed."""
    digits, unit = row["value"], row["unit"]
    if unit == "万亿元" and digits == "1":
        return ["1万亿元", "突破万亿元"]
    unit = {
        "家": "",
        "人": "",
        "万标箱": "万",
        "万人": "万",
        "万元/人": "万元",
        "%": "%",
        "个": "",
    }.get(unit, unit)
    return [digits + unit]


def test_every_prose_number_stands_on_its_line(prose_rows: list[dict[str, str]]) -> None:
    if not SEEDS.is_dir():
        pytest.skip("the source collection is not there")
    texts = {
        name: (SEEDS / name).read_text("utf-8").split("\n")
        for name in {row["file"] for row in prose_rows}
    }
    for row in prose_rows:
        lines = texts[row["file"]]
        here = lines[int(row["line"]) - 1]
        # A unit torn from its number begins the next printed line.
        after = next((line for line in lines[int(row["line"]) :] if line.strip()), "")
        text = unicodedata.normalize("NFKC", f"{here.strip()}|{after.strip()}")
        text = text.replace("\U001001b0 ", ".").replace("億", "亿").replace("萬", "万")
        text = text.replace("個", "个").replace("戶", "户").replace("項", "项")
        text = (
            text.replace("百分點", "百分点")
            .replace("噸", "吨")
            .replace("標", "标")
            .replace("歲", "岁")
        )
        text = re.sub(r"(?<=\d) (?=\d)", ".", text)
        text = re.sub(r"[\s|]", "", text)
        own = re.sub(r"[\s|]", "", unicodedata.normalize("NFKC", here))
        whole = row["value"].split(".")[0]
        assert any(
            re.search(rf"(?<![\d.]){re.escape(spelling)}(?![\d.]*\d)", text)
            for spelling in spellings(row)
        ), (row["prose_id"], text[:200])
        assert whole in own or "万亿" in own, row["prose_id"]


def test_prose_bounds_are_worded_so(prose_rows: list[dict[str, str]]) -> None:
    """A bound or an approximation has its word beside the number."""
    if not SEEDS.is_dir():
        pytest.skip("the source collection is not there")
    words = {">": "突破|超", ">=": "以上|個以上", "~": "約|约|左右"}
    for row in prose_rows:
        if row["comparator"] == "=":
            continue
        lines = (SEEDS / row["file"]).read_text("utf-8").split("\n")
        start = int(row["line"]) - 1
        near = "".join(line.strip() for line in lines[max(0, start - 2) : start + 1])
        near = unicodedata.normalize("NFKC", near)
        near = near[: near.rfind(row["value"].split(".")[0]) + 25]
        assert re.search(words[row["comparator"]], near[-70:]), row["prose_id"]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (("commerce-retail-2020,commerce", "commerce-retail-2020,trade"), "no document 'trade'"),
        (("observed,2020,year,9218.66", "seen,2020,year,9218.66"), "role 'seen' is not known"),
        (("9218.66,=,亿元", "9218.66,=,万元"), "retail-sales is in 亿元, not in '万元'"),
        (("9218.66,=", "9218.66,about"), "comparator 'about' is not known"),
        (("9218.66", "9218,66"), "line 51: 15 cells under 14 column names"),
        (("metro-length,地铁运营里程,Metro", "metro-length,,Metro"), "one of name_zh and name_en"),
        (("commerce-retail-2020", "outline-gdp-2020"), "stands on an earlier line too"),
        (("prose_id,", "id,"), "the columns must be"),
    ],
)
def test_a_prose_file_that_cannot_be_used_is_one_sentence(
    edit: tuple[str, str], sentence: str, tmp_path: Path, registry: Registry
) -> None:
    text = (RAW / "prose.csv").read_text("utf-8")
    assert edit[0] in text
    path = tmp_path / "prose.csv"
    path.write_text(text.replace(*edit, 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"prose\.csv") as error:
        load_prose(registry, path)
    assert sentence in str(error.value)


# -- the rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "left", "right", "role"),
    [
        ("equal", Number("", 6, 0.5, "~"), Number("", 6, 0.5, "~"), "target"),
        ("stricter", Number("", 11000, 0.5, ">"), Number("", 11000, 0.5), "target"),
        ("looser", Number("", 11000, 0.5), Number("", 11000, 0.5, ">"), "target"),
        ("wording", Number("", 8, 0.5, ">="), Number("", 8, 0.5), "target"),
        ("stricter", Number("", 9, 0.5), Number("", 8, 0.5), "target"),
        ("looser", Number("", 7, 0.5), Number("", 8, 0.5), "target"),
        ("rounding", Number("", 68.4, 0.05), Number("", 68, 0.5), "target"),
        ("rounding", Number("", 9218.66, 0.005), Number("", 9218.7, 0.05), "observed"),
        ("rounding", Number("", 175.95, 0.005), Number("", 176.45, 0.5), "observed"),
        ("different", Number("", 175.94, 0.005), Number("", 176.45, 0.5), "observed"),
        ("different", Number("", 65.9, 0.05), Number("", 65.1, 0.05), "observed"),
        ("wording", Number("", 1800, 0.5, "~"), Number("", 1800, 0.5), "observed"),
        ("holds", Number("", 25000, 500, ">"), Number("", 25019, 0.5), "observed"),
        ("fails", Number("", 25000, 500, ">"), Number("", 24990, 0.5), "observed"),
        ("fails", Number("", 25000, 500, ">"), Number("", 25000, 0.5), "observed"),
    ],
)
def test_rules(verdict: str, left: Number, right: Number, role: str) -> None:
    assert compare(left, right, role, "up") == verdict


def test_asking_for_less_is_stricter_where_down_is_better() -> None:
    assert compare(Number("", 22, 0.5), Number("", 30, 0.5), "target", "down") == "stricter"
    assert compare(Number("", 22, 0.5), Number("", 30, 0.5), "target", "neutral") == "different"


def test_a_computed_number_may_differ_by_rounding_only() -> None:
    printed = Number("", 43.0, 0.05)
    assert within_rounding(Number("", 42.97), printed) == "rounding"
    assert within_rounding(Number("", 42.94), printed) == "different"
    assert within_rounding(Number("", 43.0), printed) == "equal"


# -- every check by a second path -----------------------------------------------------------------

Look = Callable[[str], Decimal]

NOTES = {  # printed in the notes below the tables
    "notes/outline-13fyp/modern-services-share/2020": "65.1",
    "notes/outline-13fyp/airport-passengers/2020": "4377",
    "notes/outline-13fyp/airport-cargo/2020": "176",
    "notes/outline-13fyp/retail-sales/2020": "9219",
    "notes/outline-13fyp/retail-sales/before-revision": "11500",
    "notes/outline-13fyp/goods-trade/2020": "9530",
    "notes/outline-13fyp/life-expectancy/2020": "82.9",
    "notes/outline-13fyp/public-transport-share/2020": "65",
    "notes/outline-14fyp/airport-passengers/2020": "4377",
    "notes/outline-14fyp/airport-cargo/2020": "176",
    "notes/outline-14fyp/life-expectancy/2020": "82.9",
}


@pytest.fixture(scope="module")
def look(
    transcription: pd.DataFrame, targets: pd.DataFrame, prose_rows: list[dict[str, str]]
) -> Look:
    """A reference of coherence.csv to its digits, from the transcription and the prose file."""
    key = ["table_id", "number", "component"]
    names = targets[key].astype(str).agg("/".join, axis=1)
    series = dict(zip(names, targets["series_id"], strict=True))
    values = {
        f"targets/{row['table_id']}/{series['/'.join(row[k] for k in key)]}/{role}": row[
            f"{role}_value"
        ]
        for row in transcription.to_dict("records")
        for role in ("baseline", "target", "actual")
    }
    for row in prose_rows:
        factor = 10000 if row["unit"] == "万亿元" else 1
        values[f"prose/{row['prose_id']}"] = str(Decimal(row["value"]) * factor)
    values |= NOTES
    return lambda ref: Decimal(values[ref])


def compute(formula: str, look: Look) -> Decimal:
    """Work out a formula of coherence.csv with decimals."""
    sums = re.fullmatch(r"(\S+) \+ sum\((.+), t = 1\.\.5\)", formula)
    if sums:
        terms = [compute(sums[2].replace("(t / 5)", f"({t} / 5)"), look) for t in range(1, 6)]
        return look(sums[1]) + sum(terms)
    refs = re.findall(r"(?:targets|notes|prose)/[\w/-]+", formula)
    code = re.sub(r"(?<![\w/-])(\d+)(?![\w/-])", r"D(\1)", formula)
    for ref in sorted(refs, key=len, reverse=True):
        code = code.replace(ref, f"D('{look(ref)}')")
    return eval(code, {"D": Decimal, "__builtins__": {}})  # type: ignore[no-any-return]


def test_every_number_is_what_the_transcription_gives(table: pd.DataFrame, look: Look) -> None:
    checked = 0
    for row in table.to_dict("records"):
        sides = {}
        for side in ("left", "right"):
            if row[side].startswith("count("):
                continue
            sides[side] = compute(row[side], look)
            assert abs(sides[side] - Decimal(repr(row[f"{side}_value"]))) < Decimal("0.000001"), row
            checked += 1
        if len(sides) == 2:
            gap = sides["left"] - sides["right"]
            assert abs(gap - Decimal(repr(row["difference"]))) < Decimal("0.000002"), row
    assert checked == 2 * len(table) - 5


EXPECTED = {  # computed by hand from the printed digits
    "services-share-2025": (71.428571, 72.5, "implied_change"),
    "strategic-emerging-2025": (12250, 12000, "holds"),
    "gdp-nominal-and-real": (6.944787, 6, "implied_change"),
    "employment-2025": (1346.153846, 1147.66055, "implied_change"),
    "growth-and-productivity": (6, 3.58655, "implied_change"),
    "foreign-investment-mean": (500, 493.7, "implied_change"),
    "outward-investment-stock": (250, 283.050638, "looser"),
    "modern-services-growth": (7.557659, 6.624193, "implied_change"),
    "metro-length-2025": (800, 531, "implied_change"),
    "services-share-2020": (72.508893, 72.5, "rounding"),
    "finance-share-2020": (8.929214, 8.9, "rounding"),
    "imports-share-2020": (42.972347, 43, "rounding"),
    "gdp-per-capita-actual-2020": (13.899444, 14, "rounding"),
    "gdp-per-capita-target-2020": (18.064516, 18, "rounding"),
    "modern-services-change": (2.4, 2.4, "equal"),
    "services-growth-margin": (6, 6, "equal"),
    "retail-target-revision": (10500, 10500, "equal"),
    "binding-all-met": (14, 14, "holds"),
    "indicator-count": (36, 36, "holds"),
    "energy-and-pollutants-met": (6, 6, "holds"),
    "goods-trade-early": (10001, 10000, "holds"),
    "market-procurement-increase": (1.569788, 1.6, "rounding"),
    "cross-border-increase": (5.992593, 6, "rounding"),
    "foreign-enterprises-increase": (88.593422, 88.6, "rounding"),
    "commerce-goods-trade-2025": (11000, 11000, "stricter"),
    "commerce-fdi-2025": (2500, 2500, "stricter"),
    "services-value-added-2025": (25000, 25000, "stricter"),
    "services-software-2025": (8000, 8000, "stricter"),
    "commerce-bonded-zone-growth-2025": (8, 8, "wording"),
    "services-clusters-2025": (8, 8, "wording"),
    "outline-population-2020": (1800, 1800, "wording"),
    "outline-urbanisation-2020": (87, 87, "wording"),
    "outline-social-insurance-2020": (98, 98, "wording"),
    "commerce-wholesale-growth-2020": (9.9, 6.1, "other_basis"),
    "commerce-bonded-zone-growth-2020": (9.2, -10.3, "other_basis"),
    "commerce-online-catering-2025": (60, 60, "other_basis"),
    "commerce-retail-2020": (9218.66, 9218.7, "rounding"),
    "outline-gdp-2020": (25000, 25019, "holds"),
}


def test_checks_by_hand(table: pd.DataFrame) -> None:
    found = table.set_index("check_id")
    for check_id, (left, right, verdict) in EXPECTED.items():
        row = found.loc[check_id]
        assert row["left_value"] == pytest.approx(left, abs=6e-6), check_id
        assert row["right_value"] == pytest.approx(right, abs=6e-6), check_id
        assert row["verdict"] == verdict, check_id
    arithmetic = set(table.loc[table["kind"].isin(["implied", "claim"]), "check_id"])
    assert arithmetic <= set(EXPECTED)
    assert arithmetic == set(ARITHMETIC)


def test_verdicts_of_pairs_by_digits(table: pd.DataFrame) -> None:
    """Equal and rounding again, from the digits alone."""
    pairs = table[table["kind"].isin(["same_series", "prose"])]
    for row in pairs.to_dict("records"):
        if row["verdict"] == "equal":
            assert row["difference"] == 0
        if row["verdict"] == "rounding":
            coarse = max(
                Decimal(1).scaleb(Decimal(f"{row[side]:.12g}").as_tuple().exponent)  # type: ignore[arg-type]
                for side in ("left_value", "right_value")
            )
            assert 0 < abs(Decimal(f"{row['difference']:.12g}")) <= coarse / 2, row
    assert not set(pairs["verdict"]) & {"different", "fails"}


def test_every_series_printed_twice_is_compared(
    table: pd.DataFrame, transcription: pd.DataFrame, targets: pd.DataFrame
) -> None:
    """Every table cell whose series, kind of value and year stand in another table is in a check."""
    compared = set(table["left"]) | set(table["right"])
    key = ["table_id", "number", "component"]
    names = {tuple(map(str, row[:3])): row[3] for row in targets[[*key, "series_id"]].to_numpy()}
    cells: dict[tuple[str, str, str], list[str]] = {}
    for row in transcription.to_dict("records"):
        series = names[tuple(row[column] for column in key)]
        for role in ("baseline", "target", "actual"):
            if row[f"{role}_value"]:
                kind = "target" if role == "target" else "observed"
                place = f"targets/{row['table_id']}/{series}/{role}"
                cells.setdefault((series, kind, row[f"{role}_year"]), []).append(place)
    twice = [refs for refs in cells.values() if len(refs) > 1]
    assert len(twice) >= 20
    for refs in twice:
        assert set(refs) <= compared, refs


def test_claims_from_the_transcription(transcription: pd.DataFrame) -> None:
    """All binding numbers met, again, without the program's rules."""
    rows = transcription[
        (transcription["table_id"] == "outline-13fyp") & (transcription["attribute"] == "binding")
    ]
    assert rows["number"].nunique() == 14 and len(rows) == 19
    for row in rows.to_dict("records"):
        target, actual = Decimal(row["target_value"]), Decimal(row["actual_value"])
        lower = row["target_comparator"] == "<=" or target == 0
        assert actual <= target if lower else actual >= target, row


# -- the file and the page ------------------------------------------------------------------------


def test_committed_coherence_is_fresh(table: pd.DataFrame) -> None:
    assert list(table.columns) == COLUMNS
    text = table.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    assert (PROCESSED / "coherence.csv").read_text("utf-8") == text


def test_the_table_is_sorted_and_in_its_vocabulary(table: pd.DataFrame) -> None:
    order = [(KINDS.index(row["kind"]), row["check_id"]) for row in table.to_dict("records")]
    assert order == sorted(order)
    assert table["check_id"].is_unique
    assert set(table["verdict"]) <= set(VERDICTS)
    assert not table.isna().any().any()


def test_sentences_say_the_numbers_and_accuse_nobody(table: pd.DataFrame) -> None:
    for row in table.to_dict("records"):
        for language in ("zh", "en"):
            text = row[f"note_{language}"]
            assert text.endswith("。" if language == "zh" else ".")
            assert re.search(r"\d", text) and "{" not in text and "nan" not in text
        assert not re.search(
            r"错误|失实|虚假|矛盾|wrong|false|error|contradict", str(row["note_zh"])
        )
        assert not re.search(r"wrong|false|error|contradict", row["note_en"])
        value = Decimal(f"{row['left_value']:.12g}")
        if value == round(value, 2):
            digits = f"{value.normalize():f}"
            assert digits.replace("-", "−") in row["note_zh"], row["check_id"]


def test_sentences_follow_the_data(
    targets: pd.DataFrame, notes: pd.DataFrame, registry: Registry
) -> None:
    """Another number gives another verdict and another sentence."""
    from analysis.measures.coherence import coherence_checks

    prose = load_prose(registry)
    prose["value"] = prose["value"].mask(prose["prose_id"] == "commerce-catering-2025", 900.0)
    finished = targets[targets["table_id"].isin(["outline-13fyp", "services-13fyp"])]
    completion = completion_table(finished, notes)
    checks = coherence_checks(targets, notes, prose, baseline_kind(targets, notes), completion)
    (catering,) = (check for check in checks if check.check_id == "commerce-catering-2025")
    assert (catering.difference, catering.verdict) == (20, "stricter")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_every_check_once(coherence: Coherence, language: Language) -> None:
    tables = [part(coherence, language) for part in (implies, differs, recomputed, same)]
    bodies = [rows_of(shown.markup)[1:] for shown in tables]
    assert sum(len(body) for body in bodies) == len(coherence.checks)
    counts = [
        list(map(int, row[1:])) for row in rows_of(counts_table(coherence, language).markup)[1:]
    ]
    assert counts[-1][-1] == len(coherence.checks)
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert all(sum(row[:-1]) == row[-1] > 0 for row in counts)


def test_the_summary_counts(coherence: Coherence) -> None:
    text = re.sub(r"<[^>]+>", "", summary(coherence, "en").markup)
    assert re.findall(r"\d+", re.sub(r"13th", "", text)) == ["92", "70", "8", "4", "10", "7", "7"]
    assert "none disagree" in text


def test_differences_of_shares_are_percentage_points(coherence: Coherence) -> None:
    checks = coherence.select(lambda check: check.check_id == "services-share-2025")
    (row,) = rows_of(checks_table(coherence, checks, "x", "en").markup)[1:]
    assert row[1].startswith("71.43%") and row[2].startswith("72.5%") and row[3] == "−1.07 pp"
    (row,) = rows_of(checks_table(coherence, checks, "x", "zh").markup)[1:]
    assert row[3] == "−1.07个百分点"
