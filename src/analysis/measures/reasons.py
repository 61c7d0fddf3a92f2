"""Why a row of ``progress.csv`` has no status, and what its reader should know: as codes.

Codes are short English words; years or a series follow a colon. The wording is for the pages.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import compress

import pandas as pd

from analysis.measures.evidence import AT_LEAST, AT_MOST, Evidence

BROKEN = {
    "definition_change": "definition_changed",
    "definition_doubt": "definition_doubtful",
    "survey_change": "survey_changed",
    "census": "census",
    "currency": "currency_changed",
    "base_revision": "base_revised",
    "source_mismatch": "source_mismatch",
    "rounding": "rounding",
    "vintage": "first_published",
}
"""Code of every kind of break; in the baseline's own year it ends in ``_at_baseline``."""


def break_codes(
    rows: pd.DataFrame,
    breaks: pd.DataFrame,
    breaking: tuple[str, ...],
    breaking_at_baseline: tuple[str, ...],
) -> tuple[pd.Series, pd.Series]:
    """Breaks of each row's series that lie between its baseline and its value.

    Parameters
    ----------
    rows
        ``series_id``, ``baseline_year``, ``value_year``, ``measure`` and ``revised``; a revised
        baseline lies after a break of its own year.
    breaks
        ``series_id``, ``year``, ``kind``.
    breaking
        Kinds after which a value is not comparable with an earlier baseline.
    breaking_at_baseline
        Those that also count in the baseline's own year.

    Returns
    -------
    tuple of pandas.Series
        Codes that make the row not comparable, and remarks that do not; aligned with ``rows``,
        codes separated by ``;``. A remark on one year's figure counts for the years used: the
        baseline's and the value's, or every year of a chain or a sum.
    """
    ordered = breaks.sort_values(["series_id", "year", "kind"], kind="stable")
    of_series = {name: group.to_dict("records") for name, group in ordered.groupby("series_id")}
    broken, remarks = [], []
    used_columns = ["series_id", "baseline_year", "value_year", "measure", "revised"]
    for row in rows[used_columns].to_dict("records"):
        found: list[str] = []
        noted: list[str] = []
        start, end = row["baseline_year"], row["value_year"]
        for item in of_series.get(row["series_id"], []) if pd.notna(end) else []:
            year, kind = item["year"], item["kind"]
            if not start <= year <= end:
                continue
            code = f"{BROKEN.get(kind, kind)}:{year}"
            at_baseline = year == start
            if at_baseline and row["revised"]:
                continue
            used = at_baseline or year == end or row["measure"] in ("growth", "cumulative")
            if kind in breaking and (not at_baseline or kind in breaking_at_baseline):
                found.append(code)
            elif at_baseline and row["measure"] in ("level", "share"):
                noted.append(code.replace(":", "_at_baseline:"))
            elif not at_baseline and (used or kind == "base_revision"):
                noted.append(code)
        broken.append(";".join(found))
        remarks.append(";".join(noted))
    return pd.Series(broken, rows.index, dtype=str), pd.Series(remarks, rows.index, dtype=str)


def reason_codes(
    rows: pd.DataFrame,
    found: list[Evidence],
    broken: pd.Series,
    remarks: pd.Series,
    growth_reference: str,
) -> pd.Series:
    """Everything that explains a row, most weighty first.

    Parameters
    ----------
    rows
        With the terms ``progress_table`` has added.
    found
        The evidence of each row.
    broken, remarks
        From ``break_codes``.
    growth_reference
        The series a growth target in words is compared with.

    Returns
    -------
    pandas.Series
        Codes separated by ``;``, aligned with ``rows``.
    """
    has_value, in_words = rows["value"].notna(), rows["in_words"]
    no_aim, straight = rows["aim"].isna(), rows["straight"]
    compared = in_words & rows["clear"]
    no_final = rows["plan_over"] & has_value & ~rows["final"]
    bounded = pd.Series([item.bounded for item in found], rows.index, dtype=bool)
    flags = {
        "target_in_words": rows["target_comparator"] == "text",
        "no_target": no_aim & (rows["target_comparator"] != "text"),
        f"compared_with:{growth_reference}": compared & ~no_aim,
        "no_reference_value": compared & no_aim,
        "neutral_direction": rows["direction"] == "neutral",
        "no_value": ~has_value,
        "no_plan_year_value": no_final,
    }
    later = {
        "floor_only": rows["known_as"].isin(AT_LEAST) & bounded,
        "ceiling_only": rows["known_as"].isin(AT_MOST),
        "approximate_value": rows["known_as"] == "~",
        "approximate_target": rows["target_comparator"] == "~",
        "approximate_baseline": straight & (rows["baseline_comparator"] == "~"),
        "revised_baseline": rows["revised"],
        "no_baseline": straight & rows["base"].isna(),
        "baseline_at_target": straight & (rows["to_go"] == 0),
        "baseline_beyond_target": straight & (rows["to_go"] < 0),
        "zero_target": ~straight & (rows["to_go"] == 0),
        "target_against_direction": ~straight & (rows["to_go"] < 0),
        "milestone": rows["milestone"].notna(),
    }
    was_reached = no_final & rows["reached"]
    places = zip(found, _raised(flags), _raised(later), was_reached, broken, remarks, strict=True)
    texts = []
    for item, first, second, reached, breaking, noted in places:
        codes = [
            *first,
            *item.codes,
            *_years("reached_by", (item.year,) if reached and item.year else ()),
            *_years("missing_years", item.missing),
            *breaking.split(";"),
            *second,
            *_years("rate_from_levels", item.from_levels),
            *noted.split(";"),
        ]
        texts.append(";".join(code for code in codes if code))
    return pd.Series(texts, rows.index, dtype=str)


def _raised(flags: Mapping[str, pd.Series]) -> Iterator[Iterable[str]]:
    """For each row the names of its flags that are true, in their order."""
    columns = [flag.astype(bool).tolist() for flag in flags.values()]
    return (compress(flags, row) for row in zip(*columns, strict=True))


def _years(code: str, years: tuple[int, ...]) -> list[str]:
    return [f"{code}:{','.join(str(year) for year in years)}"] if years else []
