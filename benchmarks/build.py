"""Parts (a) to (d): the report set from nothing, and after no change or a small one."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from analysis.delivery.verify import SHOWN, differences
from benchmarks.checkout import Run, command, edit, report
from benchmarks.result import Row

TIMES_FASTER, NO_CHANGE_SECONDS = 8, 1.0
SEED = 14

Edit = tuple[str, str, str]
"""A file below the project's root, a text it has once, and what replaces it."""

LEVEL: Edit = (
    "data/raw/observations.csv",
    "airport-cargo,2015,153.78,",
    "airport-cargo,2015,153.79,",
)
WORDING: Edit = (
    "src/analysis/publish/wording.py",
    '"equal": Words("相同", "Equal")',
    '"equal": Words("相同", "The same")',
)


def full_set(folder: Path, sample: str) -> list[Row]:
    """Part (a): build a clean copy, then do the same in a plain loop there.

    Parameters
    ----------
    folder
        A copy of the sources.
    sample
        As for `benchmarks.loop`.
    """
    ours = report(folder)
    result = folder / "build" / "loop.json"
    command(folder, sys.executable, "-m", "benchmarks.loop", sample, str(SEED), str(result))
    found = json.loads(result.read_text("utf-8"))
    return full_set_rows(ours, found, os.cpu_count() or 1)


def full_set_rows(ours: Run, found: Mapping[str, Any], cores: int) -> list[Row]:
    """The rows of part (a).

    Parameters
    ----------
    found
        From `benchmarks.loop`: the number of `runs` and of those `sampled`; the seconds of the
        `loop`, of cells in ordinary and in warm kernels (`plain_cells`, `warm_cells`), all scaled
        up, and of `rendering`; `differences` between both sites, as texts.
    """
    loop = found["loop"] + found["rendering"]
    faster, floor = loop / ours.seconds, found["warm_cells"] / cores
    scaled = found["sampled"] < found["runs"]
    how = f"{found['runs']} runs, one after the other, ordinary kernels, then the same renderer"
    if scaled:
        how += f"; scaled up from {found['sampled']} runs, a mean for each notebook"
    same = "differs from" if found["differences"] else "is byte for byte"
    why = f"nothing around the cells can be saved below the floor of {_minutes(floor)}; "
    reached = faster >= TIMES_FASTER
    return [
        Row(
            "our build, from a clean copy", _minutes(ours.seconds), note=f"{len(ours.tasks)} tasks"
        ),
        Row(
            "a loop of `papermill` commands" + (" (scaled up)" if scaled else ""),
            _minutes(loop),
            note=f"{how} ({found['rendering']:.0f} s); its site {same} ours",
        ),
        Row(
            "floor: cell times / cores",
            _minutes(floor),
            note="cells in warm kernels, where imports cost nothing, one run at a time; in "
            f"ordinary kernels {_minutes(found['plain_cells'] / cores)}",
        ),
        Row(
            "our build against the loop",
            f"{faster:.1f}×",
            f"≥ {TIMES_FASTER}×",
            reached,
            "" if reached else f"{why}the loop is {loop / floor:.1f} times that floor",
        ),
    ]


def no_change(folder: Path, times: int = 5) -> list[Row]:
    """Part (b): run the graph where nothing is stale; the median time."""
    runs = [report(folder) for _ in range(times)]
    seconds = median(run.seconds for run in runs)
    idle = not any(run.tasks for run in runs)
    note = f"median of {times} runs, {'none did anything' if idle else 'but some ran tasks'}"
    reached = idle and seconds < NO_CHANGE_SECONDS
    return [Row("no change", f"{seconds:.2f} s", f"< {NO_CHANGE_SECONDS:.0f} s", reached, note)]


def one_observation(folder: Path, change: Edit = LEVEL) -> list[Row]:
    """Part (c): change a value, and compare the series pages that ran with those it concerns."""
    before = _slices(folder)
    run = _after(folder, change)
    after = _slices(folder)
    concerned = {name for name, content in after.items() if before.get(name) != content}
    ran = {task.split(":")[1].partition("series-")[2] for task in _executed(run)} - {""}
    count = len(before)
    others = len([task for task in _executed(run) if "series-" not in task])
    note = (
        f"{change[1].rstrip(',')} became {change[2].rstrip(',').rpartition(',')[2]}: "
        f"{len(run.tasks)} tasks ran ({kinds(run.tasks)}). {len(ran)} of {count} series' pages "
        f"ran, {len(concerned)} series have a changed row (intervals are pooled over all series, "
        f"so one value can move the projections of many); {others} page runs read whole tables. "
        "Every page is framed anew, since each names the data version"
    )
    measured = f"{_minutes(run.seconds)}, {len(ran)} of {count} series"
    return [Row("one changed observation", measured, "only dependants", ran == concerned, note)]


def against_clean(folder: Path, clean: Path, change: Edit = LEVEL) -> Row:
    """Part (c): the whole site after a change, compared with one built of nothing.

    Parameters
    ----------
    folder
        A copy in which the change was made, and what was stale then.
    clean
        A copy of the sources, without the change.
    """
    name, old, new = change
    edit(clean / name, old, new)
    report(clean)
    differing = differences(clean / "_site", folder / "_site")
    count = sum(path.is_file() for path in (clean / "_site").rglob("*"))
    return Row(
        "the site after it, against a clean build",
        f"{len(differing)} of {count} files differ",
        "byte for byte",
        not differing,
        "; ".join(differing[:SHOWN]),
    )


def one_wording(folder: Path, change: Edit = WORDING) -> list[Row]:
    """Part (d): change a line that much of the code imports."""
    run = _after(folder, change)
    note = (
        f"`{Path(change[0]).name}` is imported by whatever makes a page: {len(run.tasks)} tasks "
        f"ran ({kinds(run.tasks)})"
    )
    return [Row("one changed line of wording", _minutes(run.seconds), note=note)]


def kinds(tasks: Sequence[str]) -> str:
    """How many tasks of each kind, the most frequent first: `execute 40, page 3`."""
    names = [task.partition(":")[0] for task in tasks]
    order = sorted(set(names), key=lambda name: (-names.count(name), name))
    return ", ".join(f"{name} {names.count(name)}" for name in order)


def _after(folder: Path, change: Edit) -> Run:
    name, old, new = change
    edit(folder / name, old, new)
    return report(folder)


def _executed(run: Run) -> list[str]:
    return [task for task in run.tasks if task.startswith("execute:")]


def _slices(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (folder / "build" / "series").glob("*.json")}


def _minutes(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"
