"""Which of several published values counts, as of a year."""

import pandas as pd

from analysis.observed.observations import KEY, QUALITIES, VINTAGES

EXACTNESS = ("=", "~", ">")


def choose(observations: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """One value per series, measure and year, among those of years up to ``as_of``.

    An exact value goes before an approximation, and that before a floor; then final before
    revised before preliminary before derived; then official before secondary; then the more
    precise figure; then the source listed first. Values set aside are never chosen.

    Parameters
    ----------
    observations
        As loaded by ``load_observations``.
    as_of
        The last year that counts.

    Returns
    -------
    pandas.DataFrame
        The columns of ``observations`` without ``set_aside``, sorted by series, measure and year.
    """
    usable = observations[(observations["set_aside"] == "") & (observations["year"] <= as_of)]
    decimals = usable["value"].map(lambda value: len(f"{value:.9f}".rstrip("0").partition(".")[2]))
    ranked = usable.assign(
        _exact=usable["comparator"].map(EXACTNESS.index),
        _vintage=usable["vintage"].map(VINTAGES.index),
        _quality=usable["quality"].map(QUALITIES.index),
        _precise=-decimals,
    )
    order = [*KEY, "_exact", "_vintage", "_quality", "_precise", "source_id"]
    best = ranked.sort_values(order, kind="stable").drop_duplicates(KEY)
    return best[observations.columns.drop("set_aside")].reset_index(drop=True)
