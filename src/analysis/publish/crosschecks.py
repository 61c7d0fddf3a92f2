"""The cross-checks of the documents, and where the numbers they speak of were printed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.measures.agreement import Check
from analysis.measures.coherence import coherence_checks
from analysis.paths import PROCESSED
from analysis.printed.notes import baseline_kind, load_notes
from analysis.printed.prose import load_prose
from analysis.printed.targets import load_targets
from analysis.publish import cells
from analysis.publish.data import load_numeric
from analysis.registry import Registry, load_registry

REFERENCE = re.compile(r"(?:targets|notes)/([^/ ]+)/([a-z0-9-]+)|prose/([a-z0-9-]+)")
"""A table and a series, or a line of the prose."""


@dataclass(frozen=True)
class Coherence:
    """The checks, and where the numbers they speak of were printed."""

    checks: list[Check]
    names: dict[str, dict[str, str]]
    prose: dict[str, dict[str, Any]]
    lines: dict[tuple[str, str], int]

    def select(self, wanted: Callable[[Check], bool]) -> list[Check]:
        """The checks for which ``wanted`` is true, in order."""
        return [check for check in self.checks if wanted(check)]

    def about(self, series_id: str) -> "Coherence":
        """The checks that name one series on either side, and the places they speak of."""
        of_prose = {key: str(row["series_id"]) for key, row in self.prose.items()}

        def references(check: Check) -> str:
            return f"{check.left.ref} {check.right.ref}"

        checks = self.select(lambda check: series_id in series_named(references(check), of_prose))
        printed = REFERENCE.findall(" ".join(references(check) for check in checks))
        places = {(table_id, own) for table_id, own, _ in printed}
        said = {prose_id for *_, prose_id in printed}
        names = {str(check.inputs.get("series_id")) for check in checks}
        return Coherence(
            checks=checks,
            names={key: words for key, words in self.names.items() if key in names},
            prose={key: row for key, row in self.prose.items() if key in said},
            lines={key: line for key, line in self.lines.items() if key in places},
        )


def load_coherence() -> Coherence:
    """Compute every check from the processed tables and the prose."""
    targets, registry = load_targets(), load_registry()
    return cross_check(
        registry,
        targets,
        load_notes(targets),
        load_prose(registry),
        load_numeric(PROCESSED / "completion.csv"),
    )


def cross_check(
    registry: Registry,
    targets: pd.DataFrame,
    notes: pd.DataFrame,
    prose: pd.DataFrame,
    completion: pd.DataFrame,
) -> Coherence:
    """Compute every check from tables already loaded."""
    said = cells.records(prose)
    names = {row["series_id"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in said}
    names |= {
        name: {"zh": series.name_zh, "en": series.name_en}
        for name, series in registry.series.items()
    }
    places = zip(targets["table_id"], targets["series_id"], targets["source_line"], strict=True)
    return Coherence(
        checks=coherence_checks(targets, notes, prose, baseline_kind(targets, notes), completion),
        names=names,
        prose={row["prose_id"]: row for row in said},
        lines={(table_id, series_id): int(line) for table_id, series_id, line in places},
    )


def series_named(references: str, prose: Mapping[str, str]) -> set[str]:
    """The series that references to printed numbers name.

    Parameters
    ----------
    references
        Both sides of a check, as in ``left`` and ``right`` of ``coherence.csv``.
    prose
        Series by ``prose_id``.
    """
    found = REFERENCE.findall(references)
    return {own or prose.get(prose_id, "") for _, own, prose_id in found} - {""}
