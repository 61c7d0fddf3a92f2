"""``progress.csv``: how far every target of a running or just ended plan has come."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures import progress as rules
from analysis.measures.breaks import AT_BASELINE, INCOMPARABLE
from analysis.measures.evidence import (
    AT_LEAST,
    AT_MOST,
    PLAN_YEARS,
    Evidence,
    Observed,
    Point,
    chained_growth,
    chained_reduction,
    latest_value,
    plan_sum,
)
from analysis.measures.progress import Floats
from analysis.measures.reasons import break_codes, reason_codes

KEY = ["table_id", "number", "component"]
COLUMNS = [
    *[*KEY, "series_id", "attribute", "as_of", "value_year", "value", "baseline_value"],
    *["target_value", "time_share", "progress_share", "cagr_actual_pct", "cagr_required_pct"],
    *["cagr_ratio", "required_pace", "required_pace_unit", "status", "status_cagr"],
    *["methods_agree", "comparable", "reason"],
]


@dataclass(frozen=True)
class Settings:
    """What is decided rather than computed; stated on the page.

    Attributes
    ----------
    cutoffs
        Where one status ends and the next begins.
    tolerance_pct
        Half-width of the band around an approximate target or value, per cent of the target.
    real_growth
        Series whose growth target is in real terms; other growth targets are nominal.
    growth_reference
        The series a growth target in words ("in step with growth") is compared with, in real
        terms.
    stepwise
        Levels whose required pace is read as a step in their own unit, not as a rate.
    milestones
        Share of the task due by a year where a ministry set its own path, by series and year; the
        time share otherwise.
    """

    cutoffs: rules.Cutoffs = field(default_factory=rules.Cutoffs)
    tolerance_pct: float = rules.DEFAULT_TOLERANCE_PCT
    real_growth: frozenset[str] = frozenset({"gdp-growth-real"})
    growth_reference: str = "gdp-growth-real"
    stepwise: frozenset[str] = frozenset(
        {
            *{"life-expectancy", "trillion-clusters", "physicians-per-1000"},
            *{"childcare-places-per-1000"},
        }
    )
    milestones: Mapping[tuple[str, int], float] = field(default_factory=dict)


def progress_table(
    targets: pd.DataFrame,
    kinds: pd.Series,
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    as_of: int,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Follow every component as of a year, by both rules.

    Parameters
    ----------
    targets
        Rows of running or just ended plans, as loaded by ``load_targets``; an optional column
        ``revised`` says whose baseline is not the printed one, and so is on the values' basis.
    kinds
        What each baseline is, as from ``baseline_kind``, aligned with ``targets``.
    observed
        One row per series, measure and year, in the registry's units: ``series_id``, ``year``,
        ``value``, ``measure``, ``vintage``, ``comparator``, ``note``.
    breaks
        ``series_id``, ``year``, ``kind``.
    as_of
        The last year whose values count.
    settings
        Cut-offs and other decisions; the defaults where None.

    Returns
    -------
    pandas.DataFrame
        The columns of ``progress.csv``, a row for every row of ``targets``. ``value`` is in the
        target's terms: a growth target's is the mean of the chained rates, a sum's and a
        decline's is what is done since the plan began. ``reason`` holds codes separated by
        ``;``, some with years after a colon.
    """
    settings = settings or Settings()
    known = Observed.from_frames(observed, breaks)
    rows = targets.reset_index(drop=True).assign(kind=kinds.to_numpy())
    rows = rows.assign(revised=rows.get("revised", False))
    found = [_evidence(row, known, as_of, settings) for row in rows.to_dict("records")]
    rows = rows.assign(
        value_year=pd.array([item.year for item in found], dtype="Int64"),
        value=[item.value for item in found],
        known_as=[item.comparator for item in found],
        missing=[bool(item.missing) for item in found],
        plan_over=as_of >= rows["target_year"],
    )
    broken, remarks = break_codes(rows, breaks, INCOMPARABLE, AT_BASELINE)
    same_terms = pd.Series([item.comparable for item in found], dtype=bool)
    comparable = (same_terms & (broken == "")).astype("boolean").mask(rows["value"].isna())
    rows = rows.assign(comparable=comparable, clear=comparable.fillna(False).astype(bool))
    rates = _padded([item.rates for item in found])
    rows = _add_terms(rows, settings, known)
    rows = _add_shares(rows, rates)
    rows = _add_status(rows, rates, settings)
    rows = _add_pace(rows, rates, settings)
    rows["reason"] = reason_codes(rows, found, broken, remarks, settings.growth_reference)
    numbers = [
        *["value", "time_share", "progress_share", "cagr_actual_pct", "cagr_required_pct"],
        *["cagr_ratio", "required_pace"],
    ]
    rows[numbers] = rows[numbers].astype(float).round(rules.DECIMALS) + 0.0
    return rows.assign(as_of=as_of)[COLUMNS]


def _evidence(
    row: Mapping[Hashable, Any], known: Observed, as_of: int, settings: Settings
) -> Evidence:
    """Take the values that go with a target: the same measure, and for growth the same terms."""
    series_id, measure, end = row["series_id"], row["measure"], int(row["target_year"])
    years = range(end - PLAN_YEARS + 1, min(as_of, end) + 1)
    if measure == "growth":
        if row["target_comparator"] != "text" and series_id not in settings.real_growth:
            return chained_growth(known, series_id, "growth_nominal", years, "level")
        real = chained_growth(known, series_id, "growth_real", years)
        nominal = chained_growth(known, series_id, "growth_nominal", years)
        if real.year or not nominal.year:
            return real
        return Evidence(
            year=nominal.year,
            value=nominal.value,
            comparator=nominal.comparator,
            rates=nominal.rates,
            comparable=False,
            codes=("nominal_not_real",),
        )
    if measure == "cumulative":
        chain = row["unit"] == "%"
        return (chained_reduction if chain else plan_sum)(known, series_id, years)
    sign, target = rules.SIGN[row["direction"]], row["target_value"]

    def proves(point: Point) -> bool:
        favourable = AT_LEAST if sign > 0 else AT_MOST
        reached = bool(rules.reaches(point.value, target, sign))
        return reached if point.comparator in favourable else not reached

    return latest_value(known.of(series_id, measure, years), proves)


def _padded(rates: list[tuple[float, ...]]) -> Floats:
    """Rates as rows of one array; a year without growth adds nothing to a chain."""
    table = np.zeros((len(rates), PLAN_YEARS))
    for place, known in enumerate(rates):
        table[place, : len(known)] = known
        if not known:
            table[place] = np.nan
    return table


def _add_terms(rows: pd.DataFrame, settings: Settings, known: Observed) -> pd.DataFrame:
    """Add what the rules compare with: target, tolerance, sign, spans and the share due.

    A growth target in words is compared with the reference's mean over the same years, as an
    approximate target.
    """
    in_words = (rows["target_comparator"] == "text") & (rows["measure"] == "growth")
    means = {}
    for place, row in rows[in_words & rows["clear"]].iterrows():
        years = range(row["target_year"] - PLAN_YEARS + 1, row["value_year"] + 1)
        other = chained_growth(known, settings.growth_reference, "growth_real", years)
        means[place] = other.value if other.year == row["value_year"] else np.nan
    aim = rows["target_value"].astype(float).fillna(pd.Series(means, dtype=float))
    start, end = rows["baseline_year"].astype(float), rows["target_year"].astype(float)
    now = rows["value_year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    gone = pd.Series(rules.time_share(start, now, end))
    ends = rows["value_year"].fillna(0).astype(int).tolist()
    own = [settings.milestones.get(pair) for pair in zip(rows["series_id"], ends, strict=True)]
    band = aim.abs() * settings.tolerance_pct / 100
    straight = rows["measure"].isin(["level", "share"])
    base = rows["baseline_value"].where(straight & (rows["kind"] == "year_value"))
    sign = rows["direction"].map(rules.SIGN).astype(float)
    return rows.assign(
        aim=aim,
        in_words=in_words,
        band=band,
        tolerance=band.where((rows["target_comparator"] == "~") | in_words, 0.0),
        sign=sign,
        straight=straight,
        base=base,
        to_go=(sign * (aim - base.where(straight, 0.0))).round(rules.DECIMALS),
        elapsed=now - start,
        span=end - start,
        left=(end - now).mask(rows["plan_over"]),
        time_share=gone,
        milestone=pd.Series(own, dtype=float),
        final=(rows["value_year"] == rows["target_year"]).fillna(False).astype(bool),
    )


def _add_shares(rows: pd.DataFrame, rates: Floats) -> pd.DataFrame:
    """Add the shares done and the growth rates, each where its formula applies.

    Neither means anything where the target lies on the wrong side of the baseline, or on it.
    """
    value, aim = rows["value"].where(rows["clear"]), rows["aim"]
    percent = rows["unit"] == "%"
    by_measure = [
        (rows["straight"], rules.distance_share(rows["base"], value, aim)),
        (rows["measure"] == "growth", rules.growth_share(rates, aim, PLAN_YEARS)),
        (percent, rules.decline_share(value, aim)),
        (~percent, rules.sum_share(value, aim)),
    ]
    conditions, shares = zip(*by_measure, strict=True)
    share = pd.Series(np.select(conditions, shares, default=np.nan))
    level = rows["base"].where((rows["measure"] == "level") & (rows["to_go"] > 0))
    actual = pd.Series(rules.growth_rate(level, value, rows["elapsed"]))
    required = pd.Series(rules.growth_rate(level, aim, rows["span"]))
    return rows.assign(
        progress_share=share.where((rows["to_go"] > 0) & rows["clear"]),
        cagr_actual_pct=actual,
        cagr_required_pct=required,
        cagr_ratio=rules.cagr_ratio(actual, required, rows["sign"]),
    )


def _add_status(rows: pd.DataFrame, rates: Floats, settings: Settings) -> pd.DataFrame:
    """Add both statuses, where what is known can prove them.

    A bound (a floor, or a sum with missing years) proves that a target is reached, or missed in
    the plan year, but no place on the way. An approximate value just short of its target, by less
    than the tolerance, proves no miss. Nothing but the plan year's own value closes the account.
    """
    value, aim, sign = rows["value"], rows["aim"], rows["sign"]
    whole_plan = pd.Series(rules.mean_rate(rates, PLAN_YEARS))
    growing = (rows["measure"] == "growth") & (rows["to_go"] > 0)
    reached = pd.Series(
        rules.reaches(value.mask(growing, whole_plan), aim, sign, rows["tolerance"])
    )
    lower, upper = rows["known_as"].isin(AT_LEAST), rows["known_as"].isin(AT_MOST)
    exact = rows["known_as"].isin(["=", "~"])
    can_pass = exact | lower.where(sign > 0, upper)
    can_fail = exact | (upper.where(sign > 0, lower) & rows["final"])
    too_close = (rows["known_as"] == "~") & ((value - aim).abs() <= rows["band"]) & rows["final"]
    on_the_way = rows["final"] | rows["progress_share"].notna() | (rows["to_go"] <= 0)
    judged = rows["clear"] & aim.notna() & sign.notna()
    judged &= (reached & can_pass) | (~reached & can_fail & ~too_close & on_the_way)
    judged &= rows["final"] | ~rows["plan_over"]
    due = rows["milestone"].fillna(rows["time_share"])
    status = rules.schedule_status(
        rows["progress_share"], due, reached, rows["final"], settings.cutoffs
    )
    by_cagr = rules.cagr_status(rows["cagr_ratio"], settings.cutoffs)
    rows = rows.assign(
        reached=reached & can_pass & rows["clear"],
        status=pd.Series(status).where(judged, ""),
        status_cagr=pd.Series(by_cagr).where(judged, ""),
    )
    return rows.assign(methods_agree=rules.methods_agree(rows["status"], rows["status_cagr"]))


def _add_pace(rows: pd.DataFrame, rates: Floats, settings: Settings) -> pd.DataFrame:
    """Add the pace the years left require, in the unit a reader thinks in.

    Zero where the target is reached; empty after the plan, and where only a bound is known.
    """
    value, aim, left = rows["value"], rows["aim"], rows["left"]
    step = pd.Series(rules.additive_pace(value, aim, left))
    rate = pd.Series(rules.growth_rate(value, aim, left))
    stepwise = rows["series_id"].isin(list(settings.stepwise)) | rate.isna()
    level, percent = rows["measure"] == "level", rows["unit"] == "%"
    by_measure = [
        (level & ~stepwise, rate, "%/yr"),
        (rows["measure"] == "share", step, "pp/yr"),
        (rows["measure"] == "growth", rules.growth_pace(rates, aim, PLAN_YEARS, left), "%/yr"),
        (~level & percent, rules.decline_pace(value, aim, left), "%/yr"),
    ]
    conditions, paces, units = zip(*by_measure, strict=True)
    pace = pd.Series(np.select(conditions, paces, default=step))
    pace = pace.mask(rows["reached"], 0.0)
    exact = rows["known_as"].isin(["=", "~"])
    pace = pace.where(rows["clear"] & (exact | rows["reached"]) & ~rows["in_words"] & left.notna())
    own_unit = rows["unit"] + "/yr"
    unit = pd.Series(np.select(conditions, units, default=own_unit))
    return rows.assign(required_pace=pace, required_pace_unit=unit.where(pace.notna(), ""))
