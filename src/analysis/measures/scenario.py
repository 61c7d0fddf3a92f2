"""Assumed growth paths: given growth, where it ends; given the end, what growth it takes."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.measures.growth import DECIMALS, implied_cagr

Rates = float | Sequence[float]
COLUMNS = ["scenario", "year", "rate_pct", "value"]


def grow(value: float, year: int, rates: Rates, end_year: int) -> pd.DataFrame:
    """Grow a value from a year on.

    Parameters
    ----------
    value, year
        Where it starts; the first rate is that of the year after.
    rates
        One rate for every year, or one per year, in per cent; the last one goes on to
        ``end_year``.

    Returns
    -------
    pandas.DataFrame
        ``year, rate_pct, value``, the starting year first, with no rate.

    Raises
    ------
    ValueError
        If there is no rate, or there are more rates than years.
    """
    span = end_year - year
    given = [float(rates)] if isinstance(rates, int | float) else [float(rate) for rate in rates]
    if not 0 < len(given) <= span:
        raise ValueError(f"{len(given)} rates for the {span} years after {year}; give 1 to {span}")
    yearly = given + given[-1:] * (span - len(given))
    values = [value]
    for rate in yearly:
        values.append(values[-1] * (1 + rate / 100))
    years = range(year, end_year + 1)
    return pd.DataFrame({"year": years, "rate_pct": [None, *yearly], "value": values}).astype(
        {"rate_pct": float}
    )


def scenario_table(
    value: float, year: int, target: float, target_year: int, scenarios: Mapping[str, Rates]
) -> pd.DataFrame:
    """Named scenarios and the path that just reaches the target, named ``required``.

    Returns
    -------
    pandas.DataFrame
        ``scenario, year, rate_pct, value``, scenarios in the order given, ``required`` last.
    """
    required = float(implied_cagr(value, target, target_year - year))
    named = {**scenarios, "required": required}
    parts = [
        grow(value, year, rates, target_year).assign(scenario=name) for name, rates in named.items()
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS].round(DECIMALS)
