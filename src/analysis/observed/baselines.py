"""The baseline a target is measured from: as printed, or as later revised."""

import pandas as pd

from analysis.observed.plan_values import ANNOUNCED
from analysis.printed.targets import KEY

BASELINES = ("printed", "revised")


def with_revised_baselines(
    targets: pd.DataFrame, notes: pd.DataFrame, observed: pd.DataFrame
) -> pd.DataFrame:
    """Replace the baselines whose revision the document itself announces.

    A baseline is replaced where a note announces a revision (after the census of 2020, or a
    survey) and an exact value of the baseline year is known from another source; the target stays
    as printed.

    Parameters
    ----------
    targets
        As loaded by ``load_targets``.
    notes
        As loaded by ``load_notes``.
    observed
        One row per series, measure and year, as from ``choose``.

    Returns
    -------
    pandas.DataFrame
        ``targets`` in the same order with ``revised``, whether the baseline is another one than
        printed, and there ``baseline_value`` and ``baseline_comparator`` of the new one.
    """
    announced = notes.loc[notes["code"].isin(ANNOUNCED), KEY]
    exact = observed[observed["comparator"] == "="].set_index(["series_id", "measure", "year"])
    pending = pd.MultiIndex.from_frame(targets[KEY]).isin(pd.MultiIndex.from_frame(announced))
    keys = pd.MultiIndex.from_frame(targets[["series_id", "measure", "baseline_year"]])
    values = pd.Series(exact["value"].reindex(keys).to_numpy(), targets.index)
    revised = values.notna() & pending & (values != targets["baseline_value"])
    return targets.assign(
        revised=revised,
        baseline_value=targets["baseline_value"].mask(revised, values),
        baseline_comparator=targets["baseline_comparator"].mask(revised, "="),
    )
