"""Names, notes and sources are data: nothing in them becomes markup, a formula or a command."""

import importlib
import inspect
import pkgutil
import zlib
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output, new_raw_cell

import analysis.publish
from analysis.errors import InputError
from analysis.formulas import check_no_formula
from analysis.observed.observations import load_sources
from analysis.paths import RAW
from analysis.printed.prose import load_prose
from analysis.publish import front, pages, sources
from analysis.publish.data import PlanData, load_data
from analysis.publish.display import Html
from analysis.publish.embedded import render_site
from analysis.publish.figures import use_style
from analysis.publish.finish.feed import ATOM, feed
from analysis.publish.finish.index import write_index
from analysis.publish.sitemap import PAGES, REPORT_YEARS
from analysis.publish.strips import strips
from analysis.publish.units import Language

HOSTILE = "\"><script>x</script><b>'|`c`{{< video x >}}$x_1$ *e* [a](b) @cite :::{.y} &lt;i&gt; <!-- --> =cmd"
TEXTS = {
    *("name_zh", "name_en", "category_zh", "category_en", "note_zh", "note_en", "note"),
    *("title", "publisher", "reason_zh", "reason_en"),
    *("target_raw", "baseline_raw", "actual_raw"),
}
TYPOGRAPHIC = str.maketrans("“”‘’–", "\"\"''-")
"""What typographic quotation marks and dashes in a heading stand for."""

LANGUAGES: tuple[Language, ...] = ("zh", "en")
MODULES = [module.name for module in pkgutil.iter_modules(analysis.publish.__path__)]


def spoiled(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with hostile text behind every text a person wrote."""
    written = [column for column in frame.columns if column in TEXTS]
    return frame.assign(
        **{name: frame[name].where(frame[name] == "", frame[name] + HOSTILE) for name in written}
    )


@pytest.fixture(scope="module")
def data() -> PlanData:
    use_style()
    loaded = load_data()
    frames = ("targets", "notes", "known", "observed", "sources", "breaks", "set_aside")
    names = {
        code: series.model_copy(
            update={"name_zh": series.name_zh + HOSTILE, "name_en": series.name_en + HOSTILE}
        )
        for code, series in loaded.registry.series.items()
    }
    specs = {}
    for table_id, spec in loaded.specs.items():
        document = spec.document
        written = ("title_zh", "title_en", "number", "publisher_zh", "publisher_en")
        changed = {name: getattr(document, name) + HOSTILE for name in written}
        document = document.model_copy(update=changed)
        specs[table_id] = spec.model_copy(update={"document": document})
    return replace(
        loaded,
        registry=loaded.registry.model_copy(update={"series": names}),
        specs=specs,
        **{name: spoiled(getattr(loaded, name)) for name in frames},
    )


class Elements(HTMLParser):
    """Every element a browser would make, and what a reader would read."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.made: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        self.text += data


def check_harmless(markup: str) -> None:
    page = Elements(markup)
    for tag, attributes in page.made:
        assert tag not in {"b", "i", "video", "iframe", "em"}, attributes
        assert (
            tag != "script"
            or "reports/theme" in (attributes.get("src") or "x")
            or "src" in attributes
        )
        assert attributes.get("href") != "b"
        assert not [name for name in attributes if name.startswith("on")]
        assert "y" not in (attributes.get("class") or "").split()
    assert "<script>x" not in markup
    assert "{{<" not in markup
    assert not page.comments


def choices(data: PlanData) -> dict[str, list[Any]]:
    prose = load_prose(data.registry).pipe(spoiled)
    counted = sources.count_values(data.known, data.observed, data.sources)
    return {
        "data": [data],
        "as_of": [2025],
        "plan": ["14fyp"],
        "table_id": ["outline-13fyp", "services-13fyp", "commerce-14fyp"],
        "table_ids": [["outline-13fyp", "services-13fyp"]],
        "attribute": ["binding"],
        "series_id": ["port-containers", "gdp"],
        "prose": [prose],
        "counted": [counted],
        "language": list(LANGUAGES),
    }


def makers() -> list[tuple[str, Callable[..., Any]]]:
    """Every public function that makes something to show of the data."""
    found = []
    for name in MODULES:
        module = importlib.import_module(f"analysis.publish.{name}")
        for function_name, function in inspect.getmembers(module, inspect.isfunction):
            wanted = inspect.signature(function).parameters
            own = function.__module__ == module.__name__ and not function_name.startswith("_")
            known = {"data", "as_of", "plan", "table_id", "table_ids", "attribute", "series_id"}
            known |= {"prose", "counted", "language"}
            makes = inspect.signature(function).return_annotation is Html
            if own and makes and {"data", "counted"} & set(wanted) and set(wanted) <= known:
                found.append((f"{name}.{function_name}", function))
    return found


@pytest.mark.parametrize(("name", "maker"), makers())
def test_hostile_data_stays_text_in_everything_shown(
    data: PlanData, name: str, maker: Callable[..., Html]
) -> None:
    given = choices(data)
    if "plan" in inspect.signature(maker).parameters:
        given["table_id"] = ["commerce-14fyp"]
    elif name.startswith(("completion.", "residents.")):
        printed = {"completion.change_table": "services-13fyp"}
        given["table_id"] = [printed.get(name, "outline-13fyp")]
    wanted = list(inspect.signature(maker).parameters)
    calls: list[list[Any]] = [[]]
    for parameter in wanted:
        calls = [[*call, value] for call in calls for value in given[parameter]]
    for call in calls:
        check_harmless(maker(*call).markup)


def test_nearly_everything_shown_is_made_here() -> None:
    assert len(makers()) > 35


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_data_stays_text_on_a_rendered_page_its_search_and_its_feed(
    data: PlanData, tmp_path: Path, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = next(page for page in PAGES if page.name == "reports/series-gdp")
    monkeypatch.setattr(front, "load_registry", lambda: data.registry)
    shown = strips(data, 2025, language).markup
    output = new_output("display_data", data={"text/html": shown, "text/plain": HOSTILE})
    source = nbformat.read(page.source, as_version=4).cells[0].source
    cells = [new_raw_cell(source), new_code_cell("", outputs=[output])]
    notebook = pages.as_page(new_notebook(cells=cells), page, language)
    names = [f"progress-{year}.ipynb" for year in REPORT_YEARS]
    (tmp_path / "reports").mkdir()
    for name in names:
        nbformat.write(notebook, tmp_path / "reports" / name)
    (tmp_path / "_quarto.yml").write_text(
        f"project:\n  type: website\n  render: [{', '.join(f'reports/{name}' for name in names)}]\n"
        "website:\n  title: Plan\nformat:\n  html:\n    toc: false\n"
    )
    render_site(tmp_path, tmp_path / "_site")
    made = (tmp_path / "_site" / "reports" / "progress-2025.html").read_text("utf-8")
    assert "{{<" not in made
    assert "<script>x" not in made
    parsed = Elements(made)
    said = (
        data.registry.series["gdp"].name_zh
        if language == "zh"
        else data.registry.series["gdp"].name_en
    )
    heading = Elements("<h1" + made.split("<h1")[1].split("</h1>")[0])
    assert [tag for tag, _ in heading.made] == ["h1"]
    assert heading.text.translate(TYPOGRAPHIC) == said.replace("--", "-")
    (description,) = (a["content"] for tag, a in parsed.made if a.get("name") == "description")
    assert description and said in description
    assert f"<title>{said}" in unescape(made)
    assert not {"video", "i", "b"} & {tag for tag, _ in parsed.made}

    atom = feed(tmp_path / "_site", language)
    assert "<script" not in atom
    summaries = [
        entry.text or "" for entry in ElementTree.fromstring(atom).iter(f"{{{ATOM}}}summary")
    ]
    assert [said in summary for summary in summaries] == [True] * len(REPORT_YEARS)
    write_index(tmp_path / "_site")
    (fragment,) = {
        zlib.decompress(path.read_bytes(), wbits=47).decode("utf-8")
        for path in (tmp_path / "_site" / "pagefind" / "fragment").iterdir()
        if b"progress-2025" in zlib.decompress(path.read_bytes(), wbits=47)
    }
    assert "video" in fragment
    reader = (tmp_path / "_site" / "pagefind" / "pagefind.js").read_text("utf-8")
    assert 'replace(/</g,"&lt;")' in reader.replace(" ", ""), "excerpts are shown as HTML"


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+cmd", "-2+3", "\t=1", "＝1"])
def test_a_note_that_begins_like_a_formula_reaches_no_download(cell: str) -> None:
    path = RAW / "sources.csv"
    frame = load_sources(path)
    frame.loc[3, "title"] = cell
    with pytest.raises(InputError, match=r"line 5, column title: .* begins like a formula"):
        check_no_formula(path, frame)
