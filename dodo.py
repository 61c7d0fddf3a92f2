"""The task graph: printed tables -> processed tables -> pages -> site.

``make report`` is its front. A task runs again when the content of an input, its parameters, the
code it imports or a library it uses has changed, or when an output is damaged or gone.
"""

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from doit import get_var

from analysis.graph import (
    MD5Checker,
    Reporter,
    Settings,
    code_of,
    code_used_by,
    inputs_kept,
    note_inputs,
    outputs_intact,
    versions,
)
from analysis.kernels.settings import kernel_settings
from analysis.publish.dictionary import DESCRIPTOR, RAW_TABLES, parquet_path, published_files
from analysis.publish.render import choose_renderer, render
from analysis.publish.selection import read_selection
from analysis.publish.sitemap import (
    OTHER,
    PAGES,
    REPORT_YEARS,
    SERIES,
    Page,
    downloads,
    leftovers,
    page_parameters,
    page_path,
    remove_leftovers,
)
from analysis.publish.units import Language
from analysis.versions import RAW_KINDS, code_version

ROOT = Path(__file__).parent
BUILD = ROOT / "build"
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"
NOTEBOOKS = ROOT / "notebooks"
FONT = ROOT / "reports" / "theme" / "fonts" / "plan-sans.woff2"
THEME = sorted((ROOT / "reports" / "theme").glob("*.*"))
SITE = ROOT / "_site"
PLANS = ("13fyp", "14fyp")
SLICES = {series_id: BUILD / "series" / f"{series_id}.json" for series_id in SERIES}
LIBRARIES = (
    *("brotli", "fonttools", "ipykernel", "ipython", "jinja2", "markupsafe", "matplotlib"),
    *("mplfonts", "nbclient", "nbformat", "numpy", "opencc", "pagefind", "pagefind-bin-extended"),
    *("pandas", "pandera", "papermill", "pyarrow", "pydantic", "pypandoc-binary", "pyyaml"),
    *("scipy", "seaborn", "statsmodels"),
)
PACKAGE_DATA = [
    path
    for path in sorted((ROOT / "src" / "analysis").rglob("*"))
    if path.suffix in {".css", ".html", ".lua", ".mplstyle", ".toml"}
]
PROCESSED_TABLES = [
    PROCESSED / f"{name}.csv"
    for name in (
        *("indicators", "targets", "growth", "completion"),
        *("coherence", "progress", "projections"),
    )
]
PUBLISHED = [*PROCESSED_TABLES, *(RAW / f"{name}.csv" for name in RAW_TABLES)]
PACKAGE = [ROOT / DESCRIPTOR, *(parquet_path(table) for table in PUBLISHED)]

DOIT_CONFIG = {
    "backend": "lines",
    "check_file_uptodate": MD5Checker,
    "dep_file": str(ROOT / ".doit-state.json"),
    "default_tasks": ["site"],
    "continue": True,
    "num_process": os.cpu_count() or 1,
    "par_type": "process",
    "reporter": Reporter,
}

FITTED_TOLERANCE = 1e-5
"""Fitted models differ between processors in the seventh digit: such a file is kept."""

SCHEDULER = get_var("scheduler") or ""

# Small matrices: more threads only get in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SELECTION = read_selection(get_var("as_of"), get_var("plan"), get_var("language"))
SELECTION.check_rest(ROOT)
VERSIONS = versions(LIBRARIES)
CLUSTER = None
if SCHEDULER:
    from analysis.cluster.session import connect, run_there

    CLUSTER = connect(SCHEDULER, get_var("storage") or "", LIBRARIES)
    DOIT_CONFIG["num_process"] = CLUSTER.lanes

Task = dict[str, Any]

# Actions import what they run: papermill and pandas would cost a run without work a second.


def task_table() -> Iterator[Task]:
    """Read one printed table."""
    for raw in sorted((RAW / "tables").glob("*.txt")):
        output = BUILD / "targets" / f"{raw.stem}.csv"
        yield notebook_task(
            name=raw.stem,
            notebook="clean-table",
            parameters={"table_id": raw.stem, "output": below_root(output)},
            inputs=[raw, raw.with_suffix(".toml"), RAW / "indicators.toml"],
            outputs=[output],
        )


def task_targets() -> Task:
    """Put the tables' components together."""
    parts = [BUILD / "targets" / f"{raw.stem}.csv" for raw in (RAW / "tables").glob("*.txt")]
    return combine_task(parts, PROCESSED / "targets.csv")


def task_measure() -> Iterator[Task]:
    """Compute what one plan's targets imply, and its gaps."""
    for plan in PLANS:
        growth, completion = BUILD / "growth" / f"{plan}.csv", BUILD / "completion" / f"{plan}.csv"
        finished = plan == "13fyp"
        outputs = [growth, completion] if finished else [growth]
        yield notebook_task(
            name=plan,
            notebook="growth-and-gaps",
            parameters={
                "plan": plan,
                "growth_output": below_root(growth),
                "completion_output": below_root(completion) if finished else "",
            },
            inputs=[PROCESSED / "targets.csv", RAW / "notes.csv", *specs()],
            outputs=outputs,
        )


def task_growth() -> Task:
    """Put together what the plans' targets imply."""
    return combine_task(
        [BUILD / "growth" / f"{plan}.csv" for plan in PLANS], PROCESSED / "growth.csv"
    )


def task_completion() -> Task:
    """Publish the verdicts of finished plans."""
    return combine_task([BUILD / "completion" / "13fyp.csv"], PROCESSED / "completion.csv")


def task_follow() -> Iterator[Task]:
    """Compute the progress of the running plan as of one year."""
    return yearly_tasks("progress-and-pace", "progress")


def task_progress() -> Task:
    """Put the years' progress together, a block for each."""
    parts = [BUILD / "progress" / f"{as_of}.csv" for as_of in sorted(REPORT_YEARS)]
    return combine_task(parts, PROCESSED / "progress.csv", ["as_of", "table_id"])


def task_project() -> Iterator[Task]:
    """Project the running plan's targets from what was known at the end of one year."""
    return yearly_tasks("projections", "projections")


def task_projections() -> Task:
    """Put the years' projections together."""
    parts = [BUILD / "projections" / f"{as_of}.csv" for as_of in sorted(REPORT_YEARS)]
    return combine_task(parts, PROCESSED / "projections.csv", ["as_of"], FITTED_TOLERANCE)


def task_coherence() -> Task:
    """Hold the documents against each other and against arithmetic."""
    judged = [PROCESSED / "targets.csv", PROCESSED / "completion.csv"]
    raw = [RAW / name for name in ("notes.csv", "prose.csv", "indicators.toml")]
    return task(
        name=None,
        action=write_coherence,
        inputs=[*judged, *raw, *specs()],
        more_code=code_of("analysis.publish.coherence"),
        outputs=[PROCESSED / "coherence.csv"],
        parameters={},
    )


def task_indicators() -> Task:
    """Publish the registry of series as a flat table."""
    return task(
        name=None,
        action=write_indicators,
        inputs=[RAW / "indicators.toml"],
        more_code=[*code_of("analysis.registry"), *code_of("analysis.files")],
        outputs=[PROCESSED / "indicators.csv"],
        parameters={},
    )


def task_package() -> Task:
    """Describe the tables as a data package, with a Parquet copy of each."""
    published_files()  # refuses one that nobody knows before anything is made
    return task(
        name=None,
        action=write_package,
        inputs=[*PUBLISHED, *raw_files(), *PACKAGE_DATA],
        more_code=code_of("analysis.publish.package"),
        outputs=PACKAGE,
        parameters={"version": code_version()},
    )


def task_slices() -> Task:
    """Gather what concerns each series, so that its page depends on nothing else."""
    return task(
        name=None,
        action=write_slices,
        inputs=[*PROCESSED_TABLES, *sorted(RAW.glob("*.csv"))],
        more_code=code_of("analysis.publish.slices"),
        outputs=list(SLICES.values()),
        parameters={},
    )


def task_execute() -> Iterator[Task]:
    """Run one page's notebook in one language."""
    runner = [*PACKAGE_DATA, *code_of("analysis.notebooks")]
    tables, code = [*PROCESSED_TABLES, *raw_files()], functools.cache(code_used_by)
    for page in PAGES:
        for language in SELECTION.languages_of(page):
            yield task(
                name=f"{page.name}:{language}",
                action=partial(
                    run,
                    page.source,
                    executed_page(page, language),
                    page_parameters(page, language),
                    tables,
                ),
                inputs=[page.source, *page_inputs(page, tables), *runner],
                more_code=code(page.source),
                outputs=[
                    executed_page(page, language),
                    *(ROOT / path for path in downloads(page, language).values()),
                ],
                parameters=page.parameters,
            )


def task_page() -> Iterator[Task]:
    """Make a page of an executed notebook: its prose in one language, frame and citation."""
    framing = [*raw_files(), *PACKAGE_DATA, *code_of("analysis.publish.pages")]
    version = code_version()
    for page in PAGES:
        for language in SELECTION.languages_of(page):
            executed = executed_page(page, language)
            yield task(
                name=f"{page.name}:{language}",
                action=partial(assemble_page, page, language),
                inputs=[executed, *framing],
                more_code=[],
                outputs=[ROOT / page_path(page.name, language)],
                parameters={"version": version},
            )


def task_leftovers() -> Task:
    """Remove pages of series that are gone: renderers take every `reports/series-*` there is."""
    return {
        "actions": [partial(remove_leftovers, ROOT)],
        "uptodate": [not leftovers(ROOT)],
        "verbosity": 0,
    }


def task_font() -> Task:
    """Cut the web font down to the characters the pages use."""
    return task(
        name=None,
        action=write_font,
        inputs=[*page_files(), ROOT / "_quarto.yml", ROOT / "404.qmd", *THEME, *PACKAGE_DATA],
        more_code=code_of("analysis.publish.fonts"),
        outputs=[FONT],
        parameters={},
    )


def task_pages() -> Task:
    """Everything a renderer needs: the executed pages, the font, the tables and their package."""
    return {
        "actions": None,
        "task_dep": [
            *("page", "leftovers", "font", "package"),
            *[path.stem for path in PROCESSED_TABLES],
        ],
    }


def task_site() -> Task:
    """Render the pages into _site/ with Quarto or the embedded renderer."""
    kernel_settings()
    renderer = choose_renderer(os.environ.get("RENDERER", "auto"))
    return task(
        name=None,
        action=partial(render, renderer, ROOT, SITE),
        inputs=[
            *[*page_files(), *download_files(), *PUBLISHED, *PACKAGE, FONT],
            *[ROOT / "_quarto.yml", ROOT / "404.qmd", *THEME, *PACKAGE_DATA],
        ],
        more_code=code_of("analysis.publish.render"),
        outputs=[SITE],
        parameters={"renderer": renderer.description},
    ) | {"task_dep": ["leftovers"], "verbosity": 2}


def task(
    name: str | None,
    action: Any,
    inputs: list[Path],
    more_code: list[Path],
    outputs: list[Path],
    parameters: Mapping[str, str | int],
) -> Task:
    """A doit task that is up to date by content."""
    named = {"name": name} if name else {}
    return named | {
        "actions": [note_inputs, action],
        "file_dep": sorted({str(path) for path in [*inputs, *more_code]}),
        "targets": [str(path) for path in outputs],
        "uptodate": [outputs_intact, inputs_kept, Settings(parameters, VERSIONS)],
        "verbosity": 0,
    }


def notebook_task(
    name: str,
    notebook: str,
    parameters: Mapping[str, str | int],
    inputs: list[Path],
    outputs: list[Path],
) -> Task:
    """Run one notebook under papermill; its executed copy goes to build/notebooks."""
    source = NOTEBOOKS / f"{notebook}.ipynb"
    executed = BUILD / "notebooks" / f"{notebook}-{name}.ipynb"
    return task(
        name=name,
        action=partial(run, source, executed, parameters, []),
        inputs=[source, *inputs],
        more_code=[*code_used_by(source), *code_of("analysis.notebooks")],
        outputs=[*outputs, executed],
        parameters=parameters,
    )


def yearly_tasks(notebook: str, folder: str) -> Iterator[Task]:
    """Run a notebook on the observed values as of each year with a report."""
    names = ("observations", "sources", "set_aside", "breaks", "notes")
    facts = [RAW / "indicators.toml", *[RAW / f"{name}.csv" for name in names], *specs()]
    for as_of in sorted(REPORT_YEARS):
        output = BUILD / folder / f"{as_of}.csv"
        yield notebook_task(
            name=str(as_of),
            notebook=notebook,
            parameters={"plan": "14fyp", "as_of": as_of, "output": below_root(output)},
            inputs=[PROCESSED / "targets.csv", *facts],
            outputs=[output],
        )


def combine_task(
    parts: list[Path],
    output: Path,
    by: Sequence[str] = ("table_id",),
    tolerance: float = 0.0,
) -> Task:
    """Stack tables into one processed table, sorted by some columns, else in their own order."""
    return task(
        name=None,
        action=partial(combine, parts, output, list(by), tolerance),
        inputs=parts,
        more_code=code_of("analysis.files"),
        outputs=[output],
        parameters={},
    )


def run(
    source: Path,
    executed: Path,
    parameters: Mapping[str, str | int],
    more: list[Path],
    dependencies: list[str],
    targets: list[str],
) -> None:
    """Run a notebook, here or on the cluster.

    It reads the task's files and `more`: a series page reads whole tables and depends on a slice.
    """
    if CLUSTER:
        inputs = [*more, *map(Path, dependencies)]
        run_there(CLUSTER, source, executed, parameters, inputs, map(Path, targets))
        return
    from analysis.notebooks import run_notebook

    run_notebook(source, executed, parameters)


def assemble_page(page: Page, language: Language) -> None:
    from analysis.publish.pages import assemble_page

    assemble_page(page, language, executed_page(page, language))


def write_slices() -> None:
    from analysis.publish.slices import write_slices

    write_slices(SLICES)


def combine(parts: list[Path], output: Path, by: list[str], tolerance: float) -> None:
    from analysis.files import read_table, stack, write_table

    write_table(output, stack([read_table(part) for part in parts], by), tolerance)


def write_coherence() -> None:
    from analysis.publish.coherence import write_coherence

    write_coherence()


def write_indicators() -> None:
    from analysis.files import write_table
    from analysis.registry import load_registry

    write_table(PROCESSED / "indicators.csv", load_registry().table())


def write_package() -> None:
    from analysis.publish.package import write_package

    write_package()


def write_font() -> None:
    from analysis.publish.fonts import subset_font
    from analysis.publish.pages import page_characters

    subset_font(page_characters(), FONT)


@functools.cache
def specs() -> list[Path]:
    """The tables' layout files."""
    return sorted((RAW / "tables").glob("*.toml"))


def raw_files() -> list[Path]:
    """Everything the data version is computed from."""
    return sorted(path for path in RAW.rglob("*") if path.suffix in RAW_KINDS)


def page_inputs(page: Page, tables: list[Path]) -> list[Path]:
    """What a page's notebook reads: every table, or what concerns its series."""
    if page.notebook == "series":
        return [SLICES[str(page.parameters["indicator"])], *specs()]
    more = {"data": PACKAGE, "search": sorted({other.source for other in PAGES})}
    return [*tables, *more.get(page.notebook, [])]


def executed_page(page: Page, language: Language) -> Path:
    """Where a page's notebook lies once it has run, before it is made a page."""
    return BUILD / "pages" / page_path(page.name, language)


def page_files() -> list[Path]:
    """The finished pages, in both languages."""
    return [ROOT / page_path(page.name, language) for page in PAGES for language in OTHER]


def download_files() -> list[Path]:
    """The files that series pages offer for download."""
    return [
        ROOT / path
        for page in PAGES
        for language in OTHER
        for path in downloads(page, language).values()
    ]


def below_root(path: Path) -> str:
    """A path as a notebook parameter."""
    return path.relative_to(ROOT).as_posix()
