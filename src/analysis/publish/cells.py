"""What stands in one cell of a reader's table."""

import unicodedata
from decimal import Decimal
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.publish.tables import link
from analysis.publish.units import (
    Language,
    amount,
    convert,
    convert_float,
    number,
    printed,
    printed_unit_label,
    signed,
    unit_label,
)
from analysis.publish.wording import compared, label, target_text

NOTHING = "—"
TURNED = {"=": "=", "~": "~", ">=": "<=", ">": "<", "<=": ">=", "<": ">"}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def name(row: dict[str, Any], language: Language) -> str:
    """The series' name."""
    return str(row[f"name_{language}"])


def linked(row: dict[str, Any], language: Language, folder: str = "") -> Markup:
    """The series' name, leading to its page.

    Parameters
    ----------
    folder
        The way from the page to the folder of the series' pages; empty within it.
    """
    return link(f"{folder}series-{row['series_id']}.html", name(row, language))


def named(row: dict[str, Any], language: Language, folder: str = "") -> Markup:
    """As ``linked``, with the unit below, which the row's bare numbers are sorted by."""
    words = unit(row, language)
    return Markup('{} <span class="aside" data-unit="{}">{}</span>').format(
        linked(row, language, folder), unit_label(row["unit"], language), words
    )


def aside(text: str, small: str) -> Markup:
    """A cell's text with something smaller below it."""
    return Markup('{} <span class="aside">{}</span>').format(text, small)


def unit(row: dict[str, Any], language: Language) -> str:
    """The reader's unit, saying so where the document prints none."""
    return _inferred(row, unit_label(row["unit"], language), language)


def printed_unit(row: dict[str, Any], language: Language) -> str:
    """The unit of cells quoted as printed, saying so where the document prints none."""
    return _inferred(row, printed_unit_label(row["unit"], language), language)


def _inferred(row: dict[str, Any], text: str, language: Language) -> str:
    if not row["unit_inferred"]:
        return text
    inferred = label("unit_inferred", language)
    return f"{text}（{inferred}）" if language == "zh" else f"{text} ({inferred})"


def printed_value(row: dict[str, Any], role: str, language: Language) -> str:
    """A printed value with its comparator, and its year where it is not the column's usual one.

    The digits come from the raw text of ``targets.csv``, so trailing zeros stay.
    """
    if row[f"{role}_comparator"] == "text":
        return target_text(row["target_text"], language)
    text = printed(row[f"{role}_digits"], _unit_of(row, role), language)
    return compared(text, row[f"{role}_comparator"] or "=", language) or NOTHING


def target(row: dict[str, Any], language: Language) -> Markup | str:
    """The printed target, saying so where it is a yearly rate or a five-year sum."""
    text = printed_value(row, "target", language)
    if row["target_comparator"] == "text":
        return text
    if row["measure"] == "growth" and row["unit"] != "%":
        return f"年均{text}%" if language == "zh" else f"{text}% a year"
    return aside(text, label("five_years", language)) if row["measure"] == "cumulative" else text


def _unit_of(row: dict[str, Any], role: str) -> str:
    """A rate set for a level series is in per cent; everything else is in the row's unit."""
    return "%" if row["measure"] == "growth" and role != "baseline" else str(row["unit"])


def with_year(text: str, year: int, usual: int, language: Language) -> Markup | str:
    """Add the year where it differs from the column's."""
    if text == NOTHING or year == usual:
        return text
    return aside(text, f"{year}年" if language == "zh" else str(year))


def gap(row: dict[str, Any], language: Language) -> str:
    """A gap to target with its sign; percentage points for what is counted in per cent.

    Where the actual is printed as a bound or an approximation, so is the gap.
    """
    if pd.isna(row["gap"]):
        return NOTHING
    exact = Decimal(format(row["gap"], ".12g"))
    text = signed(convert(exact, row["unit"], language), language)
    if row["unit"] == "%":
        text = points(text, language)
    comparator = row["actual_comparator"] if row["basis"] == "as_printed" else "="
    turned = TURNED[comparator] if row["direction"] == "down" else comparator
    return compared(text, turned, language)


def points(text: str, language: Language) -> str:
    """Percentage points."""
    return f"{text}个百分点" if language == "zh" else f"{text}\N{NO-BREAK SPACE}pp"


def observed(row: dict[str, Any], language: Language, with_unit: bool = True) -> str:
    """An observed value with its comparator, and with its unit unless a heading says it."""
    text = number(convert_float(row["value"], row["unit"], language), language)
    if with_unit:
        text = f"{text}%" if row["unit"] == "%" else amount(text, row["unit"], language)
    return compared(text, row["comparator"], language)


def measure_shown(measure: str, unit: str) -> str:
    """The growth of tonnes or people is one in quantity, whatever its source calls it."""
    priced = unit == "%" or "元" in unit
    return measure if priced or measure != "growth_real" else "growth_quantity"


def rate(value: float, language: Language, decimals: int = 2) -> str:
    """A rate in per cent; a dash where there is none."""
    return NOTHING if pd.isna(value) else f"{number(value, language, decimals)}%"


def source(row: dict[str, Any], language: Language) -> Markup:
    """A link to the printed line a row was read from."""
    line = int(row["source_line"])
    name = label("source_line_name", language).format(line=line)
    address = f"printed.html#{row['table_id']}-L{line}"
    return Markup('<span data-sort="{}">{}</span>').format(line, link(address, str(line), name))


def raw(text: str) -> Markup:
    """Printed characters as they are; one without a shape is shown as a named box."""
    return Markup("").join(
        Markup('<span title="U+{:04X}">□</span>').format(ord(character))
        if unicodedata.category(character) == "Co"
        else character
        for character in text
    )
