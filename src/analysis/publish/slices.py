"""What concerns one series, out of every table: its page is made again only when that changes."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.files import read_table, write_text
from analysis.paths import PROCESSED, RAW
from analysis.printed.targets import KEY

BY_SERIES = {
    PROCESSED: ("indicators", "targets", "growth", "completion", "progress", "projections"),
    RAW: ("observations", "breaks", "set_aside"),
}
REFERENCE = re.compile(r"(?:targets|notes)/[^/ ]+/([a-z0-9-]+)|prose/([a-z0-9-]+)")


def series_named(texts: str, prose: Mapping[str, str]) -> set[str]:
    """The series a cross-check's references name.

    Parameters
    ----------
    texts
        Both sides of a check, as in ``left`` and ``right`` of ``coherence.csv``.
    prose
        Series by ``prose_id``.
    """
    return {own or prose.get(said, "") for own, said in REFERENCE.findall(texts)} - {""}


def write_slices(paths: Mapping[str, Path]) -> None:
    """Write the rows that concern each series as JSON, one file a series.

    Parameters
    ----------
    paths
        Where each series' file goes.
    """
    tables = {
        name: read_table(folder / f"{name}.csv")
        for folder, names in BY_SERIES.items()
        for name in names
    }
    targets, observations = tables["targets"], tables["observations"]
    sources, notes = read_table(RAW / "sources.csv"), read_table(RAW / "notes.csv")
    coherence = read_table(PROCESSED / "coherence.csv")
    stated = read_table(RAW / "prose.csv")
    prose = dict(zip(stated["prose_id"], stated["series_id"], strict=True))
    named = [
        series_named(f"{left} {right}", prose)
        for left, right in zip(coherence["left"], coherence["right"], strict=True)
    ]
    for series_id, path in paths.items():
        mine = {name: table[table["series_id"] == series_id] for name, table in tables.items()}
        own_sources = observations.loc[observations["series_id"] == series_id, "source_id"]
        mine["sources"] = sources[sources["source_id"].isin(own_sources)]
        own_targets = targets.loc[targets["series_id"] == series_id, KEY].drop_duplicates()
        mine["notes"] = notes.merge(own_targets, on=KEY)
        mine["coherence"] = coherence[[series_id in found for found in named]]
        write_text(path, _as_json(mine))


def _as_json(tables: Mapping[str, pd.DataFrame]) -> str:
    records: dict[str, Any] = {name: table.to_dict("records") for name, table in tables.items()}
    return json.dumps(records, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
