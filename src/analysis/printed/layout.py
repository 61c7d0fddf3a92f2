"""A table's text and its spec to printed rows.

A row is read by giving consecutive tokens to the spec's columns. Each column accepts only what
its grammar allows, so a reading is used only when it is the only one; none, or two, is an error.
A token is a line (``cells``) or a word of a line (``rows``).
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from analysis.errors import InputError
from analysis.paths import shown
from analysis.printed.columns import ATTRIBUTES, Assignment, Cell, Columns
from analysis.printed.source import Source, Token
from analysis.printed.spec import VALUE_ROLES, Role, Spec
from analysis.registry import Registry


@dataclass(frozen=True)
class PrintedRow:
    """One printed row: what every column says. Absent cells are None (or absent from values)."""

    number: int
    category: str
    name: Cell
    unit: Cell | None
    values: dict[Role, Cell]
    attribute: str | None


def read_rows(path: Path, spec: Spec, registry: Registry) -> list[PrintedRow]:
    """Read a raw table into its printed rows, in printed order.

    Raises
    ------
    InputError
        If the title, the header, a cell or the sequence of numbers is not as the spec says;
        names the file, the line, the cell and the mend.
    """
    source = Source(path, spec, registry)
    reader = _CellsReader(source) if spec.layout.kind == "cells" else _LinesReader(source)
    return reader.read(source.body())


class _CellsReader:
    """One cell, or a piece of one, per line; merged cells are printed once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.columns = Columns(source)
        self.roles = [
            role for role in source.spec.layout.columns if role not in ("category", "number")
        ]

    def read(self, tokens: list[Token]) -> list[PrintedRow]:
        readings = self._tables(tokens, 0, 1, "", None, set())
        rows = next(readings, None)
        if rows is None:
            raise self.columns.misfit(tokens)
        if (other := next(readings, None)) is not None:
            pairs = zip(rows, other, strict=False)
            mine, theirs = next(pair for pair in pairs if pair[0] != pair[1])
            raise self.source.error(
                mine.name.line,
                mine.name.text,
                "can be read in two ways",
                f"separate its cells ({_summary(mine)} or {_summary(theirs)})",
            )
        return self._without_labels(rows)

    def _tables(
        self,
        tokens: Sequence[Token],
        start: int,
        number: int,
        category: str,
        parent: PrintedRow | None,
        dead: set[tuple[int, int]],
    ) -> Iterator[list[PrintedRow]]:
        """Every way to read ``tokens[start:]`` as rows, the next number being ``number``."""
        if start == len(tokens):
            yield []
            return
        if (start, number) in dead:
            return
        found = False
        for position, heading in self._headings(tokens, start, category):
            if position < len(tokens) and tokens[position].text == str(number):
                for end, cells in self.columns.assign(tokens, position + 1, self.roles):
                    row = _row(number, heading, cells)
                    for rest in self._tables(tokens, end, number + 1, heading, row, dead):
                        found = True
                        yield [row, *rest]
            else:
                self.columns.reached(position, f"number {number}")
        if parent is not None:
            for end, row in self._sub_rows(tokens, start, parent):
                for rest in self._tables(tokens, end, number, category, parent, dead):
                    found = True
                    yield [row, *rest]
        if not found:
            dead.add((start, number))

    def _headings(
        self, tokens: Sequence[Token], start: int, current: str
    ) -> Iterator[tuple[int, str]]:
        yield start, current
        if "category" in self.source.spec.layout.columns:
            for end, cell in self.columns.names(tokens, start):
                yield end, cell.text

    def _sub_rows(
        self, tokens: Sequence[Token], start: int, parent: PrintedRow
    ) -> Iterator[tuple[int, PrintedRow]]:
        """Rows under the same number: a merged cell above covers what they do not print.

        A target in words, and the attribute, may be merged; a number never is.
        """
        words = [role for role, cell in parent.values.items() if cell.in_words]
        for merged in [[], words] if len(words) == 1 else [[]]:
            inherited = {role: parent.values[role] for role in merged}
            printed = [role for role in self.roles if role not in merged]
            shorter: list[Role] = [role for role in printed if role != "attribute"]
            variants: list[list[Role]] = [printed] if shorter == printed else [printed, shorter]
            for wanted in variants:
                for end, cells in self.columns.assign(tokens, start, wanted):
                    row = _row(parent.number, parent.category, {**cells, **inherited})
                    yield end, replace(row, attribute=row.attribute or parent.attribute)

    def _without_labels(self, rows: list[PrintedRow]) -> list[PrintedRow]:
        """Keep of a first row's name what stands after the label it shares with its sub-rows.

        The label of a merged cell is printed above the first sub-row's own name, which is the
        last line of the cell.
        """
        shared = {row.number for row, following in pairwise(rows) if row.number == following.number}
        return [
            replace(row, name=next(self.columns.names(row.name.pieces[-1:], 0))[1])
            if row.number in shared
            else row
            for row in rows
        ]


class _LinesReader:
    """One row, or a piece of one, per line; torn columns stand on lines of their own."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.columns = Columns(source)
        layout = source.spec.layout
        self.torn_numbers = "number" in layout.torn
        self.roles = [role for role in layout.columns if role not in layout.torn]

    def read(self, lines: list[Token]) -> list[PrintedRow]:
        rows: list[PrintedRow] = []
        numbers: deque[int] = deque()
        pending: list[Token] = []
        category, due = "", 1
        for line in lines:
            if self.torn_numbers and line.text.isdecimal():
                if pending and numbers:
                    raise self._incomplete(pending)
                self._check_sequence(line, due)
                category = "".join(piece.text for piece in pending) or category
                pending = []
                numbers.append(due)
                due += 1
            elif line.text in self.source.spec.layout.kinds and not pending:
                continue
            else:
                pending.append(line)
                cells = self._whole_row(pending)
                if cells is None:
                    continue
                if self.torn_numbers and not numbers:
                    first = pending[0]
                    raise self.source.error(
                        first.line, first.text, "has no number", "add it to the numbers"
                    )
                number = numbers.popleft() if numbers else len(rows) + 1
                if printed := cells.get("number"):
                    self._check_sequence(printed.pieces[0], number)
                rows.append(_row(number, category, cells))
                pending = []
        if pending:
            raise self._incomplete(pending)
        if numbers:
            raise InputError(
                f"{shown(self.source.path)}: number {numbers[0]} has no row; add the row or "
                "remove the number."
            )
        return rows

    def _whole_row(self, lines: Sequence[Token]) -> Assignment | None:
        words = [word for line in lines for word in self.source.words(line)]
        self.columns.start_again()
        readings = [
            cells for end, cells in self.columns.assign(words, 0, self.roles) if end == len(words)
        ]
        if len(readings) > 1:
            text = " ".join(word.text for word in words)
            raise self.source.error(
                words[0].line, text, "can be read in two ways", "separate its cells"
            )
        return readings[0] if readings else None

    def _check_sequence(self, token: Token, due: int) -> None:
        if token.text != str(due):
            mend = f"number {due} is due"
            raise self.source.error(token.line, token.text, "is out of sequence", mend)

    def _incomplete(self, pending: list[Token]) -> InputError:
        return self.columns.misfit([word for line in pending for word in self.source.words(line)])


def _row(number: int, category: str, cells: Assignment) -> PrintedRow:
    attribute = cells.get("attribute")
    return PrintedRow(
        number=number,
        category=category,
        name=cells["name"],
        unit=cells.get("unit"),
        values={role: cell for role, cell in cells.items() if role in VALUE_ROLES},
        attribute=ATTRIBUTES[attribute.text] if attribute else None,
    )


def _summary(row: PrintedRow) -> str:
    return " | ".join([row.name.text, *(cell.text for cell in row.values.values())])
