"""The same pages with the same content, whichever renderer makes them."""

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analysis.paths import ROOT
from analysis.publish.render import choose_renderer, render

BUILT = ("data", "en", "reports", "index.ipynb", "search.ipynb", "404.qmd", "_quarto.yml")


class Content(HTMLParser):
    """What a page says in its main part: headings, words in tables, figures and links.

    Both renderers put it in ``<main>``; scripts, styles and what a renderer hides are no content.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.tables: list[str] = []
        self.figures: list[str] = []
        self.links: set[str] = set()
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"main", "h2", "h3", "table"}:
            self._open.append(tag)
            if tag in {"h2", "h3"}:
                self.headings.append("")
            elif tag == "table":
                self.tables.append("")
        if "main" not in self._open:
            return
        if tag == "figure" and "plot" in (given.get("class") or "").split():
            self.figures.append(given.get("id") or "")
        if tag == "a" and "table" in self._open and given.get("href"):
            self.links.add(str(given["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.reverse()
            self._open.remove(tag)
            self._open.reverse()

    def handle_data(self, data: str) -> None:
        if "main" not in self._open:
            return
        if self._open[-1] in {"h2", "h3"}:
            self.headings[-1] += data
        elif "table" in self._open:
            self.tables[-1] += data

    def facts(self) -> dict[str, object]:
        """What must be the same: texts without the white space around and within them."""
        return {
            "headings": [_words(text) for text in self.headings if _words(text)],
            "tables": [_words(text) for text in self.tables],
            "figures": self.figures,
            "links": self.links,
        }


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def contents(site: Path) -> dict[str, dict[str, object]]:
    """The facts of every page, by its path."""
    return {
        path.relative_to(site).as_posix(): Content(path.read_text("utf-8")).facts()
        for path in sorted(site.rglob("*.html"))
    }


def test_headings_tables_and_figures_are_read_off_a_page(site: Path) -> None:
    """What the comparison below rests on, read off pages whose content is known."""
    pages = contents(site)
    progress = pages["en/reports/progress-2025.html"]
    assert "Counts" in str(progress["headings"]) and "figure-paths" in str(progress["figures"])
    series = pages["reports/series-airport-passengers.html"]
    assert series["figures"] == ["figure-series"]
    assert any("10000" in text for text in series["tables"])  # type: ignore[attr-defined]
    assert "sources.html" in str(series["links"])


def test_no_figure_and_no_number_is_lost_when_a_word_changes() -> None:
    one = "<main><h2>A</h2><table><tr><td>1.5</td></tr></table></main><h2>toc</h2>"
    assert Content(one).facts() != Content(one.replace("1.5", "1.6")).facts()
    assert Content(one).facts()["headings"] == ["A"]


@pytest.mark.skipif(shutil.which("quarto") is None, reason="there is no quarto on the path")
def test_quarto_makes_the_same_pages(site: Path, tmp_path: Path) -> None:
    """Every page of the embedded renderer, with its headings, tables, figures and links."""
    root = tmp_path / "project"
    root.mkdir()
    for name in BUILT:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, root / name)
    for name in ("Makefile", "pyproject.toml", "requirements", "src"):
        if (ROOT / name).exists():
            os.symlink(ROOT / name, root / name)
    render(choose_renderer("quarto"), root, root / "_site")
    ours, theirs = contents(site), contents(root / "_site")
    assert set(theirs) == set(ours)
    for name, facts in ours.items():
        assert theirs[name] == facts, name
