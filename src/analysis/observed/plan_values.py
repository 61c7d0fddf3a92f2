"""The plans' own tables as a source of observed values."""

from pathlib import Path

import pandas as pd

from analysis.observed.observations import load_observations
from analysis.paths import RAW
from analysis.printed.notes import baseline_kind
from analysis.printed.targets import KEY
from analysis.registry import Registry

ANNOUNCED = frozenset({"pending_census", "pending_survey"})
"""Notes by which a document announces that a printed value will be revised."""
ESTIMATED = ANNOUNCED | {"estimate", "estimated_population"}
"""Notes that make a printed value an estimate, to be replaced by an exact one where there is."""


def plan_values(targets: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """The levels and shares the plans print: baselines, results and values given in notes.

    Mean rates and five-year totals are left out: they are not one year's value. A document issued
    soon after the year counts as preliminary; a value its notes call an estimate, or announce a
    revision of, counts as approximate. A floor stays one.

    Parameters
    ----------
    targets
        As loaded by ``load_targets``.
    notes
        As loaded by ``load_notes``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``load_observations``, one row per series, measure, year and table;
        ``source_id`` is the ``table_id``.
    """
    yearly = baseline_kind(targets, notes) == "year_value"
    levels = targets["measure"].isin(["level", "share"])
    estimated = set(notes.loc[notes["code"].isin(ESTIMATED), KEY].itertuples(index=False))
    approximate = pd.Series(
        [key in estimated for key in targets[KEY].itertuples(index=False)], index=targets.index
    )
    parts = [
        _printed(targets[yearly], "baseline", approximate),
        _printed(targets[levels & targets["actual_value"].notna()], "actual", approximate),
        _in_notes(targets[levels], notes),
    ]
    rows = pd.concat(parts, ignore_index=True).drop_duplicates(
        ["series_id", "measure", "year", "source_id"]
    )
    fixed = {"vintage": "preliminary", "quality": "official", "set_aside": ""}
    return rows.assign(**fixed).astype({"year": int})


def _printed(targets: pd.DataFrame, which: str, approximate: pd.Series) -> pd.DataFrame:
    comparator = targets[f"{which}_comparator"].replace(">=", ">")
    return _rows(
        targets,
        year=targets[f"{which}_year"],
        value=targets[f"{which}_value"],
        comparator=comparator.mask(approximate[targets.index] & (comparator == "="), "~"),
        note=f"{which} printed in the plan",
    )


def _in_notes(targets: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    stated = notes[notes["code"] == "value_of_year"].drop(columns="unit")
    joined = stated.merge(targets.drop(columns=["year", "value"], errors="ignore"), on=KEY)
    expected = notes.loc[notes["code"] == "estimate", [*KEY, "year", "value"]]
    forecast = pd.MultiIndex.from_frame(joined[[*KEY, "year", "value"]]).isin(
        pd.MultiIndex.from_frame(expected)
    )
    return _rows(
        joined,
        year=joined["year"],
        value=joined["value"],
        comparator=pd.Series("=", joined.index).mask(forecast, "~"),
        note="value of the year in the table's notes",
    )


def _rows(
    targets: pd.DataFrame, year: pd.Series, value: pd.Series, comparator: pd.Series, note: str
) -> pd.DataFrame:
    """A printed flow or level is a level, whatever its target is; a share is one."""
    return pd.DataFrame(
        {
            "series_id": targets["series_id"],
            "year": year,
            "value": value,
            "unit": targets["unit"],
            "measure": targets["measure"].where(targets["measure"] == "share", "level"),
            "comparator": comparator,
            "source_id": targets["table_id"],
            "note": note,
        }
    )


def load_known(
    registry: Registry, targets: pd.DataFrame, notes: pd.DataFrame, folder: Path = RAW
) -> pd.DataFrame:
    """Everything observed: the values from outside, then those the plans print.

    Raises
    ------
    InputError
        As ``load_observations``.
    """
    files = (folder / f"{name}.csv" for name in ("observations", "sources", "set_aside"))
    outside = load_observations(registry, *files)
    return pd.concat([outside, plan_values(targets, notes)], ignore_index=True)
