"""The data of one synthetic city: the real tables with every number scaled at random.

A report of it reads as much as a real one, and no figure in it is real. It goes into a copy of the
project in a temporary folder, never into the project's own `data/`.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.files import read_table, write_table
from analysis.measures.growth import growth_table
from analysis.measures.progress_table import progress_table
from analysis.observed.plan_values import load_known
from analysis.observed.vintage import choose
from analysis.printed.notes import baseline_kind, load_notes
from analysis.printed.targets import load_targets
from analysis.registry import load_registry

SCALED = {
    "raw/observations": ("value",),
    "processed/targets": ("baseline_value", "target_value", "actual_value"),
    "processed/projections": ("mean", "lo80", "hi80", "lo95", "hi95"),
}
"""The columns with a series' numbers; growth and progress are computed from them."""
FACTORS = (0.9, 1.0)
"""Least and greatest factor; one for each series of a city. A share stays below 100 %."""
PLAN = "14fyp"

Tables = Mapping[str, pd.DataFrame]


def read_real(data: Path) -> Tables:
    """The real tables a synthetic city is made of, as text, from the folder `data` of a copy."""
    return {name: read_table(data / f"{name}.csv") for name in (*SCALED, "raw/sources")}


def write_city(real: Tables, data: Path, city: int, years: Sequence[int]) -> None:
    """Write one city's tables where a copy of the project reads its own; equal cities, equal bytes.

    Parameters
    ----------
    real
        From ``read_real``, before the first city was written.
    data
        The folder `data` of the copy. Its tables are overwritten.
    city
        The city's number, which chooses its factors.
    years
        The years with an annual report.
    """
    rng = random.Random(city)
    factors = {name: rng.uniform(*FACTORS) for name in load_registry().series}
    for name, columns in SCALED.items():
        write_table(data / f"{name}.csv", scaled(real[name], columns, factors))
    titles = "Synthetic, for a benchmark: " + real["raw/sources"]["title"]
    write_table(data / "raw" / "sources.csv", real["raw/sources"].assign(title=titles))
    _write_measures(data / "processed", years)


def scaled(
    table: pd.DataFrame, columns: Sequence[str], factors: Mapping[str, float]
) -> pd.DataFrame:
    """A table of text with each number times its series' factor, to as many decimals as before."""

    def times(text: str, series_id: str) -> str:
        decimals = len(text.partition(".")[2])
        return f"{float(text) * factors[series_id]:.{decimals}f}" if text else ""

    return table.assign(
        **{
            name: [times(*pair) for pair in zip(table[name], table["series_id"], strict=True)]
            for name in columns
        }
    )


def _write_measures(processed: Path, years: Sequence[int]) -> None:
    """Compute what the targets imply, and their progress as of each year."""
    targets, registry = load_targets(), load_registry()
    notes = load_notes(targets)
    kinds = baseline_kind(targets, notes)
    known = load_known(registry, targets, notes)
    breaks = read_table(processed.with_name("raw") / "breaks.csv").astype({"year": int})
    running = targets["table_id"].str.endswith(PLAN)
    progress = [
        progress_table(targets[running], kinds[running], choose(known, year), breaks, year)
        for year in sorted(years)
    ]
    write_table(processed / "growth.csv", growth_table(targets, kinds))
    write_table(processed / "progress.csv", pd.concat(progress, ignore_index=True))
