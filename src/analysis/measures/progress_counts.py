"""How many targets stand where: binding and expected apart, by component and by printed number."""

import pandas as pd

WORST_FIRST = ("missed", "moving_away", "behind", "", "on_track", "ahead", "achieved", "met")


def worst_of_number(progress: pd.DataFrame) -> pd.DataFrame:
    """One row per printed number and year, which takes the status of its worst component.

    A component without a status goes before one on track: nothing is said of a number that is not
    known of all its components, unless one of them is behind.
    """
    rank = {status: place for place, status in enumerate(WORST_FIRST)}
    order = progress["status"].map(rank)
    worst = order.groupby([progress[name] for name in ["as_of", "table_id", "number"]]).idxmin()
    return progress.loc[worst].reset_index(drop=True)


def count_statuses(progress: pd.DataFrame) -> pd.DataFrame:
    """Count statuses by year, table and attribute, by component and by number.

    Binding and expected targets are counted apart.

    Returns
    -------
    pandas.DataFrame
        ``as_of, table_id, attribute, count_by`` (component, number), a column per status with
        ``no_status`` for none, ``judged`` and ``total``.
    """
    by = ["as_of", "table_id", "attribute"]
    names = [status or "no_status" for status in WORST_FIRST]
    parts = []
    for count_by, frame in [("component", progress), ("number", worst_of_number(progress))]:
        named = frame.assign(status=frame["status"].replace("", "no_status"))
        counts = named.groupby(by)["status"].value_counts().unstack()
        counts = counts.reindex(columns=names).fillna(0).astype(int)
        counts["total"] = counts.sum(axis=1)
        counts["judged"] = counts["total"] - counts["no_status"]
        parts.append(counts.reset_index().assign(count_by=count_by))
    table = pd.concat(parts, ignore_index=True)
    return table[[*by, "count_by", *names, "judged", "total"]]
