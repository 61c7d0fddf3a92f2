"""Part (e): thousands of reports of synthetic cities, time and memory for each."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import InputError
from analysis.paths import ROOT
from benchmarks.checkout import copy_sources, environment
from benchmarks.memory import PeakMemory
from benchmarks.result import Row

COUNTS = (50, 500, 5000)
SECONDS, CORES = 0.5, 2
GROWTH = 1.1
"""How much longer a report may take, or more memory the workers need, and count as the same."""


def many_reports(folder: Path, counts: Sequence[int] = COUNTS, annual: int = 20) -> list[Row]:
    """Make reports with one worker a core, each in its own copy of the project.

    Parameters
    ----------
    folder
        An empty folder.
    counts
        How many reports of series, rising.
    annual
        How many annual reports, for comparison.
    """
    copies = [folder / f"worker-{number}" for number in range(os.cpu_count() or 1)]
    for copy in copies:
        copy_sources(ROOT, copy)
    taken_annual, peak_annual = _measure(copies, "progress", annual)  # before data/ is overwritten
    found = [_measure(copies, "series", count) for count in counts]
    seconds, peaks = zip(*found, strict=True)
    each = [taken / count for taken, count in zip(seconds, counts, strict=True)]
    ratio, growth = each[-1] / each[0], peaks[-1] / peaks[0]
    limit = SECONDS * CORES / len(copies)
    rows = [
        Row(
            f"{count} reports",
            f"{own:.2f} s a report, {peak / len(copies):.0f} MB a worker",
            f"≤ {limit:.2g} s on {len(copies)} cores",
            own <= limit,
            _note(count, taken, peak, len(copies), own, limit),
        )
        for count, taken, peak, own in zip(counts, seconds, peaks, each, strict=True)
    ]
    rows.append(
        Row(
            f"time and memory at {counts[-1]} against {counts[0]}",
            f"{ratio:.2f}× the time a report, {growth:.2f}× the memory",
            "linear, no growth",
            max(ratio, growth) <= GROWTH,
            "a report is one run of `series.ipynb`, made a page and rendered by the embedded "
            "renderer, ten series of a city in both languages; a synthetic city is the real "
            "tables with every number scaled at random. Starting the workers, inventing the "
            "cities and computing their progress is included, fitting projections is not",
        )
    )
    text = f"{taken_annual / annual:.2f} s a report, {peak_annual / len(copies):.0f} MB a worker"
    why = "of the real tables: a whole plan, with a small chart for each of its targets"
    return [*rows, Row(f"{annual} annual reports (`progress.ipynb`)", text, note=why)]


def _note(count: int, taken: float, peak: float, workers: int, own: float, limit: float) -> str:
    text = f"{taken:.0f} s, at most {peak:.0f} MB in all processes of {workers} workers"
    return text if own <= limit else f"{text}; a report takes {own * workers:.2f} s of one core"


def _measure(copies: Sequence[Path], kind: str, count: int) -> tuple[float, float]:
    """Share the reports between the copies; seconds, and peak memory in 10**6 bytes."""
    print(f"  {count} reports ({kind})", file=sys.stderr, flush=True)
    edges = [round(count * number / len(copies)) for number in range(len(copies) + 1)]
    begun = time.monotonic()
    with PeakMemory() as memory:
        workers = [
            _start(copy, kind, first, last)
            for copy, first, last in zip(copies, edges, edges[1:], strict=False)
        ]
        statuses = [worker.wait() for worker in workers]
    seconds = time.monotonic() - begun
    if any(statuses):
        raise InputError("a worker of part (e) failed: its own message is above.")
    return seconds, memory.megabytes


def _start(copy: Path, kind: str, first: int, last: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "benchmarks.city_reports", kind, str(first), str(last)]
    return subprocess.Popen(words, cwd=copy, env=environment(copy))
