"""The indicators: every series once, with its names, unit, direction and measure."""

from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.fields import Code, Name
from analysis.files import read_model
from analysis.paths import RAW

Direction = Literal["up", "down", "neutral"]
Measure = Literal["level", "share", "growth", "cumulative"]


class Series(BaseModel):
    """One series: what it is called, counted in, and which way is better."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name_zh: Name
    name_en: Name
    unit: Name
    direction: Direction
    measure: Measure
    printed: tuple[Name, ...] = ()
    counted: bool = False


class Registry(BaseModel):
    """All series, and the vocabulary of the documents that name them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    series: dict[Code, Series] = Field(min_length=1)
    bundles: dict[Name, tuple[str, ...]]
    categories: dict[Name, Name]
    vocabulary: dict[Name, Name]

    @model_validator(mode="after")
    def _names_are_unique(self) -> "Registry":
        owners: dict[str, str] = {}
        for series_id, series in self.series.items():
            for name in dict.fromkeys((series.name_zh, *series.printed)):
                if owners.setdefault(name, series_id) != series_id:
                    raise ValueError(
                        f"the name {name!r} belongs to both {owners[name]} and {series_id}; "
                        "leave it with one of them"
                    )
        for name, members in self.bundles.items():
            if name in owners:
                raise ValueError(
                    f"{name!r} is both a bundle and a name of {owners[name]}; leave one of them"
                )
            if not members or len(set(members)) != len(members):
                raise ValueError(f"the bundle {name!r} must name each of its series once")
            if unknown := [member for member in members if member not in self.series]:
                raise ValueError(
                    f"the bundle {name!r} names the unknown series {unknown[0]}; add it"
                )
        return self

    def series_of(self, printed_name: str) -> tuple[str, ...]:
        """Series identifiers a printed name stands for; empty when it is unknown."""
        if printed_name in self.bundles:
            return self.bundles[printed_name]
        return tuple(
            series_id
            for series_id, series in self.series.items()
            if printed_name == series.name_zh or printed_name in series.printed
        )

    @property
    def units(self) -> frozenset[str]:
        """Every unit a printed cell may name."""
        return frozenset(series.unit for series in self.series.values())

    def table(self) -> pd.DataFrame:
        """The series as a flat table.

        Returns
        -------
        pandas.DataFrame
            ``series_id, name_zh, name_en, unit, direction, measure, printed_names, counted``, in
            order of ``series_id``; the names the documents print are separated by ``|``.
        """
        rows = [
            {
                "series_id": series_id,
                **series.model_dump(exclude={"printed", "counted"}),
                "printed_names": "|".join(series.printed),
                "counted": series.counted,
            }
            for series_id, series in sorted(self.series.items())
        ]
        return pd.DataFrame(rows)


@cache
def load_registry(path: Path = RAW / "indicators.toml") -> Registry:
    """Load the registry; raises InputError where the file does not fit the model."""
    return read_model(path, Registry)
