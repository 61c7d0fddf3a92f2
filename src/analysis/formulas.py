"""Cells a spreadsheet would run: no table that is published or written may have one."""

import re
from pathlib import Path

import pandas as pd

from analysis.errors import InputError
from analysis.paths import shown

STARTS_FORMULA = re.compile(r"[\t\r=+\-@＝＋－＠]")
"""What a formula can begin with, in half and full width; a tab or a return hides what follows."""

HARMLESS = re.compile(r"=|[+\-－]?[\d０-９][\d０-９.．,， ]*[%％]?|[+\-]?\d+(\.\d+)?[eE][+\-]?\d+")
"""The comparator ``=`` by itself, which no spreadsheet can evaluate, and plain numbers."""


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula instead of a text or a number."""
    return bool(STARTS_FORMULA.match(cell)) and not HARMLESS.fullmatch(cell)


def check_no_formula(path: Path, frame: pd.DataFrame) -> None:
    """Refuse a table with a cell that a spreadsheet would run.

    Parameters
    ----------
    path
        The table's file, for the message.
    frame
        Its cells as text.

    Raises
    ------
    InputError
        Naming file, line, column and mend.
    """
    for column in frame.columns:
        for line, cell in enumerate(frame[column], start=2):
            if is_formula(cell):
                raise InputError(
                    f"{shown(path)}, line {line}, column {column}: {cell!r} begins like a formula, "
                    "which a spreadsheet would run; write something before that sign."
                )
