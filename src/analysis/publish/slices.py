"""What concerns one series, as a file: its page is made again only when that changes."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from analysis.publish.crosschecks import Coherence, cross_check
from analysis.publish.data import PlanData, load_data
from analysis.writing import write_text


def load_series(series_id: str) -> tuple[PlanData, Coherence]:
    """All that the page of one series may show.

    Returns
    -------
    tuple of PlanData and Coherence
        What concerns the series, and the cross-checks that name it.

    Raises
    ------
    InputError
        If there is no such series, or a table is missing or malformed.
    """
    # For tables of hundreds of rows strings of Python are faster than pyarrow's: a fifth of a page.
    with pd.option_context("mode.string_storage", "python"):
        data = load_data()
        return data.only(series_id), _checks(data).about(series_id)


def write_slices(paths: Mapping[str, Path]) -> None:
    """Write what ``load_series`` returns as JSON, one file a series, without the table layouts.

    Parameters
    ----------
    paths
        Where each series' file goes.
    """
    data = load_data()
    checks = _checks(data)
    for series_id, path in paths.items():
        content = {**vars(data.only(series_id)), "coherence": asdict(checks.about(series_id))}
        del content["specs"]
        content["coherence"]["lines"] = sorted(content["coherence"]["lines"].items())
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
        write_text(path, text + "\n")


def _checks(data: PlanData) -> Coherence:
    return cross_check(data.registry, data.targets, data.notes, data.prose, data.completion)


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return value.to_dict("records")
    if isinstance(value, BaseModel):
        return value.model_dump()
    return str(value)
