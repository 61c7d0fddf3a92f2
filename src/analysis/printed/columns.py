"""Which tokens a column accepts, and every way to give tokens to columns in order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.errors import InputError
from analysis.printed.quantity import (
    Quantity,
    QuantityError,
    drop_mark_after_bracket,
    drop_mark_in_name,
    parse_cell,
    restore_decimal_point,
)
from analysis.printed.source import Source, Token, squeeze
from analysis.printed.spec import VALUE_ROLES, Role

ATTRIBUTES = {"约束性": "binding", "预期性": "expected"}
LONGEST_CELL = 3
CJK = re.compile(r"[一-鿿]")


@dataclass(frozen=True)
class Cell:
    """A cell put together from its tokens."""

    text: str
    raw: str
    line: int
    quantities: tuple[Quantity, ...] = ()
    pieces: tuple[Token, ...] = ()

    @property
    def in_words(self) -> bool:
        """Whether the cell states a target without a number."""
        return any(quantity.comparator == "text" for quantity in self.quantities)


Assignment = dict[Role, Cell]


class Columns:
    """The columns of one table. Remembers how far a reading got, for the error message."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.layout = source.spec.layout
        self.furthest = 0
        self.expected: list[str] = []

    def assign(
        self, tokens: Sequence[Token], start: int, columns: Sequence[Role]
    ) -> Iterator[tuple[int, Assignment]]:
        """Every way to give tokens from ``start`` on to ``columns``; yields end and cells."""
        if not columns:
            yield start, {}
            return
        role, *others = columns
        accepted = False
        for end, cell in self._accept(role, tokens, start):
            accepted = True
            for stop, cells in self.assign(tokens, end, others):
                yield stop, cells if cell is None else {role: cell, **cells}
        if not accepted:
            self.reached(start, role)

    def reached(self, position: int, expected: str) -> None:
        """Note that a reading came to ``position`` and missed ``expected`` there."""
        if position > self.furthest:
            self.start_again(position)
        if position == self.furthest and expected not in self.expected:
            self.expected.append(expected)

    def start_again(self, position: int = 0) -> None:
        """Forget what was missed before ``position``."""
        self.furthest, self.expected = position, []

    def misfit(self, tokens: Sequence[Token]) -> InputError:
        """The sentence for the place no reading got beyond."""
        position, expected = self.furthest, " or ".join(self.expected)
        if position >= len(tokens):
            last = tokens[-1]
            problem = f"ends the table where a cell ({expected}) is due"
            return self.source.error(last.line, last.text, problem, "complete the row")
        token = tokens[position]
        problem = f"fits no column ({expected} is due)"
        mend = "correct the cell, or the columns in the spec"
        return self.source.error(token.line, token.text, problem, mend)

    def names(self, tokens: Sequence[Token], start: int) -> Iterator[tuple[int, Cell]]:
        """Wordy tokens from ``start`` on; a name ends at the latest where a unit begins."""
        for end in range(start + 1, len(tokens) + 1):
            begins_unit = next(self._units(tokens, end - 1), None) is not None
            if begins_unit or not self._is_wordy(tokens[end - 1].text):
                return
            text = squeeze("".join(token.text for token in tokens[start:end]))
            name = drop_mark_in_name(text, self.layout.footnotes)
            yield end, self._cell(tokens, start, end, name)

    def units_of(self, text: str) -> tuple[str, ...]:
        """The units a unit cell names, in order; empty where it names none."""
        units = self.source.registry.units
        if text in units:
            return (text,)
        parts = tuple(text.split("/"))
        return parts if all(part in units for part in parts) else ()

    def _accept(
        self, role: Role, tokens: Sequence[Token], start: int
    ) -> Iterator[tuple[int, Cell | None]]:
        if role == "name":
            yield from self.names(tokens, start)
        elif role == "unit":
            yield start, None
            yield from self._units(tokens, start)
        elif role in VALUE_ROLES:
            yield from self._values(tokens, start)
        elif start < len(tokens):
            text = tokens[start].text
            fits = text in ATTRIBUTES if role == "attribute" else text.isdecimal()
            if fits:
                yield start + 1, self._cell(tokens, start, start + 1, text)

    def _units(self, tokens: Sequence[Token], start: int) -> Iterator[tuple[int, Cell]]:
        for end in range(start + 1, min(start + 2, len(tokens)) + 1):
            text = "".join(token.text for token in tokens[start:end])
            if self.units_of(text):
                yield end, self._cell(tokens, start, end, text)

    def _values(self, tokens: Sequence[Token], start: int) -> Iterator[tuple[int, Cell]]:
        """Cells of one to three tokens.

        Tokens that are each a quantity of their own are never joined, unless the join restores a
        lost decimal point.
        """
        for end in range(start + 1, min(start + LONGEST_CELL, len(tokens)) + 1):
            pieces = [token.text for token in tokens[start:end]]
            joined = self._join(pieces)
            quantities = self._quantities(joined)
            if quantities is None:
                continue
            torn = any(self._quantities(piece) is None for piece in pieces)
            restored = self.layout.lost_decimal_points and joined != " ".join(pieces)
            if len(pieces) == 1 or torn or restored:
                yield end, self._cell(tokens, start, end, joined, quantities)

    def _join(self, pieces: Sequence[str]) -> str:
        if self.layout.kind == "cells":
            return "".join(pieces)
        joined = drop_mark_after_bracket(" ".join(pieces), self.layout.footnotes)
        return restore_decimal_point(joined) if self.layout.lost_decimal_points else joined

    def _quantities(self, text: str) -> tuple[Quantity, ...] | None:
        try:
            return parse_cell(text, self._cell_units)
        except QuantityError:
            return None

    @cached_property
    def _cell_units(self) -> frozenset[str]:
        """Units a value cell may carry: only where the table has no unit column."""
        has_column = "unit" in self.layout.columns
        return frozenset() if has_column else self.source.registry.units

    def _is_wordy(self, text: str) -> bool:
        return (
            CJK.search(text) is not None
            and text not in ATTRIBUTES
            and self._quantities(text) is None
        )

    def _cell(
        self,
        tokens: Sequence[Token],
        start: int,
        end: int,
        text: str,
        quantities: tuple[Quantity, ...] = (),
    ) -> Cell:
        pieces = tuple(tokens[start:end])
        glue = "" if self.layout.kind == "cells" else " "
        raw = glue.join(token.raw for token in pieces)
        return Cell(text, raw, pieces[0].line, quantities, pieces)
