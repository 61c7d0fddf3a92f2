"""The box at the foot of each page, and the versions it names."""

import hashlib
import re
import shutil
import tomllib
from html import unescape
from pathlib import Path

import nbformat
import pytest
import yaml

from analysis.paths import RAW, ROOT
from analysis.publish.citation import AUTHORS, bibtex, cite_box
from analysis.publish.data import LANGUAGES
from analysis.publish.sitemap import PAGES, Page, page_path
from analysis.publish.units import Language
from analysis.versions import code_version, data_version

PAGE = Page("reports/progress-2022", "progress", {"as_of": 2022})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_box_names_page_project_versions_year_and_address(language: Language) -> None:
    box = unescape(cite_box("R&D <进展>", PAGE, language, "1.2.3", "ab12cd34"))
    address = "reports/progress-2022.html" if language == "zh" else "en/reports/progress-2022.html"
    site = {"zh": "广州五年规划监测", "en": "Guangzhou plan monitor"}[language]
    version = {"zh": "数据版本ab12cd34", "en": "data version ab12cd34"}[language]
    for word in ("R&D <进展>", site, "1.2.3", version, "2022", f">{address}</a>", "MIT"):
        assert word in box
    assert 'href="progress-2022.html"' in box


def test_a_page_without_a_year_of_its_own_has_the_newest() -> None:
    assert "data to 2025" in cite_box("T", Page("reports/data", "data"), "en", "1", "2")


def test_a_title_cannot_break_the_markup_or_the_entry() -> None:
    box = cite_box("<script> 5% & {x}_1", PAGE, "en", "1", "2")
    assert "<script>" not in box
    entry = bibtex("<script> 5% & {x}_1", PAGE, "en", "1", "2")
    assert r"title = {{<script> 5\% \& \{x\}\_1}}" in entry
    plain = re.sub(r"\\[{}]", "", entry)
    assert plain.count("{") == plain.count("}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_ends_with_its_citation(page: Page) -> None:
    for language in LANGUAGES:
        path = ROOT / page_path(page.name, language)
        notebook = nbformat.read(path, as_version=4)
        title = yaml.safe_load(notebook.cells[0].source.strip("-"))["title"]
        last = unescape(notebook.cells[-1].source)
        assert "{#cite}" in last and title in last
        assert (
            data_version() in last
            and f"{page_path(page.name, language).with_suffix('.html')}<" in last
        )


def test_keys_are_unique() -> None:
    entries = [bibtex("T", page, language, "1", "2") for page in PAGES for language in LANGUAGES]
    assert len({entry.splitlines()[0] for entry in entries}) == len(entries)


def test_the_citation_file_is_in_step_with_the_project() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert str(citation["version"]) == project["version"] == code_version()
    assert citation["authors"] == [{"name": AUTHORS}]
    assert citation["title"] == "Guangzhou plan monitor"


def test_the_data_version_is_a_digest_of_paths_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.txt").write_bytes(b"two")
    (tmp_path / "a.csv").write_bytes(b"one")
    lines = [
        f"{name}\0{hashlib.sha256(content).hexdigest()}\n"
        for name, content in (("a.csv", b"one"), ("b/x.txt", b"two"))
    ]
    assert data_version(tmp_path) == hashlib.sha256("".join(lines).encode()).hexdigest()[:8]


def test_the_data_version_changes_with_any_raw_file(tmp_path: Path) -> None:
    raw = Path(shutil.copytree(RAW, tmp_path / "raw"))
    assert data_version(raw) == data_version()
    seen = {data_version()}
    for name in ("observations.csv", "indicators.toml", "tables/services-14fyp.txt"):
        (raw / name).write_bytes((raw / name).read_bytes() + b"\n")
        seen.add(data_version(raw))
    (raw / "breaks.csv").rename(raw / "breaks2.csv")
    seen.add(data_version(raw))
    (raw / ".breaks.csv.swp").write_bytes(b"an editor's copy")
    seen.add(data_version(raw))
    assert len(seen) == 5
