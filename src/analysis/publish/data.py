"""Everything the pages are made of, loaded once and typed."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.errors import InputError, quoted
from analysis.fields import LAST_YEAR
from analysis.files import read_table
from analysis.observed.breaks import KEY as BREAK_KEY
from analysis.observed.breaks import load_break_reasons, load_breaks
from analysis.observed.observations import load_set_aside, load_sources
from analysis.observed.plan_values import load_known
from analysis.observed.vintage import choose
from analysis.paths import PROCESSED
from analysis.printed.notes import baseline_kind, load_notes
from analysis.printed.prose import load_prose
from analysis.printed.spec import Spec, load_specs
from analysis.printed.targets import KEY, damaged, load_targets
from analysis.registry import Registry, load_registry

TEXT = {
    *("table_id", "series_id", "attribute", "basis", "verdict", "note"),
    *("required_pace_unit", "status", "status_cagr", "methods_agree", "comparable", "reason"),
    *("model", "p_band"),
}
PLANS = ("13fyp", "14fyp")
LANGUAGES = ("zh", "en")


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a parameter outside its choices.

    Raises
    ------
    InputError
        One sentence that lists what is allowed.
    """
    if value not in allowed:
        choices = ", ".join(f'"{choice}"' for choice in allowed)
        raise InputError(f'{name}="{quoted(value)[1:-1]}" is not known; allowed are {choices}.')


def load_numeric(path: Path) -> pd.DataFrame:
    """Load a processed table: text columns as text, the rest numeric."""
    frame = read_table(path)
    try:
        numeric = {
            name: pd.to_numeric(frame[name]).astype(int if name in KEY else float)
            for name in frame.columns
            if name not in TEXT
        }
    except ValueError as error:
        raise damaged(path, error) from None
    return frame.assign(**numeric)


@dataclass(frozen=True)
class PlanData:
    """The processed tables and what explains them.

    ``known`` holds every observed value, ``observed`` the one that counts of each year.
    """

    registry: Registry
    specs: dict[str, Spec]
    targets: pd.DataFrame
    growth: pd.DataFrame
    completion: pd.DataFrame
    notes: pd.DataFrame
    prose: pd.DataFrame
    progress: pd.DataFrame
    projections: pd.DataFrame
    known: pd.DataFrame
    observed: pd.DataFrame
    sources: pd.DataFrame
    breaks: pd.DataFrame
    set_aside: pd.DataFrame

    def of_plan(self, plan: str) -> pd.DataFrame:
        """Targets of one plan joined with what they imply.

        Returns
        -------
        pandas.DataFrame
            The columns of ``targets.csv`` and ``growth.csv``, and ``baseline_kind``.
        """
        tables = [table_id for table_id, spec in self.specs.items() if spec.plan == plan]
        rows = self.implied["table_id"].isin(tables)
        return self.implied[rows].reset_index(drop=True)

    @cached_property
    def implied(self) -> pd.DataFrame:
        """Every target joined with what it implies, see ``of_plan``."""
        joined = self.targets.merge(self.growth, on=[*KEY, "series_id"], validate="one_to_one")
        return joined.assign(baseline_kind=baseline_kind(self.targets, self.notes))

    @cached_property
    def judged(self) -> pd.DataFrame:
        """Progress as of every year, joined with what was printed.

        Returns
        -------
        pandas.DataFrame
            The columns of ``progress.csv`` and those of ``targets.csv`` it does not have, and
            ``baseline_kind``; baselines are those printed.
        """
        printed = self.targets.drop(columns=["series_id", "attribute", "target_value"])
        kinds = self.implied[[*KEY, "baseline_kind"]]
        return (
            self.progress.drop(columns="baseline_value")
            .merge(printed, on=KEY, validate="many_to_one")
            .merge(kinds, on=KEY, validate="many_to_one")
        )

    def only(self, series_id: str) -> "PlanData":
        """What concerns one series, and nothing else: all its page may show.

        Raises
        ------
        InputError
            If there is no such series.
        """
        if series_id not in self.registry.series:
            raise InputError(
                f'indicator="{series_id}" is not in data/raw/indicators.toml; '
                "use the code of a series listed there."
            )

        def own(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["series_id"] == series_id].reset_index(drop=True)

        series = {series_id: self.registry.series[series_id]}
        targets, known = own(self.targets), own(self.known)
        sources = self.sources["source_id"].isin(known["source_id"])
        return replace(
            self,
            registry=Registry(series=series, bundles={}, categories={}, vocabulary={}),
            targets=targets,
            growth=own(self.growth),
            completion=own(self.completion),
            notes=self.notes.merge(targets[KEY]),
            prose=own(self.prose),
            progress=own(self.progress),
            projections=own(self.projections),
            known=known,
            observed=own(self.observed),
            sources=self.sources[sources].reset_index(drop=True),
            breaks=own(self.breaks),
            set_aside=own(self.set_aside),
        )


def load_data() -> PlanData:
    """Load the processed tables; raises InputError where one is missing or malformed."""
    targets = load_targets()
    registry, notes = load_registry(), load_notes(targets)
    known = load_known(registry, targets, notes)
    return PlanData(
        registry=registry,
        specs={spec.table_id: spec for spec in load_specs()},
        targets=targets,
        growth=load_numeric(PROCESSED / "growth.csv"),
        completion=load_numeric(PROCESSED / "completion.csv"),
        notes=notes,
        prose=load_prose(registry),
        progress=load_numeric(PROCESSED / "progress.csv"),
        projections=load_numeric(PROCESSED / "projections.csv"),
        known=known,
        observed=choose(known, LAST_YEAR),
        sources=load_sources(),
        breaks=load_breaks(registry)
        .merge(load_break_reasons(registry), on=BREAK_KEY, how="left", validate="many_to_one")
        .fillna({"reason_zh": "", "reason_en": ""}),
        set_aside=load_set_aside(),
    )
