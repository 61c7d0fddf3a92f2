"""One printed cell to quantities. Knows the grammar of a cell, nothing of a table's layout.

The forms, after text repair: ``18``, ``68.0%``, ``-10.3%``, ``9218.7 亿元``, ``年均7.5以上/28000``,
``约14``, ``70左右``, ``98以上``, ``30以下``, ``>97``, ``[>27.6]``, ``[≥23]``, ``【2500】 亿元``,
``7339/192 (2019年)``, ``—``, ``与经济增长保持同步``, ``完成省下达目标``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from analysis.fields import is_number

Comparator = Literal["=", ">=", "<=", ">", "<", "~", "text"]

PREFIXES: dict[str, Comparator] = {"约": "~", "≥": ">=", "≤": "<=", ">": ">", "<": "<"}
SUFFIXES: dict[str, Comparator] = {"左右": "~", "以上": ">=", "以下": "<="}
NOT_PRINTED = re.compile(r"[—\-–]+")
WORDS = re.compile(r"与\w+同步|完成\w+目标")
YEAR = re.compile(r"\((20[0-9]{2})年\)$")
PART = re.compile(
    r"(?P<annual>年均(?:增速|增长)?)?"
    r"(?P<bracket>[\[【])?"
    rf"(?P<prefix>{'|'.join(PREFIXES)})?"
    r"(?P<number>-?[0-9]+(?:\.[0-9]+)?)"
    rf"(?P<suffix>{'|'.join(SUFFIXES)})?"
    r"(?P<close>[\]】])?"
    r"(?P<unit>[^0-9]*)"
)
LOST_POINT = re.compile(r"([^0-9]*[0-9]+) ([0-9]{1,2})(?=[^0-9]+$)")
SPACED_DIGITS = re.compile(r"[0-9]\s+[0-9]")
CLOSING = {"[": "]", "【": "】"}


class QuantityError(ValueError):
    """A cell outside the grammar; the message says what was expected."""


@dataclass(frozen=True)
class Quantity:
    """One printed value.

    Attributes
    ----------
    value
        The number with the digits that were printed, or None where the cell is in words.
    comparator
        ``=``, ``>=``, ``<=``, ``>``, ``<``, ``~`` (约, 左右) or ``text``.
    unit
        The unit printed in the cell, or empty.
    year
        The year printed in the cell, or None.
    annual
        The cell says 年均: the number is an average annual rate.
    total
        The number is bracketed: a total (or a cumulative decline) over the plan's five years.
    text
        The words of a cell without a number.
    """

    value: Decimal | None
    comparator: Comparator = "="
    unit: str = ""
    year: int | None = None
    annual: bool = False
    total: bool = False
    text: str = ""


def restore_decimal_point(cell: str) -> str:
    """Read the space in ``9218 7 亿元`` as the decimal point the text layer lost.

    Applies only where the cell is a single number before a unit, so that no other reading exists.
    """
    match = LOST_POINT.match(cell)
    return f"{match[1]}.{match[2]}{cell[match.end() :]}" if match else cell


def drop_mark_after_bracket(cell: str, marks: Iterable[str]) -> str:
    """Remove a footnote mark between a closing bracket and a unit: ``【2500】 2亿元``."""
    return _drop(cell, marks, r"(?<=[】\]])\s*", r"(?=\D)")


def drop_mark_in_name(name: str, marks: Iterable[str]) -> str:
    """Remove a footnote mark inside or after a name: ``新兴服务贸易1占比``, ``森林覆盖率*``."""
    return _drop(name, marks, r"(?<=[一-鿿])", r"(?=[一-鿿]|$)")


def _drop(text: str, marks: Iterable[str], before: str, after: str) -> str:
    either = "|".join(map(re.escape, marks))
    return re.sub(f"{before}(?:{either}){after}", "", text) if either else text


def parse_cell(cell: str, units: Iterable[str] = ()) -> tuple[Quantity, ...]:
    """Parse a cell into its quantities, in printed order; none for a dash.

    Parameters
    ----------
    cell
        Plain text of one cell.
    units
        Units a number in the cell may carry; others are refused.

    Raises
    ------
    QuantityError
        If the cell is outside the grammar.
    """
    if SPACED_DIGITS.search(cell):
        raise QuantityError("a space between digits can be read in several ways")
    body = re.sub(r"\s+", "", cell)
    if NOT_PRINTED.fullmatch(body):
        return ()
    if WORDS.fullmatch(body):
        return (Quantity(None, "text", text=body),)
    year = None
    if match := YEAR.search(body):
        year, body = int(match[1]), body[: match.start()]
    if _is_one_number(body, units):
        return (_parse_part(body, year, units),)
    return tuple(_parse_part(part, year, units) for part in body.split("/"))


def _is_one_number(body: str, units: Iterable[str]) -> bool:
    match = PART.fullmatch(body)
    return match is not None and match["unit"] in {"", *units}


def _parse_part(part: str, year: int | None, units: Iterable[str]) -> Quantity:
    match = PART.fullmatch(part)
    if match is None:
        raise QuantityError("a number such as 70左右, [≥23] or 9218.7亿元 was expected")
    if CLOSING.get(match["bracket"] or "") != match["close"]:
        raise QuantityError("its brackets do not match")
    if match["prefix"] and match["suffix"]:
        raise QuantityError("it has a comparator before and after the number")
    if not is_number(match["number"]):
        raise QuantityError("its number begins with a needless zero or has too many digits")
    if match["unit"] not in {"", *units}:
        raise QuantityError(f"{match['unit']!r} is not a unit of the registry")
    return Quantity(
        value=Decimal(match["number"]),
        comparator=PREFIXES.get(match["prefix"] or "", SUFFIXES.get(match["suffix"] or "", "=")),
        unit=match["unit"],
        year=year,
        annual=match["annual"] is not None,
        total=match["bracket"] is not None,
    )
