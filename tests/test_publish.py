"""What a reader sees: units, words, tables, figures and pages."""

import re
from decimal import Decimal
from fnmatch import fnmatch

import matplotlib as mpl
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from analysis.errors import InputError
from analysis.paths import NOTEBOOKS, ROOT, inside_project
from analysis.publish import cells
from analysis.publish.data import check_choice, load_data
from analysis.publish.dictionary import load_dictionary, meaning, published_files
from analysis.publish.figures import figure_html, growth_chart, inline_svg, use_style
from analysis.publish.pages import as_page
from analysis.publish.sitemap import OTHER, PAGES, Page, other_language, page_path
from analysis.publish.tables import Column, headlines, status, table
from analysis.publish.units import ENGLISH, Language, convert, number, printed, signed
from analysis.publish.wording import LABELS, TARGET_TEXTS, compared, target_text
from analysis.registry import Registry

LANGUAGES: list[Language] = ["zh", "en"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("25019", "亿元", "2,501.9"),
        ("96.5", "亿美元", "9.65"),
        ("18", "万元", "180"),
        ("21.8", "万元/人", "218"),
        ("7339", "万人次", "73.39"),
        ("1.45", "亿人次", "145"),
        ("192", "万吨", "1.92"),
        ("6.36", "亿吨", "636"),
        ("2351", "万标箱", "23.51"),
        ("1200", "万平方米", "12.00"),
        ("32.3", "万个", "323"),
        ("5.75", "万套", "57.5"),
        ("1800", "万人", "18.00"),
        ("-10.3", "%", "−10.3"),
        ("68.0", "%", "68.0"),
    ],
)
def test_english_units_move_the_decimal_point(value: str, unit: str, text: str) -> None:
    assert printed(value, unit, "en") == text
    assert printed(value, unit, "zh") == value.replace("-", "−")


MEANING = {"亿": 10**8, "万": 10**4, "CNY billion": 10**9, "USD billion": 10**9}
MEANING |= {"million": 10**6, "thousand": 10**3}


def test_every_shift_is_the_ratio_of_the_two_units() -> None:
    """From the words themselves: 亿 is 10⁸, 万 is 10⁴, billion 10⁹, million 10⁶, thousand 10³."""
    for unit, english in ENGLISH.items():
        chinese = next((MEANING[word] for word in ("亿", "万") if unit.startswith(word)), 1)
        words = ("CNY billion", "USD billion", "million", "thousand")
        other = next((MEANING[word] for word in words if word in english.label), 1)
        assert Decimal(chinese) / other == Decimal(10) ** english.shift, unit


def test_every_unit_of_the_registry_has_an_english_name(registry: Registry) -> None:
    assert registry.units <= set(ENGLISH)


@given(st.decimals(-(10**6), 10**6, places=3), st.sampled_from(sorted(ENGLISH)))
def test_conversion_is_exact(value: Decimal, unit: str) -> None:
    shift = ENGLISH[unit].shift
    assert convert(value, unit, "en").scaleb(-shift) == value


def test_numbers() -> None:
    assert number(-0.5, "en", 1) == "−0.5"
    assert number(12345.678, "en", 1) == "12,345.7"
    assert number(12345.678, "zh", 1) == "12345.7"
    assert number(Decimal("-0.0"), "en") == "0.0"
    assert signed(2.5, "en") == "+2.5"
    assert signed(0.0, "en", 1) == "0.0"
    assert signed(-0.04, "en", 1) == "0.0"


def test_comparators_in_words() -> None:
    assert compared("70", "~", "zh") == "约70"
    assert compared("70", "~", "en") == "about\u00a070"
    assert compared("", "=", "en") == ""


def test_every_printed_word_has_an_english_rendering(targets: pd.DataFrame) -> None:
    words = set(targets["target_text"]) - {""}
    assert words == set(TARGET_TEXTS)
    assert all(target_text(text, "en").isascii() for text in words)


def test_labels_are_in_both_languages() -> None:
    for key, words in LABELS.items():
        assert words.zh, key
        assert words.en, key
        assert not re.search("[一-鿿]", words.en), key


def test_series_names_are_in_both_languages(registry: Registry) -> None:
    for series in registry.series.values():
        assert re.search("[一-鿿]", series.name_zh)
        assert series.name_en.isascii()
    assert len({series.name_en for series in registry.series.values()}) == len(registry.series)


# -- markup -------------------------------------------------------------------------------------


def test_a_table_escapes_its_data_and_names_its_parts() -> None:
    markup = table(
        'A "caption" & more',
        [Column("name", "<Name>", header=True), Column("value", "Value", numeric=True)],
        groups=[("Group|`x`", [{"name": "<script>", "value": "1", "id": "a"}])],
    ).markup
    assert "<script>" not in markup
    assert "&lt;script&gt;" in markup
    assert '<th scope="row">' in markup
    assert '<th scope="col" class="num">' in markup
    assert '<th scope="rowgroup" colspan="2">Group|`x`</th>' in markup
    assert "A &#34;caption&#34; &amp; more" in markup


def test_a_table_without_a_caption_is_refused() -> None:
    with pytest.raises(ValueError, match="caption"):
        table("", [Column("a", "A")], [])


def test_status_is_word_shape_and_class() -> None:
    assert status("not_comparable", "en") == Markup(
        '<span class="status status-not-comparable" data-sort="3">'
        '<span aria-hidden="true">◇</span> Not comparable</span>'
    )


def test_headlines_escape() -> None:
    assert "&lt;b&gt;" in headlines([("<b>", "x")]).markup


def test_private_use_characters_are_shown_as_named_boxes() -> None:
    assert cells.raw("６５\U001001b0 ５<") == Markup('６５<span title="U+1001B0">□</span> ５&lt;')


def chart_rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["港口", "机场"],
            "document": ["甲", "乙"],
            "rate": [1.0, 2.0],
            "low": [0.5, float("nan")],
            "high": [1.5, float("nan")],
            "comparator": ["=", "~"],
            "stated": [False, True],
        }
    )


def test_a_figure_needs_a_text_alternative_and_a_caption() -> None:
    use_style()
    figure = growth_chart(chart_rows(), "zh")
    with pytest.raises(ValueError, match="text alternative"):
        figure_html(figure, "x", " ", "caption")
    with pytest.raises(ValueError, match="text alternative"):
        figure_html(figure, "x", "alt", "")


def test_a_figure_has_nothing_of_a_users_own_matplotlibrc() -> None:
    use_style()
    usual = figure_html(growth_chart(chart_rows(), "zh"), "x", "alt", "c").markup
    with mpl.rc_context({"axes.facecolor": "red", "xtick.labelsize": 20, "savefig.dpi": 10}):
        use_style()
        assert figure_html(growth_chart(chart_rows(), "zh"), "x", "alt", "c").markup == usual


def test_figures_are_text_and_the_same_every_time() -> None:
    use_style()
    first, second = (
        figure_html(growth_chart(chart_rows(), "zh"), "x", 'a "b"', "c").markup for _ in range(2)
    )
    assert first == second
    assert ">港口</text>" in first
    assert 'role="img" aria-label="a &#34;b&#34;"' in first
    ids = re.findall(r' id="([^"]+)"', first)
    assert len(ids) == len(set(ids))
    assert all(name == "x" or name.startswith("x-") for name in ids)
    for target in re.findall(r'(?:url\(#|href="#)([^)"]+)', first):
        assert target in ids


def test_a_glyph_the_font_lacks_is_an_error() -> None:
    use_style()
    rows = chart_rows().assign(label=["CO₂", "x"])
    with pytest.raises(UserWarning, match="missing from"):
        figure_html(growth_chart(rows, "en"), "x", "alt", "caption")


def test_svg_drops_dates_and_comments() -> None:
    document = '<?xml?><svg width="1"><!-- c --><metadata>d</metadata><g id="a"/></svg>'
    assert (
        inline_svg(document, "n", "alt") == '<svg role="img" aria-label="alt" width="1"><g/></svg>'
    )


# -- pages --------------------------------------------------------------------------------------


def test_quarto_lists_exactly_the_pages() -> None:
    quarto = yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8"))
    pages = {str(page_path(page.name, language)) for page in PAGES for language in OTHER}
    patterns = quarto["project"]["render"]
    for page in pages | {"404.qmd"}:
        assert sum(fnmatch(page, pattern) for pattern in patterns) == 1, page
    for pattern in patterns:
        assert any(fnmatch(page, pattern) for page in pages | {"404.qmd"}), pattern
    for sidebar, language in zip(quarto["website"]["sidebar"], LANGUAGES, strict=True):
        linked = re.findall(r"'href': '([^']+)'", str(sidebar))
        listed = [page for page in PAGES if page.notebook != "series"]
        assert set(linked) == {str(page_path(page.name, language)) for page in listed}


def test_the_switch_leads_to_the_same_page() -> None:
    for page in PAGES:
        for language in LANGUAGES:
            here = page_path(page.name, language)
            link = other_language(page.name, language)
            target = (ROOT / here).parent.joinpath(link).resolve().relative_to(ROOT)
            assert str(target) == str(page_path(page.name, OTHER[language]))


def test_a_page_keeps_one_language() -> None:
    front = "---\nzh: {title: 题, description: 述}\nen: {title: T, description: D}\n---"
    notebook = new_notebook(
        cells=[
            new_raw_cell(front),
            new_markdown_cell("中", metadata={"tags": ["zh"]}),
            new_markdown_cell("Latin", metadata={"tags": ["en"]}),
            new_code_cell("1"),
        ]
    )
    page = as_page(notebook, Page("reports/x", "x", aliases=("reports/old",)), "en")
    front = yaml.safe_load(page.cells[0].source.strip("-"))
    own = {"title": "T", "description": "D", "lang": "en", "code-summary": "Code"}
    assert own.items() <= front.items()
    assert front["aliases"] == ["/en/reports/old.html"]
    assert 'href="../feed.xml"' in front["include-in-header"][0]["text"]
    assert 'action="../search.html"' in front["include-before-body"][0]["text"]
    assert "(../../reports/x.ipynb)" in page.cells[1].source
    assert [cell.source for cell in page.cells[2:-1]] == ["Latin", "1"]
    assert page.cells[-1].source.startswith("## Cite this page {#cite}")
    assert len(notebook.cells) == 4


def test_a_page_without_front_matter_is_refused() -> None:
    notebook = new_notebook(cells=[new_markdown_cell("x")])
    with pytest.raises(InputError, match="front matter"):
        as_page(notebook, Page("index", "home"), "zh")


def test_parameters_are_refused_with_what_is_allowed() -> None:
    with pytest.raises(InputError, match='plan="12FYP" is not known; allowed are "13fyp", "14fyp"'):
        check_choice("plan", "12FYP", ("13fyp", "14fyp"))


@pytest.mark.parametrize("path", ["../x.csv", "/tmp/x.csv", "build/../../x"])
def test_a_parameter_cannot_leave_the_project(path: str) -> None:
    with pytest.raises(InputError, match="leads out of the project"):
        inside_project(path)


def test_every_column_is_in_the_data_dictionary() -> None:
    dictionary = load_dictionary()
    for path in published_files():
        columns = path.read_text("utf-8").splitlines()[0].split(",")
        for column in columns:
            for language in LANGUAGES:
                assert meaning(dictionary, path.name, column, language), column
        assert set(dictionary[path.name]) <= set(columns)
        assert path.name in dictionary["files"]


def test_every_notebook_is_in_both_languages_or_in_english() -> None:
    import nbformat

    for page in PAGES:
        notebook = nbformat.read(NOTEBOOKS / f"{page.notebook}.ipynb", as_version=4)
        tags = [
            tag
            for cell in notebook.cells
            if cell.cell_type == "markdown"
            for tag in cell.metadata.get("tags", [])
        ]
        assert tags.count("zh") == tags.count("en") > 0
        assert not [
            c for c in notebook.cells if c.cell_type == "markdown" and not c.metadata.get("tags")
        ]


def test_data_joins_every_component_once() -> None:
    data = load_data()
    assert len(data.of_plan("13fyp")) == 50
    assert len(data.of_plan("14fyp")) == 50


def test_every_note_code_is_explained(notes: pd.DataFrame) -> None:
    data = load_data()
    used = set(notes["code"]) | {
        code for codes in data.completion["note"] for code in codes.split(";") if code
    }
    assert used == set(load_dictionary()["codes"])
