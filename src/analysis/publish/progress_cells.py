"""What stands in the cells of one component's yearly progress."""

from math import floor
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.reasons import reason_text
from analysis.publish.tables import status
from analysis.publish.targets import baseline_cell
from analysis.publish.units import Language, convert_float, number, signed
from analysis.publish.units import amount as with_unit
from analysis.publish.wording import compared, label

PLAN_END = 2025


def cells_of(
    data: PlanData, row: dict[str, Any], language: Language, folder: str = ""
) -> dict[str, Any]:
    """The cells of one component's row.

    Parameters
    ----------
    row
        As from ``progress.at``.
    folder
        The way to the folder of the series' pages, as for ``cells.linked``.
    """
    return {
        "number": row["number"],
        "indicator": cells.named(row, language, folder),
        "baseline": baseline_cell(row, PLAN_END - 5, language),
        "value": _value(data, row, language),
        "target": cells.target(row, language),
        "progress": _progress(row, language),
        "status": _status(row, language),
        "pace": _pace(row, language),
    }


def _value(data: PlanData, row: dict[str, Any], language: Language) -> Markup | str:
    """The value used with its year and vintage, or how it was put together."""
    if pd.isna(row["value"]):
        return cells.NOTHING
    year = int(row["value_year"])
    value = round(row["value"], 2) if row["measure"] == "growth" else row["value"]
    unit = "%" if row["measure"] == "growth" else row["unit"]
    shown = number(convert_float(value, unit, language), language)
    if row["measure"] in ("growth", "cumulative"):
        made = label(f"{row['measure']}_so_far", language)
        if unit == "%" and row["unit"] != "%":
            shown = f"{shown}%"
        if row["measure"] == "cumulative":
            shown = compared(shown, lower_bound(row), language)
        since = f"2021–{year}" if year > PLAN_END - 4 else str(year)
        return cells.aside(shown, f"{since} {made}{_without(row, language)}")
    used = data.observed[
        (data.observed["series_id"] == row["series_id"])
        & (data.observed["measure"] == row["measure"])
        & (data.observed["year"] == year)
    ].iloc[0]
    shown = compared(shown, str(used["comparator"]), language)
    joint = "，" if language == "zh" else ", "
    where = f"{label(used['vintage'], language)}{joint}{label(used['quality'], language)}"
    return cells.aside(shown, f"{year} · {where}")


def lower_bound(row: dict[str, Any]) -> str:
    """The comparator of a sum: a year without a value, or a floor among them, makes it a floor."""
    return ">=" if _codes(row) & {"missing_years", "floor_only"} else "="


def _codes(row: dict[str, Any]) -> set[str]:
    return {code.partition(":")[0] for code in row["reason"].split(";")}


def _without(row: dict[str, Any], language: Language) -> str:
    """The years a sum leaves out."""
    for code in row["reason"].split(";"):
        name, _, years = code.partition(":")
        if name == "missing_years" and row["measure"] == "cumulative":
            listed = years.replace(",", "、" if language == "zh" else ", ")
            return f"，缺{listed}年" if language == "zh" else f", without {listed}"
    return ""


def _progress(row: dict[str, Any], language: Language) -> Markup | str:
    if pd.isna(row["progress_share"]):
        return cells.NOTHING
    done = compared(share_done(row["progress_share"], language), _share_comparator(row), language)
    elapsed = f"{label('time', language)} {number(100 * row['time_share'], language, 0)}%"
    return cells.aside(done, elapsed)


def share_done(share: float, language: Language) -> str:
    """A share done in whole per cent, which is not rounded up to 100 % before all is done."""
    percent = 100 * share
    whole = floor(percent) if 99 < percent < 100 else percent
    return f"{number(whole, language, 0)}%"


def _share_comparator(row: dict[str, Any]) -> str:
    """A floor under the value is one under the share done, where more is better."""
    if row["measure"] == "cumulative":
        return lower_bound(row)
    return ">=" if row["direction"] == "up" and "floor_only" in _codes(row) else "="


def _status(row: dict[str, Any], language: Language) -> Markup:
    """The status, the other rule's status for levels, and what to know about them."""
    lines = []
    if row["status_cagr"]:
        rule = label(row["status_cagr"], language)
        lines.append(f"{label('status_cagr', language)}: {rule}")
    if row["methods_agree"] == "false":
        lines.append(label("rules_disagree", language))
    if row["status"] != "no_status" and row["reason"]:
        lines.append(reason_text(row["reason"], language))
    asides = [Markup('<span class="aside">{}</span>').format(line) for line in lines]
    return status(row["status"], language) + Markup("").join(asides)


def _pace(row: dict[str, Any], language: Language) -> Markup | str:
    """The pace required; where the value is older than the report, from which year it counts."""
    if pd.isna(row["required_pace"]):
        return cells.NOTHING
    if row["required_pace"] == 0:
        return label("reached", language)
    text = _pace_text(row["required_pace"], row["required_pace_unit"], language)
    if row["value_year"] >= row["as_of"]:
        return text
    year = int(row["value_year"])
    return cells.aside(text, f"自{year}年起算" if language == "zh" else f"counted from {year}")


def _pace_text(value: float, pace_unit: str, language: Language) -> str:
    unit = pace_unit.removesuffix("/yr")
    if unit == "%":
        return f"{signed(value, language, 1)}%"
    if unit == "pp":
        return cells.points(signed(value, language, 2), language)
    shown = number(convert_float(round(value, 2), unit, language), language)
    return with_unit(shown, unit, language)
