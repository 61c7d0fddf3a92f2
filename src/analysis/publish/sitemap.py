"""The pages of the site, and where each lies. Light to import: the task graph reads it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from analysis.errors import InputError
from analysis.paths import CODE, NOTEBOOKS, RAW, shown
from analysis.publish.units import Language
from analysis.reading import read_toml
from analysis.writing import writing

OTHER: dict[Language, Language] = {"zh": "en", "en": "zh"}


@dataclass(frozen=True)
class Page:
    """One page in both languages: its name in the site, its notebook and parameters.

    A page that moves keeps its former names as ``aliases``: redirect pages stand there.
    """

    name: str
    notebook: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        """The notebook that makes the page."""
        return NOTEBOOKS / f"{self.notebook}.ipynb"


REPORT_YEARS = range(2025, 2020, -1)
"""Years of the 14th plan with an annual report, the newest first."""


def series_codes(path: Path = RAW / "indicators.toml") -> tuple[str, ...]:
    """Codes of all series in the registry's order, without the cost of its full check.

    Raises
    ------
    InputError
        If the registry cannot be read, or a code cannot name a page.
    """
    series = read_toml(path).get("series")
    if not isinstance(series, dict) or not all(map(CODE.fullmatch, series)):
        raise InputError(
            f"{shown(path)}, key series: must be tables named by codes, like [series.gdp-growth]; "
            "correct the names."
        )
    return tuple(series)


SERIES = series_codes()
"""Codes of all series, in the registry's order: each has a page."""

PAGES = (
    Page("index", "home", {"as_of": 2025}),
    Page("reports/completion-13fyp", "completion", {"plan": "13fyp"}),
    Page("reports/targets-14fyp", "targets", {"plan": "14fyp"}),
    Page("reports/compare", "compare"),
    *(
        Page(f"reports/progress-{year}", "progress", {"plan": "14fyp", "as_of": year})
        for year in REPORT_YEARS
    ),
    Page("reports/outlook", "outlook", {"as_of": 2025}),
    Page("reports/coherence", "coherence"),
    Page("reports/indicators", "indicators"),
    Page("reports/printed", "printed"),
    Page("reports/sources", "sources"),
    Page("reports/methods", "methods"),
    Page("reports/data", "data"),
    *(
        Page(f"reports/series-{series_id}", "series", {"indicator": series_id, "as_of": 2025})
        for series_id in SERIES
    ),
    Page("search", "search"),
)


def page_path(name: str, language: Language) -> PurePosixPath:
    """Where a page's executed notebook lies in the project: English below ``en/``."""
    path = PurePosixPath(f"{name}.ipynb")
    return path if language == "zh" else PurePosixPath("en") / path


def downloads(page: Page, language: Language) -> dict[str, PurePosixPath]:
    """Files a page's notebook writes for download, by the parameter that names each."""
    if page.notebook != "series":
        return {}
    files = {"svg_output": PurePosixPath(f"{page.name}-{language}.svg")}
    return files | ({"csv_output": PurePosixPath(f"{page.name}.csv")} if language == "zh" else {})


def page_parameters(page: Page, language: Language) -> dict[str, str | int]:
    """A page's parameters with its language, and where its downloads go: where it will lie."""
    files = {name: str(path) for name, path in downloads(page, language).items()}
    return {**page.parameters, "language": language, **files}


def leftovers(root: Path) -> list[Path]:
    """Pages and downloads of series that the registry no longer has: the site would show them."""
    made = {
        path
        for page in PAGES
        for language in OTHER
        for path in (page_path(page.name, language), *downloads(page, language).values())
    }
    found = [path for below in ("", "en/") for path in root.glob(f"{below}reports/series-*")]
    return sorted(path for path in found if PurePosixPath(path.relative_to(root)) not in made)


def remove_leftovers(root: Path) -> None:
    """Remove those `leftovers`, a folder with what is in it.

    Raises
    ------
    InputError
        If the system refuses.
    """
    for path in leftovers(root):
        with writing(path):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def other_language(name: str, language: Language) -> str:
    """The relative link from a page to the same page in the other language."""
    here = page_path(name, language)
    there = page_path(name, OTHER[language])
    return "/".join([".."] * len(here.parent.parts) + list(there.parts))
