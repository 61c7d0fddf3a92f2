"""The plain way, for comparison: one `papermill` command after the other, in an ordinary kernel.

`python -m benchmarks.loop SAMPLE SEED RESULT` runs in a copy of the project that is built: every
notebook run found in `build/` is done again with its parameters, first by papermill's command,
then in a warm kernel to learn what the cells alone take. SAMPLE is `all`, or the number of series
pages to run beside one run of every other notebook.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from analysis.delivery.verify import differences
from analysis.notebooks import run_notebook
from analysis.notebooks.output import is_injected
from analysis.notebooks.parameters import default_parameters
from analysis.paths import NOTEBOOKS, ROOT
from analysis.publish.fonts import subset_font
from analysis.publish.pages import assemble_page, page_characters
from analysis.publish.render import choose_renderer, render
from analysis.publish.sitemap import OTHER, PAGES, page_path

BUILD = ROOT / "build"
LOOP, WARM = BUILD / "loop", BUILD / "loop-warm"
FONT = ROOT / "reports" / "theme" / "fonts" / "plan-sans.woff2"


@dataclass(frozen=True)
class NotebookRun:
    """A run of a notebook: its source, and the executed copy the build made, below `build/`."""

    source: Path
    executed: Path

    @property
    def parameters(self) -> dict[str, object]:
        """What the build passed to it."""
        notebook = nbformat.read(self.executed, as_version=4)
        injected = [cell for cell in notebook.cells if is_injected(cell)]
        for cell in injected:
            cell.metadata.tags = ["parameters"]
        notebook.cells = injected
        return default_parameters(notebook)

    def below(self, folder: Path) -> Path:
        """Where another executed copy of it goes."""
        return folder / self.executed.relative_to(BUILD)


def all_runs() -> list[NotebookRun]:
    """Every notebook run of the build, in an order in which each finds what it reads."""
    names = ("clean-table", "growth-and-gaps", "progress-and-pace", "projections")
    runs = [
        NotebookRun(NOTEBOOKS / f"{name}.ipynb", executed)
        for name in names
        for executed in sorted((BUILD / "notebooks").glob(f"{name}-*.ipynb"))
    ]
    return runs + [
        NotebookRun(page.source, BUILD / "pages" / page_path(page.name, language))
        for page in PAGES
        for language in OTHER
    ]


def sample_of(runs: Sequence[NotebookRun], size: int, seed: int) -> list[NotebookRun]:
    """One run of every other notebook, and `size` series pages, chosen by a seed."""
    rng = random.Random(seed)
    chosen = []
    for source in dict.fromkeys(run.source for run in runs):
        own = [run for run in runs if run.source == source]
        wanted = min(size, len(own)) if source.stem == "series" else 1
        chosen += rng.sample(own, wanted)
    return chosen


def scaled(seconds: Sequence[tuple[str, float]], runs: Sequence[NotebookRun]) -> float:
    """The sum over all runs: each notebook's mean in the sample, times its number of runs.

    Parameters
    ----------
    seconds
        Name of the notebook and seconds, for each run of the sample.
    """
    counts = [run.source.stem for run in runs]
    total = 0.0
    for name in dict.fromkeys(counts):
        own = [taken for notebook, taken in seconds if notebook == name]
        if own:
            total += counts.count(name) * sum(own) / len(own)
    return total


def run_plainly(run: NotebookRun) -> tuple[float, float]:
    """Run papermill's command; seconds in all, and seconds in cells."""
    output = run.below(LOOP)
    output.parent.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "papermill", str(run.source), str(output), "-k", "python3"]
    words += ["--cwd", str(NOTEBOOKS), "--no-progress-bar", "--log-level", "ERROR"]
    for name, value in run.parameters.items():
        words += ["-p", name, str(value)]
    begun = time.monotonic()
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun, cell_seconds(nbformat.read(output, as_version=4))


def run_warm(run: NotebookRun) -> float:
    """Run the notebook as the build does; seconds in cells."""
    found: list[float] = []

    def note(executed: NotebookNode) -> NotebookNode:
        found.append(cell_seconds(executed))
        return executed

    run_notebook(run.source, run.below(WARM), run.parameters, finish=note)
    return found[0]


def cell_seconds(executed: NotebookNode) -> float:
    """The sum of what papermill noted for each cell."""
    noted = (cell.metadata.get("papermill", {}).get("duration") for cell in executed.cells)
    return float(sum(duration for duration in noted if duration))


def render_pages(ran: Sequence[NotebookRun]) -> float:
    """Make the site of what the loop executed, and of the build's copies for the rest; seconds."""
    begun = time.monotonic()
    done = {run.executed for run in ran}
    for page in PAGES:
        for language in OTHER:
            executed = BUILD / "pages" / page_path(page.name, language)
            run = NotebookRun(page.source, executed)
            assemble_page(page, language, run.below(LOOP) if executed in done else executed)
    subset_font(page_characters(), FONT)
    render(choose_renderer("embedded"), ROOT, ROOT / "_site")
    return time.monotonic() - begun


def measure(runs: Sequence[NotebookRun], chosen: Sequence[NotebookRun]) -> dict[str, object]:
    """Run the loop over the chosen ones of all runs, then the renderer; see `full_set_rows`."""
    plain, plain_cells, warm_cells = [], [], []
    for run in shown(chosen):
        name = run.source.stem
        seconds, in_cells = run_plainly(run)
        plain.append((name, seconds))
        plain_cells.append((name, in_cells))
        warm_cells.append((name, run_warm(run)))
    built = ROOT / "_site.built"
    (ROOT / "_site").rename(built)
    rendering = render_pages(chosen)
    return {
        "runs": len(runs),
        "sampled": len(chosen),
        "loop": scaled(plain, runs),
        "plain_cells": scaled(plain_cells, runs),
        "warm_cells": scaled(warm_cells, runs),
        "rendering": rendering,
        "differences": differences(built, ROOT / "_site"),
    }


def shown(runs: Sequence[NotebookRun]) -> Iterator[NotebookRun]:
    """The runs, each with a line on stderr as it starts."""
    for number, run in enumerate(runs, start=1):
        print(f"  loop {number}/{len(runs)}: {run.executed.stem}", file=sys.stderr, flush=True)
        yield run


def main(sample: str, seed: int, result: Path) -> None:
    """Measure the whole loop or a sample of it, and write what was found as JSON."""
    runs = all_runs()
    chosen = runs if sample == "all" else sample_of(runs, int(sample), seed)
    result.write_text(json.dumps(measure(runs, chosen)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
