"""One worker of the many-cities benchmark: `python -m benchmarks.city_reports KIND FIRST LAST`.

It runs in a copy of the project, whose `data/` it overwrites with one synthetic city after the
other, and makes reports of each: notebook, page, HTML. They go to `build/cities/`. Annual reports
are made of the real tables: a synthetic city's projections would have to be fitted first.
"""

import sys
from collections.abc import Iterator

import yaml

from analysis.notebooks import run_notebook
from analysis.paths import ROOT
from analysis.publish.embedded import Project, render_page
from analysis.publish.pages import assemble_page
from analysis.publish.sitemap import OTHER, PAGES, REPORT_YEARS, Page, page_parameters, page_path
from analysis.publish.units import Language
from benchmarks.city import read_real, write_city

PAGES_OF_A_CITY = 10
"""So that many reports are those of many cities."""
OUT = ROOT / "build" / "cities"


def main(kind: str, first: int, last: int) -> None:
    """Make the reports numbered from `first` to before `last`: of a series, or annual ones."""
    project = Project.model_validate(yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8")))
    real, written = read_real(ROOT / "data"), -1
    for city, page, language in reports(kind, first, last):
        if kind == "series" and city != written:
            write_city(real, ROOT / "data", city, REPORT_YEARS)
            written = city
        path = page_path(page.name, language)
        executed = ROOT / "build" / "pages" / path
        run_notebook(page.source, executed, page_parameters(page, language))
        assemble_page(page, language, executed)
        html, _ = render_page(ROOT, str(path), project)
        target = OUT / f"synthetic-{city:04}" / path.with_suffix(".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, "utf-8")


def reports(kind: str, first: int, last: int) -> Iterator[tuple[int, Page, Language]]:
    """The city, page and language of each report.

    Parameters
    ----------
    kind
        The notebook: `series` or `progress`. The cities take turns with its pages.
    """
    pages = [page for page in PAGES if page.notebook == kind]
    for number in range(first, last):
        place, second = divmod(number, len(OTHER))
        yield place // PAGES_OF_A_CITY, pages[place % len(pages)], tuple(OTHER)[second]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
