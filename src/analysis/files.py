"""Read and write tables: strict on the way in, atomic and byte-stable on the way out."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from analysis.errors import InputError, shortened
from analysis.formulas import check_no_formula
from analysis.paths import shown
from analysis.reading import read_text, read_toml
from analysis.writing import write_text

Model = TypeVar("Model", bound=BaseModel)


def read_model(path: Path, model: type[Model]) -> Model:
    """Read a TOML file into a validated model.

    Raises
    ------
    InputError
        For the first key that is unknown, missing or of the wrong form.
    """
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(shortened(str(part)) for part in first["loc"]) or "the file"
        mend = {
            "extra_forbidden": "unknown key; remove it or correct its spelling",
            "missing": "missing key; add it",
        }.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise InputError(f"{shown(path)}, key {key}: {mend}.") from None


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV as text, cell by cell: empty stays empty, digits stay as printed.

    Row ``n`` (from 0) stands on line ``n + 2``: no cell goes over a line end.

    Raises
    ------
    InputError
        If the file is missing or no UTF-8, a quotation mark is not closed, or a line has too few
        cells, too many or none.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if problem := _misshapen(row, rows[0], reader.line_num != len(rows)):
                raise InputError(f"{shown(path)}, line {len(rows)}: {problem}.")
    except csv.Error as error:
        raise InputError(
            f"{shown(path)}: not a readable CSV (from line {len(rows) + 1}: {error}); mend that "
            "line."
        ) from None
    if not rows:
        raise InputError(f"{shown(path)}: not a readable CSV (it is empty); put it back.")
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=str)


def _misshapen(row: list[str], header: list[str], over_a_line_end: bool) -> str:
    if over_a_line_end:
        return "a cell goes over the line's end; close its quotation mark, or write it in one line"
    if not row:
        return "the line is empty; remove it"
    if len(row) != len(header):
        mend = "put a cell with a comma in quotation marks, or give every cell"
        return f"{len(row)} cells under {len(header)} column names; {mend}"
    if row is header and len(set(row)) != len(row):
        return "two columns have the same name; correct one"
    return ""


def write_table(path: Path, frame: pd.DataFrame, tolerance: float = 0.0) -> None:
    """Write a frame as CSV, see ``to_csv``.

    Parameters
    ----------
    tolerance
        Difference, in parts of one plus the number, below which numbers count as the same: where
        every number of the file that is there agrees within it, and everything else exactly, the
        file stays as it is. For results of an optimiser, whose last digits depend on the
        processor.

    Raises
    ------
    InputError
        If a spreadsheet would run a cell, or the system refuses; nothing is written then.
    """
    text = to_csv(frame)
    new = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    check_no_formula(path, new)
    if tolerance and path.is_file() and _agree(read_table(path), new, tolerance):
        return
    write_text(path, text)


def _agree(old: pd.DataFrame, new: pd.DataFrame, tolerance: float) -> bool:
    if list(old.columns) != list(new.columns) or len(old) != len(new):
        return False
    differing = old.ne(new).to_numpy()
    before, after = (
        pd.to_numeric(pd.Series(frame.to_numpy()[differing], dtype=str), errors="coerce")
        for frame in (old, new)
    )
    return bool(((before - after).abs() <= tolerance * (1 + before.abs())).all())


def to_csv(frame: pd.DataFrame) -> str:
    """A frame as CSV text: LF, no index, missing empty, 12 significant digits, true and false."""
    words = {True: "true", False: "false"}
    logical = frame.select_dtypes(["bool", "boolean"]).columns
    spelled = frame.assign(**{name: frame[name].map(words) for name in logical})
    return spelled.to_csv(index=False, lineterminator="\n", float_format="%.12g")


def stack(frames: Sequence[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Stack frames, sorted by some columns; within equal ones rows keep their order."""
    stacked = pd.concat(list(frames), ignore_index=True)
    return stacked.sort_values(list(by), kind="stable", ignore_index=True)
