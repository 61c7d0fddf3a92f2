"""The built site in a real browser, and its HTML before a validator.

Needs Chromium, Node.js and ``npm ci`` in ``tests/browser``; where one is missing these tests are
skipped, unless ``BROWSER_CHECKS=required`` (as ``.ci/run`` sets) makes that a failure.
"""

import functools
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.paths import PROCESSED, ROOT
from analysis.publish import cells
from analysis.publish.sitemap import OTHER, PAGES, page_path
from analysis.publish.tables import Column, status, table

HERE = Path(__file__).parent / "browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def unavailable(reason: str) -> None:
    if os.environ.get("BROWSER_CHECKS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def chromium() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not found:
        unavailable("Chromium is not on the path")
    return str(found)


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if not found:
        unavailable("Node.js is not on the path")
    if not (HERE / "node_modules").is_dir():
        unavailable("tests/browser/node_modules is missing; run `npm ci` in tests/browser")
    return str(found)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def serve(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    yield from serve(site)


def run(node: str, script: str, *arguments: str) -> Any:
    command = [node, str(HERE / script), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def page_types() -> list[str]:
    """One page made by each notebook, in both languages, and the 404 page."""
    first = {page.notebook: page for page in reversed(PAGES)}
    paths = [page_path(page.name, language) for page in first.values() for language in OTHER]
    return ["404.html", *(str(path.with_suffix(".html")) for path in paths)]


def invalid(node: str, files: list[Path]) -> list[str]:
    tool = HERE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    config = ["--config", str(HERE / "htmlvalidate.json"), "--formatter", "json"]
    command = [node, str(tool), *config, *map(str, files)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode in (0, 1), result.stderr
    return [
        f"{report['filePath']}, line {message['line']}: {message['message']}"
        for report in json.loads(result.stdout)
        for message in report["messages"]
    ]


def test_every_page_is_valid_html(node: str, site: Path) -> None:
    assert invalid(node, sorted(site.rglob("*.html"))) == []


def test_the_validator_sees_a_fault(node: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body>{}</body></html>'
    page.write_text(text.format("<p><ul><li>x</li></ul></p>"))
    assert invalid(node, [page])


def test_no_page_type_has_an_accessibility_fault_or_scrolls_sideways(
    node: str, chromium: str, address: str
) -> None:
    paths = page_types()
    seen = run(node, "check.mjs", chromium, address, *paths)
    assert seen["looked"] == 2 * len(paths) + len([p for p in paths if not p.startswith("en/")])
    assert seen["found"] == []


def test_the_browser_sees_faults(node: str, chromium: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><main><h1>T</h1>'
        '<img src="data:," width="900" height="9"><p style="color:#bbb">faint text</p>'
        "<script>throw new Error('x')</script></main></body></html>"
    )
    for address in serve(tmp_path):
        found = " ".join(run(node, "check.mjs", chromium, address, "page.html")["found"])
    for fault in ("image-alt", "color-contrast", "(wide): x", "ends beyond 360px"):
        assert fault in found


@pytest.mark.parametrize(
    ("start", "query", "wanted"),
    [
        ("index.html", "方法", "reports/methods.html"),
        ("reports/outlook.html", "研发经费", "reports/indicators.html"),
        ("en/reports/methods.html", "recomputed", "en/reports/coherence.html"),
        ("en/index.html", "airport", "en/reports/indicators.html"),
    ],
)
def test_search_finds_pages_in_the_language_it_starts_from(
    node: str, chromium: str, address: str, start: str, query: str, wanted: str
) -> None:
    seen = run(node, "search.mjs", chromium, address, start, query)
    assert seen["before"] == 0, "the index is loaded only when it is asked"
    assert query in seen["status"] and str(len(seen["links"])) in seen["status"]
    assert f"/{wanted}" in seen["links"]
    assert {link.startswith("/en/") for link in seen["links"]} == {start.startswith("en/")}
    assert seen["reached"] == 200


def test_a_search_without_results_says_so(node: str, chromium: str, address: str) -> None:
    seen = run(node, "search.mjs", chromium, address, "en/index.html", "qqqxyzzy")
    assert seen["status"] == "No page has “qqqxyzzy”."
    assert seen["links"] == []


ROWS = [  # name, number as a reader sees it, its value in the base unit
    ("阿", "−1.5", -1.5),
    ("波", "1,234", 1234),
    ("次", "约14", 14),
    ("得", "≥\N{NO-BREAK SPACE}0.5", 0.5),
    ("鹅", "—", None),
    ("佛", "+2", 2),
    ("哥", "与经济增长保持同步", None),
]
MONEY = [
    ("a", "CNY 54.326 billion", 54.326e9),
    ("b", "about\N{NO-BREAK SPACE}CNY 140 thousand", 140e3),
    ("c", "−CNY 2 million", -2e6),
    ("d", ">\N{NO-BREAK SPACE}CNY 1,200.0 billion", 1200e9),
    ("e", "CNY about\N{NO-BREAK SPACE}38,615", 38615),
    ("f", "in step with economic growth", None),
]


def table_page(
    folder: Path, lang: str, rows: list[tuple[str, Any, Any]], numeric: bool = True
) -> str:
    columns = [Column("name", "Name", header=True), Column("value", "Value", numeric=numeric)]
    shown = table("T", columns, [{"name": name, "value": text} for name, text, _ in rows])
    script = (ROOT / "reports" / "theme" / "tables.js").read_text("utf-8")
    page = f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>T</title>{shown.markup}<script>{script}</script>'
    (folder / "table.html").write_text(page, "utf-8")
    return "table.html"


@pytest.mark.parametrize(("lang", "rows"), [("zh-Hans", ROWS), ("en", MONEY)])
def test_numbers_sort_by_value_up_down_and_back(
    node: str, chromium: str, tmp_path: Path, lang: str, rows: list[tuple[str, str, float | None]]
) -> None:
    path = table_page(tmp_path, lang, rows)
    for address in serve(tmp_path):
        seen = run(node, "tables.mjs", chromium, address, path, "1", "")
    known = sorted((row for row in rows if row[2] is not None), key=lambda row: row[2] or 0)
    up = [name for name, _, _ in known]
    unknown = [name for name, _, value in rows if value is None]
    printed = [name for name, _, _ in rows]
    assert seen["orders"] == [
        [None, printed],
        ["ascending", up + unknown],
        ["descending", up[::-1] + unknown],
        [None, printed],
    ]
    assert seen["errors"] == []


def test_a_column_of_several_units_keeps_like_with_like(
    node: str, chromium: str, tmp_path: Path
) -> None:
    plain = {"series_id": "gdp", "unit_inferred": False}
    rows: list[tuple[str, Any, Any]] = [
        (cells.named({**plain, "name_zh": name, "unit": unit}, "zh"), text, None)
        for name, unit, text in [
            *[("a", "亿元", "2"), ("b", "%", "3"), ("c", "万元", "9")],
            *[("d", "%", "1"), ("e", "%", "—"), ("f", "%", "2")],
        ]
    ]
    path = table_page(tmp_path, "zh-Hans", rows)
    for address in serve(tmp_path):
        seen = run(node, "tables.mjs", chromium, address, path, "1", "")
    assert [name.split()[0] for name in seen["orders"][1][1]] == list("dfbcae")
    assert [name.split()[0] for name in seen["orders"][2][1]] == list("bfdace")


def test_statuses_sort_from_the_best_and_words_by_pinyin(
    node: str, chromium: str, tmp_path: Path
) -> None:
    keys = ["behind", "achieved", "no_status", "ahead", "moving_away", "on_track"]
    rows = [(key, status(key, "zh"), None) for key in keys]
    path = table_page(tmp_path, "zh-Hans", rows, numeric=False)
    for address in serve(tmp_path):
        seen = run(node, "tables.mjs", chromium, address, path, "1", "")
        assert seen["orders"][1][1] == [
            *("achieved", "ahead", "on_track", "behind", "moving_away", "no_status"),
        ]
        table_page(
            tmp_path,
            "zh-Hans",
            [(name, "", None) for name in ("增速", "能耗", "比重", "投资", "消费", "出口")],
        )
        seen = run(node, "tables.mjs", chromium, address, path, "0", "")
        assert seen["orders"][1][1] == ["比重", "出口", "能耗", "投资", "消费", "增速"]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh-Hans", "显示2行，共13行"), ("en", "2 of 13 rows shown")]
)
def test_a_long_table_filters_and_reads_without_scripts(
    node: str, chromium: str, tmp_path: Path, lang: str, said: str
) -> None:
    rows = [(f"row {number}", "Alpha" if number < 2 else "beta", None) for number in range(13)]
    path = table_page(tmp_path, lang, rows, numeric=False)
    for address in serve(tmp_path):
        seen = run(node, "tables.mjs", chromium, address, path, "0", "alpha")
        assert seen["filtered"] == {"rows": ["row 0", "row 1"], "said": said}
        assert seen["off"] == {"rows": 13, "controls": 0}
        table_page(tmp_path, lang, rows[:12], numeric=False)
        assert run(node, "tables.mjs", chromium, address, path, "0", "x")["filtered"] is None


@pytest.mark.parametrize(
    ("page", "said", "other", "said_there"),
    [
        ("index.html", "显示{}个分项，共50个", "en/index.html", "{} of 50 components shown"),
        ("en/index.html", "{} of 50 components shown", "index.html", "显示{}个分项，共50个"),
    ],
)
def test_strips_filter_by_the_address_and_by_hand_in_both_languages(
    node: str, chromium: str, address: str, page: str, said: str, other: str, said_there: str
) -> None:
    rows = pd.read_csv(PROCESSED / "progress.csv", dtype=str).query("as_of == '2025'")
    missed = rows[rows["status"] == "missed"]
    commerce = missed[missed["table_id"] == "commerce-14fyp"]
    asked = ("status=missed", "document", "commerce-14fyp")
    seen = run(node, "strips.mjs", chromium, address, page, *asked)
    assert seen["off"] == {"strips": 50, "form": 0, "other": f"/{other}"}
    groups = missed["attribute"].nunique()
    assert 0 < len(commerce) < len(missed)
    for state, count, parts, search in [
        ("linked", len(missed), groups, "?status=missed"),
        ("chosen", len(commerce), 1, "?status=missed&document=commerce-14fyp"),
        ("cleared", 50, 2, ""),
    ]:
        link = seen[state].pop("other")
        assert link.partition("?")[2] == search.removeprefix("?")
        assert seen[state] == {
            "strips": count,
            "groups": parts,
            "said": said.format(count),
            "search": search,
        }
    switched = seen["switched"]
    assert (switched["strips"], switched["search"]) == (len(missed), "?status=missed")
    assert (switched["said"], switched["hash"]) == (said_there.format(len(missed)), "#targets")
    assert seen["errors"] == []


@pytest.mark.parametrize(
    ("start", "query", "wanted"),
    [
        ("index.html", "相互核对", "reports/coherence.html"),
        ("index.html", "文件互核", "reports/coherence.html"),
        ("index.html", "推算", "reports/outlook.html"),
        ("index.html", "地区生产总值年均增速", "reports/series-gdp-growth-real.html"),
        ("index.html", "机场货邮吞吐量", "reports/series-airport-cargo.html"),
        ("en/index.html", "cross-checked", "en/reports/coherence.html"),
        ("en/index.html", "projection", "en/reports/outlook.html"),
        ("en/index.html", "resident population", "en/reports/series-population.html"),
        ("en/index.html", "Services value added", "en/reports/series-services-value-added.html"),
    ],
)
def test_the_page_about_a_word_is_found_first(
    node: str, chromium: str, address: str, start: str, query: str, wanted: str
) -> None:
    seen = run(node, "search.mjs", chromium, address, start, query)
    assert seen["links"][0].removeprefix(address).lstrip("/") == wanted


def test_narrow_pages_stack_tables_and_figures(node: str, chromium: str, address: str) -> None:
    for folder in ("", "en/"):
        seen = run(node, "narrow.mjs", chromium, address, folder)
        assert seen["labels"] and seen["wide"] == []
