"""The worked examples: from the raw lines and values to the published cells, by another path."""

import csv
import math
import re
from html import unescape
from itertools import pairwise
from statistics import mean, stdev

import pytest

from analysis.paths import PROCESSED, RAW, TABLES
from analysis.publish import methods, worked, worked_projection
from analysis.publish.data import PlanData, load_data
from analysis.publish.display import Html
from analysis.publish.units import Language

PARTS = (methods.implied, methods.followed, methods.judged, worked_projection.projected)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.fixture(scope="module")
def data() -> PlanData:
    return load_data()


@pytest.fixture(scope="module")
def examples(data: PlanData) -> dict[Language, dict[str, str]]:
    """Each example's markup by its anchor."""
    return {language: sections([part(data, language) for part in PARTS]) for language in LANGUAGES}


def sections(parts: list[Html]) -> dict[str, str]:
    found = re.findall(
        r'<section class="worked" id="example-(.*?)">(.*?)</section>',
        "".join(part.markup for part in parts),
        re.DOTALL,
    )
    return dict(found)


def text(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def results(markup: str) -> list[tuple[str, str]]:
    """Column and worked result, in order."""
    steps = re.findall(r"<li><span class=\"formula\">(.*?)</span>(.*?)</li>", markup, re.DOTALL)
    return [
        (column[1], re.split(" = |, so: |，所以：", unescape(formula))[-1])
        for formula, rest in steps
        if (column := re.search(r"<code>(\w+)</code>", rest))
    ]


def plain(shown: str) -> float:
    return float(shown.replace(",", "").replace("−", "-"))


def cell(file: str, column: str, **wanted: str) -> str:
    with (PROCESSED / file).open(encoding="utf-8", newline="") as lines:
        (row,) = [
            row
            for row in csv.DictReader(lines)
            if all(row[name] == value for name, value in wanted.items())
        ]
    return str(row[column])


def raw_lines(table_id: str, number: int) -> str:
    """A row of a raw table: the line of its name in the source, and the cells after it."""
    toml = (TABLES / f"{table_id}.toml").read_text("utf-8")
    first = re.search(r"source_lines = \[(\d+)", toml)
    assert first is not None
    place = number - int(first[1])
    lines = (TABLES / f"{table_id}.txt").read_text("utf-8").splitlines()
    return "\n".join(lines[place : place + 8])


def value_of(series_id: str, year: int, value: str) -> float:
    """A raw observed value, which must be there."""
    with (RAW / "observations.csv").open(encoding="utf-8", newline="") as lines:
        found = [
            row
            for row in csv.DictReader(lines)
            if (row["series_id"], row["year"], row["value"]) == (series_id, str(year), value)
        ]
    assert found
    return float(value)


RATES = [
    value_of("gdp-growth-real", y, v) for y, v in ((2021, "8.1"), (2022, "1.0"), (2023, "4.6"))
]
GROWN = math.prod(1 + rate / 100 for rate in RATES)
JOBS = [
    value_of("new-urban-jobs", y, v) for y, v in ((2021, "33.55"), (2022, "30.72"), (2023, "33.01"))
]
BOXES = value_of("port-containers", 2023, "2541.44")
LATER = [
    value_of("services-value-added", year, value)
    for year, value in (
        *((2021, "20202.89"), (2022, "20611.40"), (2023, "22262.24")),
        *((2024, "22858.58"), (2025, "24012.17")),
    )
]
SERVICES = [18141.0, *LATER]

TARGETS = {
    "level": ("growth.csv", "outline-14fyp", "airport-passengers", {}),
    "share": ("growth.csv", "outline-14fyp", "rd-intensity", {}),
    "growth": ("growth.csv", "commerce-14fyp", "retail-sales", {}),
    "sum": ("growth.csv", "commerce-14fyp", "fdi-used-cny", {}),
    "decline": ("growth.csv", "outline-13fyp", "energy-intensity-reduction", {}),
    "progress-level": ("progress.csv", "outline-14fyp", "port-containers", {"as_of": "2023"}),
    "progress-growth": ("progress.csv", "outline-14fyp", "gdp-growth-real", {"as_of": "2023"}),
    "progress-sum": ("progress.csv", "outline-14fyp", "new-urban-jobs", {"as_of": "2023"}),
    "completion": (
        *("completion.csv", "outline-13fyp", "modern-services-share"),
        {"basis": "as_printed"},
    ),
}
PRINTED = {  # example: the digits of its cells as the raw line has them, first line and last
    "level": ["7339/192", "10000/350"],
    "share": ["3", "3.4左右"],
    "growth": ["９２１８ ７", "５ ３％"],
    "sum": ["４９３ ７", "【２５００】"],
    "decline": ["[19.3]"],
    "progress-level": ["6.36/2351", "6.8/2800"],
    "progress-growth": ["6左右"],
    "progress-sum": ["110"],
    "completion": ["70左右", "65.9"],
}
EXPECTED: dict[str, dict[str, float | str]] = {
    "level": {
        "implied_cagr_pct": 100 * math.expm1(math.log(10000 / 7339) / 6),
        "implied_cagr_low_pct": 100 * math.expm1(math.log(10000 / 7339.5) / 6),
        "implied_cagr_high_pct": 100 * math.expm1(math.log(10000 / 7338.5) / 6),
    },
    "share": {"pp_per_year": 0.08},
    "growth": {"implied_target_level": 9218.7 * 1.053 * 1.053 * 1.053 * 1.053 * 1.053},
    "decline": {"implied_annual_rate_pct": -100 * math.expm1(math.log(0.807) / 5)},
    "progress-level": {
        "time_share": 0.6,
        "progress_share": 1 - (2800 - BOXES) / (2800 - 2351),
        "status": "behind",
        "required_pace": 100 * (math.sqrt(2800 / BOXES) - 1),
    },
    "progress-growth": {
        "time_share": 0.6,
        "progress_share": math.log(GROWN, 1.06) / 5,
        "status": "behind",
        "required_pace": 100 * (math.sqrt(1.06**5 / GROWN) - 1),
    },
    "progress-sum": {
        "value": math.fsum(JOBS),
        "time_share": 0.6,
        "progress_share": math.fsum(JOBS) / 110,
        "status": "ahead",
        "required_pace": (110 - math.fsum(JOBS)) / 2,
    },
    "completion": {"gap": -4.1, "ratio_pct": 65.9 / 0.7, "verdict": "missed"},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_worked_results_are_the_published_cells(
    examples: dict[Language, dict[str, str]], language: Language
) -> None:
    for key, (file, table_id, series_id, more) in TARGETS.items():
        worked_out = results(examples[language][key])
        assert worked_out, key
        for column, shown in worked_out:
            published = cell(file, column, table_id=table_id, series_id=series_id, **more)
            if column in ("status", "verdict"):
                words = {"behind": ("滞后", "Behind"), "ahead": ("快于时序", "Ahead")}
                words["missed"] = ("未完成", "Missed")
                assert shown == words[published][LANGUAGES.index(language)]
            else:
                assert plain(shown) == float(published), (key, column)


def test_published_cells_follow_from_the_raw_values() -> None:
    for key, expected in EXPECTED.items():
        file, table_id, series_id, more = TARGETS[key]
        for column, value in expected.items():
            published = cell(file, column, table_id=table_id, series_id=series_id, **more)
            if isinstance(value, str):
                assert published == value
            else:
                assert float(published) == pytest.approx(value, abs=1e-6), (key, column)
    rate = float(cell("growth.csv", "implied_annual_rate_pct", series_id="fdi-used-cny"))
    factor = 1 + rate / 100
    assert 493.7 * sum(factor**t for t in range(1, 6)) == pytest.approx(2500, abs=1e-3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_printed_value_leads_to_its_line(
    examples: dict[Language, dict[str, str]], language: Language
) -> None:
    for key, digits in PRINTED.items():
        given = re.findall(r"<li>((?:(?!<li>).)*?printed\.html#(.+?)-L(\d+).*?)</li>",
                           examples[language][key], re.DOTALL)  # fmt: skip
        assert len(given) == len(digits), key
        for (markup, table_id, line), printed in zip(given, digits, strict=True):
            assert printed in text(markup)
            assert table_id == TARGETS[key][1]
            assert printed in raw_lines(table_id, int(line)), (key, printed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_projection_is_worked_out_from_the_observed_values(
    examples: dict[Language, dict[str, str]], language: Language
) -> None:
    markup = examples[language]["projection"]
    shown = dict(zip(("drift", "median", "lo80", "hi80"), results(markup), strict=True))
    place = {"series_id": "services-value-added", "as_of": "2025", "year": "2030"}
    published = {
        model: float(cell("projections.csv", "mean", model=model, **place))
        for model in ("drift", "ets_damped", "theta", "median")
    }
    low, high = (
        float(cell("projections.csv", bound, model="median", **place)) for bound in ("lo80", "hi80")
    )
    assert [plain(value) for _, value in shown.values()] == [
        *(published["drift"], published["median"], low, high)
    ]
    logs = [math.log(value) for value in SERVICES]
    changes = [after - before for before, after in pairwise(logs)]
    drift = math.exp(logs[-1] + 5 * mean(changes))
    assert published["drift"] == pytest.approx(drift, rel=1e-8)
    assert published["median"] == sorted(published[m] for m in ("drift", "ets_damped", "theta"))[1]
    factors = re.search(r"([\d.]+) × ([\d.]+) = ([\d.]+)", text(markup))
    assert factors is not None
    unit, multiple, half = map(float, factors.groups())
    assert unit == pytest.approx(stdev(changes), abs=1e-6)
    assert unit * multiple == pytest.approx(half, abs=1e-5)
    for bound, sign in ((low, -1), (high, 1)):
        assert math.log(bound / published["median"]) == pytest.approx(sign * half, abs=1e-6)


def test_a_result_that_is_not_the_published_one_stops_the_page() -> None:
    wrong = worked.Step("1 + 1 = 3", "gap", 2.0, 3.0)
    example = worked.Worked("sum", "T", worked.Markup("n"), [], [wrong], "completion.csv")
    with pytest.raises(ValueError, match=r"works out gap as 2.0, but completion.csv says 3.0"):
        worked.show([example], "en")
