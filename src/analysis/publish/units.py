"""Units and numbers as readers of each language say them.

Chinese readers get the printed digits in the printed unit. English readers get the same digits
with the decimal point moved (亿元 to CNY billion), which is exact: every step is a power of ten.
Light to import: the task graph reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Language = Literal["zh", "en"]
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class EnglishUnit:
    """An English unit, the power of ten from the printed unit to it, and the latter's name."""

    label: str
    shift: int = 0
    printed: str = ""


ENGLISH: dict[str, EnglishUnit] = {
    "%": EnglishUnit("%"),
    "亿元": EnglishUnit("CNY billion", -1, "CNY 100 million"),
    "亿美元": EnglishUnit("USD billion", -1, "USD 100 million"),
    "万元": EnglishUnit("CNY thousand", 1, "CNY 10,000"),
    "万元/人": EnglishUnit("CNY thousand per person", 1, "CNY 10,000 per person"),
    "万人": EnglishUnit("million people", -2, "10,000 people"),
    "万人次": EnglishUnit("million passengers", -2, "10,000 passengers"),
    "亿人次": EnglishUnit("million passengers", 2, "100 million passengers"),
    "万吨": EnglishUnit("million tonnes", -2, "10,000 tonnes"),
    "亿吨": EnglishUnit("million tonnes", 2, "100 million tonnes"),
    "万标箱": EnglishUnit("million TEU", -2, "10,000 TEU"),
    "兆比特/秒": EnglishUnit("Mbit/s"),
    "微克/立方米": EnglishUnit("µg/m³"),
    "平方米": EnglishUnit("m²"),
    "万平方米": EnglishUnit("million m²", -2, "10,000 m²"),
    "万立方米": EnglishUnit("million m³", -2, "10,000 m³"),
    "万个": EnglishUnit("thousand places", 1, "10,000 places"),
    "万套": EnglishUnit("thousand units", 1, "10,000 units"),
    "万户": EnglishUnit("thousand entities", 1, "10,000 entities"),
    "公里": EnglishUnit("km"),
    "倍": EnglishUnit("times"),
    "个百分点": EnglishUnit("pp"),
    "个": EnglishUnit("number"),
    "元": EnglishUnit("CNY"),
    "家": EnglishUnit("companies"),
    "件": EnglishUnit("patents"),
    "人": EnglishUnit("physicians"),
    "张": EnglishUnit("beds"),
    "岁": EnglishUnit("years"),
    "年": EnglishUnit("years"),
}


def unit_label(unit: str, language: Language) -> str:
    """The unit's name in a language; raises KeyError for a unit without an English name."""
    return unit if language == "zh" else ENGLISH[unit].label


def printed_unit_label(unit: str, language: Language) -> str:
    """The unit a cell was printed in, for cells quoted as printed."""
    if language == "zh" or not ENGLISH[unit].printed:
        return unit_label(unit, language)
    return f"{unit} ({ENGLISH[unit].printed})"


def amount(text: str, unit: str, language: Language) -> str:
    """A formatted number with its unit: ``CNY 1,193.5 billion``, ``1.6 million tonnes``."""
    if language == "zh":
        return f"{text}{unit}"
    if unit_label(unit, language) == "number":
        return text
    currency, _, rest = unit_label(unit, language).partition(" ")
    if currency in {"CNY", "USD"}:
        return f"{currency} {text} {rest}"
    return f"{text} {unit_label(unit, language)}"


def convert(value: Decimal, unit: str, language: Language) -> Decimal:
    """Move the decimal point from the printed unit to the language's unit. Exact."""
    return value if language == "zh" else value.scaleb(ENGLISH[unit].shift)


@overload
def convert_float(value: float, unit: str, language: Language) -> float: ...


@overload
def convert_float(value: Floats, unit: str, language: Language) -> Floats: ...


def convert_float(value: float | Floats, unit: str, language: Language) -> float | Floats:
    """Move the decimal point of computed values; rounded to nine decimals against float noise."""
    import numpy as np

    factor = 1.0 if language == "zh" else 10.0 ** ENGLISH[unit].shift
    return np.round(value * factor, 9)


def number(value: Decimal | float, language: Language, decimals: int | None = None) -> str:
    """Format a number: true minus sign, thousands separators in English only.

    Parameters
    ----------
    decimals
        Digits after the point; None keeps the digits the value has.
    """
    exact = value if isinstance(value, Decimal) else Decimal(format(float(value), ".12g"))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals))
    if exact == 0:
        exact = abs(exact)
    separator = "," if language == "en" else ""
    return f"{exact:{separator}f}".replace("-", MINUS)


def signed(value: Decimal | float, language: Language, decimals: int | None = None) -> str:
    """Format a difference with its sign; zero has none."""
    text = number(value, language, decimals)
    is_zero = not any(digit in text for digit in "123456789")
    return text if is_zero or text.startswith(MINUS) else f"+{text}"


def printed(value: str, unit: str, language: Language) -> str:
    """Format a value kept as printed text; empty stays empty."""
    return number(convert(Decimal(value), unit, language), language) if value else ""
