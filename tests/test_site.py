"""The built site: links, languages, fonts and self-containment."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pypandoc
import pytest
from fontTools.ttLib import TTFont

from analysis.delivery.check import check_site
from analysis.publish.fonts import drawn
from analysis.publish.sitemap import OTHER, PAGES, page_path
from analysis.publish.wording import LABELS
from analysis.versions import code_version, data_version

RULER = {"zh": "zh-Hans", "en": "en"}


class Page(HTMLParser):
    """The tags, ids and text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, *names: str) -> list[str]:
        return [tag[name] for _, tag in self.tags for name in names if name in tag]


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {path.relative_to(site).as_posix(): Page(path) for path in sorted(site.rglob("*.html"))}


def test_the_tree_is_the_page_list_in_both_languages(pages: dict[str, Page]) -> None:
    wanted = {
        page_path(page.name, language).with_suffix(".html").as_posix()
        for page in PAGES
        for language in OTHER
    }
    assert set(pages) == wanted | {"404.html"}
    chinese = {name for name in wanted if not name.startswith("en/")}
    assert {name.removeprefix("en/") for name in wanted if name.startswith("en/")} == chinese


def test_the_site_is_whole(site: Path) -> None:
    """What `make publish` asks: all pages, every link, anchor and address in a style, the data."""
    check_site(site)


def test_each_page_is_in_its_language_and_switches_to_the_other(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        if name == "404.html":
            assert {tag.get("lang") for _, tag in page.tags} >= {"zh-Hans", "en"}
            continue
        language = "en" if name.startswith("en/") else "zh"
        assert page.tags[0] == ("html", {"lang": RULER[language]}), name
        switches = [
            tag
            for kind, tag in page.tags
            if kind == "a" and tag.get("hreflang") == RULER["zh" if language == "en" else "en"]
        ]
        assert len(switches) == 1, name
        assert switches[0]["href"].endswith(name.removeprefix("en/")), name


def test_every_page_says_what_made_it(site: Path) -> None:
    """Renderer, code and data, each with its version; Quarto names itself in the same way."""
    renderer = f'<meta name="generator" content="Pandoc {pypandoc.get_pandoc_version()}">'
    for page in PAGES:
        for language in OTHER:
            text = (site / page_path(page.name, language).with_suffix(".html")).read_text("utf-8")
            assert renderer in text
            code, data = re.findall(
                r"(?:version |版本)([0-9.]+).{1,2}(?:data version |数据版本)(\w{8})", text
            )[0]
            assert (code, data) == (code_version(), data_version())


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        loaded = [tag for kind, tag in page.tags if kind in ("script", "link", "img", "iframe")]
        for tag in loaded:
            address = tag.get("href") or tag.get("src") or ""
            assert not urlsplit(address).netloc, f"{name}: {address}"
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", sheet.read_text("utf-8"))


def test_the_font_has_every_character_of_every_page(site: Path, pages: dict[str, Page]) -> None:
    font = TTFont(site / "reports" / "theme" / "fonts" / "plan-sans.woff2")
    known = set(font.getBestCmap())
    for name, page in pages.items():
        missing = drawn("".join(page.text)) - known
        assert not missing, f"{name}: {[chr(code) for code in missing]}"


def test_every_figure_states_its_finding_and_every_id_is_unique(pages: dict[str, Page]) -> None:
    figures = 0
    for name, page in pages.items():
        of_series = "/series-" in name
        drawn_here = sum(kind == "svg" for kind, _ in page.tags)
        nothing = any(LABELS["no_chart"].text(language) in "".join(page.text) for language in OTHER)
        assert not of_series or drawn_here + nothing == 1, name
        ids = page.values("id")
        assert len(ids) == len(set(ids)), name
        for kind, tag in page.tags:
            figures += kind == "figure" and not of_series
            if kind == "svg" or tag.get("class") == "plot-grid":
                assert re.search(r"\d", tag["aria-label"]), name
    assert figures == 20


def test_no_reader_sees_code_unfolded(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        kinds = [kind for kind, _ in page.tags]
        assert kinds.count("pre") == kinds.count("details"), name
        assert "injected-parameters" not in "".join(page.text)


def test_pages_and_site_are_light(site: Path, pages: dict[str, Page]) -> None:
    """A page with its styles, scripts and images, without the font; and the site as a whole."""
    for name, page in pages.items():
        loaded = {
            tag.get("href") or tag.get("src", "")
            for kind, tag in page.tags
            if kind in ("script", "img") or tag.get("rel") == "stylesheet"
        }
        files = [site / name, *(site / name / ".." / link.lstrip("/") for link in loaded)]
        weight = sum(path.resolve().stat().st_size for path in files)
        assert len(files) > 2, name
        assert weight < 300_000, f"{name}: {weight} bytes"
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 40_000_000


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_colour_of_a_figure_has_a_dark_counterpart_that_can_be_read(site: Path) -> None:
    """Text at least 4.5 to 1 on the dark paper, whatever colour it has on light paper."""
    styles = (site / "site_libs" / "layout.css").read_text("utf-8")
    theme = styles.partition("prefers-color-scheme: dark")[2].partition("@media")[0]
    named = dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", theme))
    dark = {
        (part, light): named.get(given.removeprefix("var(").removesuffix(")"), given)
        for part, light, given in re.findall(
            r'\[style\*="(fill|stroke): (#[0-9a-f]{6})"\] \{\s+(?:fill|stroke): (\S+) !important',
            theme,
        )
    }
    drawn_colours, of_text = set(), set()
    for path in sorted(site.rglob("*.html")):
        html = path.read_text("utf-8")
        for tag, style in re.findall(r'<(\w+)[^>]* style="([^"]*)"', html):
            found = set(re.findall(r"(fill|stroke): (#[0-9a-f]{6})", style))
            drawn_colours |= found
            of_text |= found if tag == "text" else set()
    assert of_text and drawn_colours <= set(dark)
    paper = luminance(named["--paper"])
    for part, light in of_text:
        assert part == "fill"
        assert (luminance(dark[part, light]) + 0.05) / (paper + 0.05) >= 4.5, light
