"""Part (f): the measures alone, on many cities at once."""

import json
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from analysis.measures.growth import growth_table
from analysis.measures.progress_table import progress_table
from analysis.measures.projection import paths
from analysis.paths import ROOT
from analysis.registry import load_registry
from benchmarks.checkout import environment
from benchmarks.memory import own_peak
from benchmarks.result import Row
from benchmarks.synthetic import BREAKS, YEARS, make_cities

CITIES, INDICATORS, AS_OF = 337, 100, 2024
SECONDS, MEGABYTES = 10, 1000
FITTED = 20


def measures_alone(cities: int = CITIES, indicators: int = INDICATORS) -> list[Row]:
    """Time the measures in a process of their own, whose peak memory is theirs alone."""
    words = [sys.executable, "-m", "benchmarks.measures", str(cities), str(indicators)]
    result = subprocess.run(words, env=environment(ROOT), stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(result.stdout)
    seconds = found["growth"] + found["progress"]
    reached = seconds < SECONDS and found["megabytes"] < MEGABYTES
    hours = found["fit"] * cities * indicators / 3600
    return [
        Row(
            f"{cities} cities × {indicators} indicators × {len(YEARS)} years",
            f"{seconds:.1f} s, {found['megabytes']:.0f} MB",
            f"< {SECONDS} s and 1 GB",
            reached,
            f"implied growth ({found['growth']:.1f} s), then progress, both statuses, required "
            f"pace and reasons as of {AS_OF} ({found['progress']:.1f} s); memory is the peak of "
            "the process, with libraries and the invented data. Projections are not in it: three "
            f"models are fitted to one series after the other, {1000 * found['fit']:.0f} ms each, "
            f"so {hours:.1f} h of one core for all of them, before intervals",
        )
    ]


def measure(cities: int, indicators: int) -> dict[str, float]:
    """Run the measures; seconds of each, and this process's peak memory in 10**6 bytes."""
    made = make_cities(load_registry(), ["14fyp"] * indicators, cities, seed=1)
    growth = _timed(lambda: growth_table(made.targets, made.kinds))
    progress = _timed(
        lambda: progress_table(made.targets, made.kinds, made.observed, BREAKS, AS_OF)
    )
    peak = own_peak()
    years = np.array(YEARS)
    levels = made.observed[made.observed["series_id"] == made.targets["series_id"].iloc[0]]
    points = np.log(levels["value"].to_numpy())
    fit = _timed(lambda: [paths(years, points, 5) for _ in range(FITTED)]) / FITTED
    return {"growth": growth, "progress": progress, "megabytes": peak, "fit": fit}


def _timed(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
