"""Whether the targets of a finished plan were reached."""

from typing import Literal

import numpy as np
import pandas as pd

KEY = ["table_id", "number", "component"]
COLUMNS = [
    *[*KEY, "series_id", "attribute", "target_value", "actual_value", "actual_year", "basis"],
    *["gap", "ratio_pct", "verdict", "note"],
]
DECIMALS = 6
DEFAULT_TOLERANCE_PCT = 2.0
"""Half-width of the band around an approximate (约, 左右) target, in per cent of the target."""

Basis = Literal["as_printed", "plan_year"]
Verdict = Literal["exceeded", "met", "missed", "not_comparable", "no_number"]
WORST_FIRST: tuple[Verdict, ...] = ("missed", "not_comparable", "no_number", "met", "exceeded")
SIGN = {"up": 1.0, "down": -1.0, "neutral": np.nan}
LOWER, UPPER = {">=", ">"}, {"<=", "<"}


def judge(
    gap: pd.Series,
    target: pd.Series,
    target_comparator: pd.Series,
    actual_comparator: pd.Series,
    direction: pd.Series,
    tolerance_pct: float = DEFAULT_TOLERANCE_PCT,
) -> pd.Series:
    """Judge components.

    A tie is met. An approximate target is met within ``tolerance_pct`` of it. An actual printed
    as a bound proves only what the bound implies: a floor above the target shows it exceeded, a
    floor below it settles nothing.

    Parameters
    ----------
    gap
        Actual minus target, positive when better, in the target's unit; NaN where the direction
        is neutral or the actual is missing.
    target
        In the same unit; NaN where there is none.
    target_comparator, actual_comparator
        As in ``targets.csv``.
    direction
        ``up``, ``down`` or ``neutral``.

    Returns
    -------
    pandas.Series
        ``exceeded``, ``met``, ``missed``, ``not_comparable`` or ``no_number``.
    """
    gap = gap.round(DECIMALS)
    band = (target.abs() * tolerance_pct / 100).round(DECIMALS)
    tolerance = band.where(target_comparator == "~", 0.0)
    up = direction == "up"
    lower, upper = actual_comparator.isin(LOWER), actual_comparator.isin(UPPER)
    at_least, at_most = lower.where(up, upper), upper.where(up, lower)
    strictly_better = at_least & actual_comparator.isin({">", "<"}) & (tolerance == 0)
    cases: list[tuple[pd.Series, Verdict]] = [
        (target.isna(), "no_number"),
        (gap.isna(), "not_comparable"),
        ((gap < -tolerance) & at_least, "not_comparable"),
        (gap < -tolerance, "missed"),
        (at_most, "not_comparable"),
        ((gap > tolerance) | ((gap == 0) & strictly_better), "exceeded"),
    ]
    conditions, verdicts = zip(*cases, strict=True)
    return pd.Series(np.select(conditions, verdicts, default="met"), index=gap.index)


def completion_table(
    targets: pd.DataFrame,
    notes: pd.DataFrame,
    tolerance_pct: float = DEFAULT_TOLERANCE_PCT,
) -> pd.DataFrame:
    """Judge every component, and again where a note gives the plan year's own value.

    Parameters
    ----------
    targets
        Rows of a finished plan, as loaded by ``load_targets``.
    notes
        As loaded by ``load_notes``; ``value_of_year`` gives values of other years.

    Returns
    -------
    pandas.DataFrame
        The columns of ``completion.csv``. ``gap`` is positive when better than the target,
        ``ratio_pct`` is ``100 · actual / target``; both empty where they mean nothing. ``note``
        holds codes separated by ``;``.
    """
    of_year = notes[notes["code"] == "value_of_year"][[*KEY, "year", "value"]]
    plan_year = targets.merge(of_year, on=KEY)
    plan_year = plan_year[
        (plan_year["year"] == plan_year["target_year"])
        & (plan_year["actual_year"] != plan_year["target_year"])
    ]
    plan_year = plan_year.assign(
        actual_value=plan_year["value"],
        actual_year=plan_year["year"],
        actual_comparator="=",
        basis="plan_year",
    ).drop(columns=["year", "value"])
    rows = pd.concat([targets.assign(basis="as_printed"), plan_year], ignore_index=True)
    rows = rows.sort_values([*KEY, "basis"], kind="stable", ignore_index=True)

    sign = rows["direction"].map(SIGN).astype(float)
    rows["gap"] = (sign * (rows["actual_value"] - rows["target_value"])).round(DECIMALS) + 0.0
    rows["ratio_pct"] = (
        100 * rows["actual_value"] / rows["target_value"].where(rows["target_value"] != 0)
    ).round(DECIMALS)
    rows["verdict"] = judge(
        rows["gap"],
        rows["target_value"],
        rows["target_comparator"],
        rows["actual_comparator"],
        rows["direction"],
        tolerance_pct,
    )
    rows["note"] = _note_codes(rows, notes)
    return rows[COLUMNS]


def with_population(
    targets: pd.DataFrame,
    notes: pd.DataFrame,
    counted: float,
    tolerance_pct: float = DEFAULT_TOLERANCE_PCT,
) -> pd.DataFrame:
    """Judge what a note says was computed with an estimated population by a counted one instead.

    The quantity stays and its denominator changes: actual · estimated / counted.

    Parameters
    ----------
    targets, notes
        As for ``completion_table``; ``estimated_population`` gives the estimates.
    counted
        The population, in the notes' unit.

    Returns
    -------
    pandas.DataFrame
        The columns of ``completion.csv``, with ``estimated``, the population of the note; as
        printed only.
    """
    estimates = notes.loc[notes["code"] == "estimated_population", [*KEY, "value"]]
    rows = targets.merge(estimates.rename(columns={"value": "estimated"}), on=KEY)
    restated = rows.assign(actual_value=rows["actual_value"] * rows["estimated"] / counted)
    judged = completion_table(restated, notes.iloc[:0], tolerance_pct)
    return judged.merge(rows[[*KEY, "estimated"]], on=KEY)


def _note_codes(rows: pd.DataFrame, notes: pd.DataFrame) -> pd.Series:
    flags = pd.DataFrame(
        {
            "no_target": rows["target_comparator"] == "",
            "target_in_words": rows["target_comparator"] == "text",
            "neutral_direction": rows["direction"] == "neutral",
            "approximate_target": rows["target_comparator"] == "~",
            "bound_only": rows["actual_comparator"].isin(LOWER | UPPER),
            "approximate_actual": rows["actual_comparator"] == "~",
            "other_year": (rows["actual_year"] != rows["target_year"]).fillna(False),
        }
    )
    computed = flags.apply(lambda row: list(flags.columns[row]), axis=1)
    printed = notes.groupby(KEY)["code"].agg(lambda codes: sorted(set(codes))).to_dict()
    keys = pd.MultiIndex.from_frame(rows[KEY])
    joined = [
        ";".join([*own, *printed.get(key, [])]) for own, key in zip(computed, keys, strict=True)
    ]
    return pd.Series(joined, index=rows.index)


def on_basis(completion: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """One row per component: on the basis asked for where there is one, else as printed."""
    if basis == "as_printed":
        return completion[completion["basis"] == "as_printed"].reset_index(drop=True)
    return completion.drop_duplicates(KEY, keep="last").reset_index(drop=True)


def worst_of_number(completion: pd.DataFrame) -> pd.DataFrame:
    """One row per printed number, which takes the verdict of its worst component."""
    rank = {verdict: place for place, verdict in enumerate(WORST_FIRST)}
    order = completion["verdict"].map(rank)
    worst = order.groupby([completion["table_id"], completion["number"]]).idxmin()
    return completion.loc[worst].reset_index(drop=True)


def count_verdicts(completion: pd.DataFrame) -> pd.DataFrame:
    """Count verdicts by table and attribute, by component and by number.

    Parameters
    ----------
    completion
        One row per component, from ``on_basis``.

    Returns
    -------
    pandas.DataFrame
        ``table_id, attribute, count_by`` (component, number), a column per verdict, ``total``.
    """
    parts = []
    for count_by, frame in [("component", completion), ("number", worst_of_number(completion))]:
        counts = frame.groupby(["table_id", "attribute"])["verdict"].value_counts().unstack()
        counts = counts.reindex(columns=list(WORST_FIRST)).fillna(0).astype(int)
        counts["total"] = counts.sum(axis=1)
        parts.append(counts.reset_index().assign(count_by=count_by))
    table = pd.concat(parts, ignore_index=True)
    return table[["table_id", "attribute", "count_by", *WORST_FIRST, "total"]]
