"""What plans asked of a series for each year, and what it did, on one scale.

A table that prints no baseline asks for growth only against an observed value of its base year.
Such a value is on the printed target's terms only if nothing broke in between, so a span with a
break in it gets no number.
"""

import numpy as np
import pandas as pd

from analysis.measures.breaks import AT_BASELINE, NO_RATE
from analysis.measures.growth import PLAN_YEARS, implied_cagr, pp_per_year
from analysis.measures.reasons import break_codes
from analysis.measures.windows import RULINGS, Ruling

KEY = ["table_id", "number", "component"]
ROLES = ("before", "asked", "achieved", "achieved_plan_year")
BOUNDS = frozenset({">", ">=", "<", "<="})
TARGET = "approximate_target"
COLUMNS = [
    *[*KEY, "series_id", "role", "measure", "unit"],
    *["start_year", "start_value", "start_comparator", "start_source"],
    *["end_year", "end_value", "end_comparator", "end_source"],
    *["years", "pace", "pace_unit", "comparator", "reason", "remark"],
]


def ambition_table(
    targets: pd.DataFrame,
    kinds: pd.Series,
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    followed: pd.DataFrame,
    rulings: tuple[Ruling, ...] = RULINGS,
) -> pd.DataFrame:
    """The yearly pace each target asks for, and the pace before and since.

    Four roles of a target's row: ``asked`` runs from the baseline to the target, ``achieved`` from
    the baseline to what was reached (printed, else observed in the target year),
    ``achieved_plan_year`` to the observed value of the target year where another year is printed,
    and ``before`` from the value observed ten years before the target year to the printed baseline.
    The baseline is the printed one, else the value observed five years before the target year.
    Levels: compound growth in per cent a year; shares: percentage points a year; growth targets:
    the rate itself. Years are those of the two values.

    Parameters
    ----------
    targets
        As loaded by ``load_targets``; rows of a table without targets are left out.
    kinds
        What each baseline is, as from ``baseline_kind``, aligned with ``targets``.
    observed
        One row per series, measure and year, as from ``choose``.
    breaks
        ``series_id``, ``year``, ``kind``.
    followed
        Rows of ``progress.csv`` of the plan's last year; the achieved rate of a growth target.
    rulings
        Those that cut a series count as a revision of its base where ``breaks`` names none.

    Returns
    -------
    pandas.DataFrame
        ``COLUMNS``. A ``start_source`` or ``end_source`` is ``printed`` for the row's own number,
        else a source. ``pace`` is rounded to six decimals and missing where ``reason`` (codes
        separated by ``;``) says why; ``comparator`` says whether it is exact, about or a bound.
    """
    targets = targets[targets["target_year"].notna()]
    spans = pd.concat([_spans(targets, kinds, observed, role) for role in ROLES])
    known = _with_codes(spans.reset_index(drop=True), _with_rulings(breaks, rulings))
    rates = _rates(targets, followed)
    table = pd.concat([known, rates], ignore_index=True)
    order = table["role"].map(ROLES.index)
    by = ["table_id", "number", "component", "_order"]
    ordered = table.assign(_order=order).sort_values(by, ignore_index=True)
    return ordered[COLUMNS]


def _spans(
    targets: pd.DataFrame, kinds: pd.Series, observed: pd.DataFrame, role: str
) -> pd.DataFrame:
    """Where one role's span starts and ends, for levels and shares."""
    rows = targets[targets["measure"].isin(["level", "share"])]
    printed = _printed(rows, "baseline", kinds[rows.index] == "year_value")
    base = _first(printed, _observed(rows, observed, rows["target_year"] - PLAN_YEARS))
    target_year = _observed(rows, observed, rows["target_year"])
    actual = _printed(rows, "actual", rows["actual_value"].notna())
    ends = {
        "before": (_observed(rows, observed, rows["target_year"] - 2 * PLAN_YEARS), printed),
        "asked": (base, _printed(rows, "target", rows["target_value"].notna())),
        "achieved": (base, _first(actual, target_year)),
        "achieved_plan_year": (base, target_year),
    }
    start, end = ends[role]
    spans = rows[[*KEY, "series_id", "measure", "unit"]].assign(role=role)
    spans = spans.join(start.add_prefix("start_")).join(end.add_prefix("end_"))
    if role == "before":
        return spans[printed["value"].notna()]
    if role == "achieved_plan_year":
        return spans[actual["value"].notna() & (rows["actual_year"] != rows["target_year"])]
    return spans[rows["target_comparator"] != "text"]


def _printed(rows: pd.DataFrame, which: str, known: pd.Series) -> pd.DataFrame:
    parts = {name: rows[f"{which}_{name}"] for name in ("year", "value", "comparator")}
    found = pd.DataFrame(parts).astype({"year": float, "value": float}).assign(source="printed")
    return found.where(known)


def _observed(rows: pd.DataFrame, observed: pd.DataFrame, years: pd.Series) -> pd.DataFrame:
    """The value of a year in the row's own unit; the year stands even where there is none."""
    keys = ["series_id", "measure", "unit", "year"]
    wanted = rows[keys[:3]].assign(year=years.astype(float))
    values = observed[[*keys, "value", "comparator", "source_id"]]
    found = wanted.merge(values, on=keys, how="left", validate="many_to_one")
    found.index = rows.index
    return found.rename(columns={"source_id": "source"})[["year", "value", "comparator", "source"]]


def _first(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return one.where(one["value"].notna(), other)


def _with_rulings(breaks: pd.DataFrame, rulings: tuple[Ruling, ...]) -> pd.DataFrame:
    cuts = [ruling for ruling in rulings if ruling.action == "cut_after"]
    more = pd.DataFrame(
        [(cut.series_id, cut.year, "base_revision") for cut in cuts],
        columns=["series_id", "year", "kind"],
    )
    known = breaks[["series_id", "year", "kind"]]
    return pd.concat([known, more], ignore_index=True).drop_duplicates()


def _with_codes(spans: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """The pace of each span, or why there is none."""
    complete = spans["start_value"].notna() & spans["end_value"].notna()
    own = spans["start_source"] == "printed"
    planned = own & (spans["role"] == "asked")
    looked = spans.assign(
        baseline_year=spans["start_year"],
        value_year=spans["end_year"].where(complete & ~planned),
        revised=False,
    )
    parts = [
        pd.concat(break_codes(looked[mine], breaks, NO_RATE, first), axis=1)
        for mine, first in ((own, AT_BASELINE), (~own, NO_RATE))
        if mine.any()
    ]
    codes = pd.concat(parts).reindex(spans.index)
    start, end = spans["start_comparator"], spans["end_comparator"]
    years = spans["end_year"] - spans["start_year"]
    span = years.to_numpy(dtype=float)
    growth = implied_cagr(spans["start_value"], spans["end_value"], span)
    points = pp_per_year(spans["start_value"], spans["end_value"], span)
    is_share = spans["measure"] == "share"
    pace = pd.Series(np.where(is_share, points, growth), spans.index).round(6)
    bounded = start.isin(BOUNDS)
    reason = codes[0].mask(bounded, "floor_only")
    for side in ("end", "start"):
        missing = spans[f"{side}_value"].isna()
        year = spans[f"{side}_year"].fillna(0).astype(int).astype(str)
        reason = reason.mask(missing, "missing_years:" + year)
    about = (start == "~") & ~end.isin(BOUNDS)
    clear = reason == ""
    return spans.assign(
        years=years,
        pace=pace.where(clear),
        pace_unit=np.where(is_share, "pp", "%"),
        comparator=end.mask(about, "~").where(clear, ""),
        reason=reason,
        remark=codes[1].where(clear, ""),
    )


def _about_value(reasons: pd.Series) -> pd.Series:
    """Of a report's codes those on the value; what a target is like stands beside it."""
    kept = reasons.fillna("").str.split(";").map(lambda codes: [c for c in codes if c != TARGET])
    return kept.str.join(";")


def _rates(targets: pd.DataFrame, followed: pd.DataFrame) -> pd.DataFrame:
    """Targets that are rates themselves, sums over five years, and targets in words."""
    in_words = targets["target_comparator"] == "text"
    is_rate = targets["measure"] == "growth"
    is_sum = targets["measure"] == "cumulative"
    rows = targets[is_rate | is_sum | in_words]
    done = rows[KEY].merge(followed, on=KEY, how="left", validate="one_to_one")
    done.index = rows.index
    rate = is_rate[rows.index]
    printed = rows["actual_value"].notna()
    complete = done["status"].isin(["met", "missed"]) & (done["comparable"] == "true")
    asked_why = pd.Series("", rows.index).mask(is_sum, "five_year_sum")
    asked_why = asked_why.mask(in_words, "target_in_words")
    year = rows["target_year"].astype(str)
    reached_why = ("missing_years:" + year).mask(printed | complete, "")
    roles = {
        "asked": (rows["target_value"], rows["target_comparator"], asked_why, ""),
        "achieved": (
            rows["actual_value"].astype(float).mask(~printed & complete, done["value"]),
            rows["actual_comparator"].mask(~printed, "="),
            reached_why.mask(~rate, "five_year_sum").mask(~rate & in_words, "target_in_words"),
            _about_value(done["reason"]).where(~printed & complete, ""),
        ),
    }
    shared = rows[[*KEY, "series_id", "measure", "unit"]]
    parts = []
    for role, (pace, comparator, reason, remark) in roles.items():
        clear = reason == ""
        parts.append(
            shared.assign(
                role=role,
                years=PLAN_YEARS,
                pace=pace.astype(float).round(6).where(clear),
                pace_unit=np.where(rate, "%", ""),
                comparator=comparator.where(clear, ""),
                reason=reason,
                remark=pd.Series(remark, rows.index).where(clear, ""),
            )
        )
    return pd.concat(parts)
