"""The .toml beside a table: where it was printed and how it is laid out."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.errors import InputError
from analysis.files import read_model
from analysis.paths import TABLES
from analysis.printed.text import Script

Role = Literal["category", "number", "name", "unit", "baseline", "target", "actual", "attribute"]
Attribute = Literal["binding", "expected"]
PlanId = Literal["13fyp", "14fyp"]

VALUE_ROLES: tuple[Role, ...] = ("baseline", "target", "actual")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(_Strict):
    """The document a table comes from; ``file`` is its text in the seed collection."""

    title_zh: str
    title_en: str
    number: str = ""
    publisher_zh: str
    publisher_en: str
    date: date
    file: str


class Layout(_Strict):
    """How a table's text becomes rows.

    ``cells``: one cell (or a piece of one) per line. ``rows``: one row (or a piece of one) per
    line. ``torn`` columns stand apart from their rows, on lines of their own.
    """

    kind: Literal["cells", "rows"]
    script: Script
    header: str
    columns: tuple[Role, ...]
    torn: tuple[Literal["category", "number", "kind"], ...] = ()
    kinds: tuple[str, ...] = ()
    filler: str = ""
    footnotes: tuple[str, ...] = ()
    lost_decimal_points: bool = False


class Spec(_Strict):
    """One table: its document, its lines there, its layout and the years of its columns."""

    table_id: str
    plan: PlanId
    title: str
    document: Document
    source_lines: tuple[int, int]
    layout: Layout
    years: dict[Role, int] = Field(min_length=1)
    attribute: Attribute | None = None

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
            f"{path.name}, key table_id: {spec.table_id!r} is not the file's name; "
            f"write {path.stem!r}."
        )
    return spec


def load_specs(folder: Path = TABLES) -> list[Spec]:
    """Load every spec of a folder, in order of table_id."""
    return [load_spec(path) for path in sorted(folder.glob("*.toml"))]
