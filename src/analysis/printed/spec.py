"""The .toml beside a table: where it was printed and how it is laid out."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.errors import InputError
from analysis.fields import FIRST_YEAR, LAST_YEAR, Name, Text
from analysis.files import read_model
from analysis.paths import TABLES, shown
from analysis.printed.text import Script

Role = Literal["category", "number", "name", "unit", "baseline", "target", "actual", "attribute"]
Attribute = Literal["binding", "expected"]
PlanId = Literal["13fyp", "14fyp"]

VALUE_ROLES: tuple[Role, ...] = ("baseline", "target", "actual")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(_Strict):
    """The document a table comes from; ``file`` is its text in the seed collection."""

    title_zh: Name
    title_en: Name
    number: Text = ""
    publisher_zh: Name
    publisher_en: Name
    date: date
    file: Name


class Layout(_Strict):
    """How a table's text becomes rows.

    ``cells``: one cell (or a piece of one) per line. ``rows``: one row (or a piece of one) per
    line. ``torn`` columns stand apart from their rows, on lines of their own.
    """

    kind: Literal["cells", "rows"]
    script: Script
    header: Name
    columns: tuple[Role, ...]
    torn: tuple[Literal["category", "number", "kind"], ...] = ()
    kinds: tuple[Name, ...] = ()
    filler: Text = ""
    footnotes: tuple[Name, ...] = ()
    lost_decimal_points: bool = False

    @model_validator(mode="after")
    def _columns_make_rows(self) -> "Layout":
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("columns must name each column once")
        if "name" not in self.columns:
            raise ValueError("columns must have a name")
        return self


class Spec(_Strict):
    """One table: its document, its lines there, its layout and the years of its columns.

    ``rows`` says how many components it prints, so that a lost line is noticed.
    """

    table_id: str
    plan: PlanId
    title: Name
    document: Document
    source_lines: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    layout: Layout
    years: dict[Role, Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]] = Field(min_length=1)
    attribute: Attribute | None = None
    rows: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _years_are_printed(self) -> "Spec":
        values = [role for role in self.layout.columns if role in VALUE_ROLES]
        if set(values) != set(self.years):
            raise ValueError(f"years must name exactly the value columns {', '.join(values)}")
        for role, year in self.years.items():
            if f"{year}年" not in self.layout.header:
                raise ValueError(f"the header does not print {year}年, the year given for {role}")
        return self

    @property
    def value_roles(self) -> tuple[Role, ...]:
        """The columns that hold quantities, in printed order."""
        return tuple(role for role in self.layout.columns if role in VALUE_ROLES)


def load_spec(path: Path) -> Spec:
    """Load one table's spec; raises InputError where it does not fit the model."""
    spec = read_model(path, Spec)
    if spec.table_id != path.stem:
        raise InputError(
            f"{shown(path)}, key table_id: {spec.table_id!r} is not the file's name; "
            f"write {path.stem!r}."
        )
    return spec


def load_specs(folder: Path = TABLES) -> list[Spec]:
    """Load every spec of a folder, in order of table_id."""
    return [load_spec(path) for path in sorted(folder.glob("*.toml"))]
