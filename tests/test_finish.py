"""What is added to the finished tree: feeds and the search index."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from analysis.errors import InputError
from analysis.paths import ROOT
from analysis.publish.finish import finish_site
from analysis.publish.finish.feed import read_head
from analysis.publish.sitemap import PAGES, REPORT_YEARS

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGE = (
    '<html lang="{lang}"><head><meta name="description" content="A &amp; b"></head><body>'
    '<nav>Sidebar</nav><main id="quarto-document-content"><h1>Report <em>{year}</em></h1><p>{text}</p>'
    "</main></body></html>"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree as another renderer makes it."""
    for folder, lang, text in (("", "zh-Hans", "研发经费"), ("en/", "en", "research spending")):
        for year in REPORT_YEARS:
            path = tmp_path / "_site" / f"{folder}reports/progress-{year}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PAGE.format(lang=lang, year=year, text=text), "utf-8")
    return tmp_path / "_site"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_feed_announces_every_report_in_its_language(site: Path) -> None:
    identifiers = set()
    for folder, lang in (("", "zh-Hans"), ("en", "en")):
        root = ElementTree.parse(site / folder / "feed.xml").getroot()
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
        entries = root.findall("a:entry", ATOM)
        assert len(entries) == len(REPORT_YEARS)
        for entry, year in zip(entries, REPORT_YEARS, strict=True):
            link = entry.find("a:link", ATOM)
            assert link is not None
            head = read_head((site / folder / link.get("href", "")).read_text("utf-8"))
            assert entry.findtext("a:title", namespaces=ATOM) == head.title
            assert str(year) in head.title
            assert entry.findtext("a:summary", namespaces=ATOM) == head.description != ""
            assert entry.findtext("a:updated", namespaces=ATOM) == f"{year}-12-31T00:00:00Z"
        assert root.findtext("a:updated", namespaces=ATOM) == f"{max(REPORT_YEARS)}-12-31T00:00:00Z"
        identifiers |= {element.text for element in root.iter(f"{{{ATOM['a']}}}id")}
    assert len(identifiers) == 2 * (len(REPORT_YEARS) + 1)


def test_the_index_holds_every_page_but_404_in_its_language(site: Path) -> None:
    entry = json.loads((site / "pagefind" / "pagefind-entry.json").read_text("utf-8"))
    counts = {name: language["page_count"] for name, language in entry["languages"].items()}
    assert counts == {"zh-hans": len(PAGES), "en": len(PAGES)}


def test_finishing_again_gives_the_same_bytes(tree: Path) -> None:
    finish_site(tree)
    once = contents(tree)
    for _ in range(3):
        finish_site(tree)
        assert contents(tree) == once
    assert not any(str(tree.parent).encode() in data for data in once.values())
    assert not any("-ui." in name for name in once)


def test_a_sitemap_says_nothing_of_when_a_page_was_made(tree: Path) -> None:
    """Quarto writes the time of each input's file, which differs from build to build."""
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n  <url>\n    '
    loc, tail = "<loc>https://x.example.org/</loc>", "\n  </url>\n</urlset>\n"
    date = "\n    <lastmod>2026-01-01T00:00:00.000Z</lastmod>"
    (tree / "sitemap.xml").write_text(head + loc + date + tail)
    finish_site(tree)
    assert (tree / "sitemap.xml").read_text() == head + loc + tail


def test_quarto_finishes_the_folder_it_names(tree: Path, tmp_path: Path) -> None:
    """The post-render step, run as Quarto runs it, does what the embedded renderer's hook does."""
    steps = yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8"))["project"]
    assert steps["post-render"].split()[0] == "make"
    target = steps["post-render"].split()[-1]
    recipe = (ROOT / "Makefile").read_text("utf-8").split(f"\n{target}:\n")[1].splitlines()[0]
    assert recipe == '\t@"$${PAGES_MADE_BY:-$(BIN)python}" -m analysis.publish.finish'
    other = tmp_path / "other"
    shutil.copytree(tree, other)
    environment = {**os.environ, "QUARTO_PROJECT_OUTPUT_DIR": str(other)}
    command = [sys.executable, "-m", "analysis.publish.finish"]
    subprocess.run(command, env=environment, check=True)
    assert contents(other) == contents(tree), "a render of single pages is not finished"
    environment["QUARTO_PROJECT_RENDER_ALL"] = "1"
    subprocess.run(command, env=environment, check=True)
    finish_site(tree)
    assert contents(other) == contents(tree)
    (other / "en" / "reports" / f"progress-{max(REPORT_YEARS)}.html").unlink()
    failed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.endswith("but the feed lists it; render it.\n")
    assert "Traceback" not in failed.stderr


def test_a_missing_report_is_one_sentence(tree: Path) -> None:
    (tree / "en" / "reports" / f"progress-{max(REPORT_YEARS)}.html").unlink()
    with pytest.raises(InputError, match=r"reports/progress-\d+.html is not in the site"):
        finish_site(tree)


def test_a_site_that_cannot_be_indexed_is_one_sentence(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(InputError, match="the search index of _site could not be made"):
        finish_site(tree)
