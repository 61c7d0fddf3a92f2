"""Printed numbers of one quantity side by side, and whether they agree."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

DECIMALS = 6
ROLES = {"actual": "observed", "baseline": "observed", "target": "target"}
ORIGINS = ("targets", "notes", "prose")
GROUP = ["series_id", "role", "year", "span"]
PLAN_BASES = ("period_mean", "period_total")

Point = dict[Hashable, Any]
"""A row of ``number_points``."""

Kind = Literal["same_series", "prose", "implied", "claim"]
Verdict = Literal[
    "equal", "rounding", "wording", "holds", "stricter", "looser",
    "other_basis", "implied_change", "different", "fails",
]  # fmt: skip
KINDS: tuple[Kind, ...] = ("same_series", "prose", "implied", "claim")
VERDICTS: tuple[Verdict, ...] = (
    "equal", "rounding", "wording", "holds", "stricter", "looser",
    "other_basis", "implied_change", "different", "fails",
)  # fmt: skip
"""What a comparison can say; the data dictionary explains each word.

equal
    The same number with the same comparator.
rounding
    They differ by at most half a unit of the coarser number's last printed digit.
wording
    The same number, once as a value and once as a floor or an approximation.
holds, fails
    A bound or a statement that the other number satisfies, or does not.
stricter, looser
    The left asks for more, or for less, than the right.
other_basis
    Another year, period or scope: not to be compared.
implied_change
    The printed numbers together imply a change that none of them states.
different
    None of these.
"""


@dataclass(frozen=True)
class Number:
    """One number: where it stands, half a unit of its last digit, its comparator and unit."""

    ref: str
    value: float
    half: float = 0.0
    comparator: str = "="
    unit: str = ""


@dataclass(frozen=True)
class Check:
    """Two numbers held against each other; ``inputs`` are further ones the sentence needs."""

    check_id: str
    kind: Kind
    unit: str
    left: Number
    right: Number
    verdict: Verdict
    inputs: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def difference(self) -> float:
        """Left minus right; in percentage points where both are in per cent."""
        return round(self.left.value - self.right.value, DECIMALS) + 0.0


def number_points(
    targets: pd.DataFrame, notes: pd.DataFrame, prose: pd.DataFrame, baseline_kind: pd.Series
) -> pd.DataFrame:
    """Every printed number as one row, whether a table, a note or the prose prints it.

    Parameters
    ----------
    targets, notes, prose
        As loaded by ``load_targets``, ``load_notes`` and ``load_prose``.
    baseline_kind
        Aligned with ``targets``, as for ``growth_table``.

    Returns
    -------
    pandas.DataFrame
        ``ref`` (file and place), ``origin``, ``document``, ``series_id``, ``role`` (observed or
        target), ``year``, ``span``, ``value``, ``half``, ``comparator``, ``unit``, ``direction``,
        ``column_year`` (another than ``year`` where an earlier year's value stands in) and
        ``other_name``; tables first, then notes, then prose, the outline before the plans below.
    """
    parts = [
        *[_of_tables(targets, baseline_kind, column) for column in ROLES],
        _of_notes(notes, targets),
        prose.assign(
            ref="prose/" + prose["prose_id"],
            origin="prose",
            column_year=prose["year"],
            half=prose["rounding"],
        ),
    ]
    columns = [
        *["ref", "origin", "document", *GROUP, "value", "half", "comparator", "unit"],
        *["direction", "column_year", "other_name"],
    ]
    points = pd.concat([part[columns] for part in parts], ignore_index=True)
    below = ~points["document"].str.startswith("outline")
    origin = points["origin"].map(ORIGINS.index)
    order = pd.DataFrame({"origin": origin, "below": below}).sort_values(
        ["origin", "below"], kind="stable"
    )
    return points.loc[order.index].reset_index(drop=True)


def _of_tables(targets: pd.DataFrame, baseline_kind: pd.Series, column: str) -> pd.DataFrame:
    kept = targets[f"{column}_value"].notna()
    rows = targets[kept]
    over_plan = rows["measure"].isin(["growth", "cumulative"])
    if column == "baseline":
        over_plan = baseline_kind[kept].isin(PLAN_BASES)
    digits = rows[f"{column}_digits"]
    rate_of_level = (rows["measure"] == "growth") & (column == "target")
    return pd.DataFrame(
        {
            "ref": "targets/" + rows["table_id"] + "/" + rows["series_id"] + f"/{column}",
            "origin": "targets",
            "document": rows["table_id"],
            "series_id": rows["series_id"],
            "role": ROLES[column],
            "year": rows[f"{column}_year"],
            "span": over_plan.map({True: "plan", False: "year"}),
            "value": rows[f"{column}_value"],
            "half": half_unit(digits),
            "comparator": rows[f"{column}_comparator"],
            "unit": rows["unit"].mask(rate_of_level, "%"),
            "direction": rows["direction"],
            "column_year": rows["actual_year"].mask(
                rows["target_year"].notna(), rows["target_year"]
            )
            if column == "actual"
            else rows[f"{column}_year"],
            "other_name": False,
        }
    )


def _of_notes(notes: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    key = ["table_id", "number", "component"]
    rows = notes[notes["code"].isin(["value_of_year", "target_before_revision"])]
    rows = rows.merge(targets[[*key, "series_id", "direction"]], on=key)
    before = rows["code"] == "target_before_revision"
    year = rows["year"].astype(str).mask(before, "before-revision")
    return rows.assign(
        ref="notes/" + rows["table_id"] + "/" + rows["series_id"] + "/" + year,
        origin="notes",
        document=rows["table_id"],
        role=before.map({True: "former_target", False: "observed"}),
        span="year",
        half=half_unit(rows["value"].map("{:.12g}".format)),
        comparator="=",
        column_year=rows["year"],
        other_name=False,
    )


def half_unit(digits: pd.Series) -> pd.Series:
    """Half a unit of the last printed digit."""
    return 0.5 / 10.0 ** digits.str.partition(".")[2].str.len().astype(float)


def compare(left: Number, right: Number, role: str, direction: str) -> Verdict:
    """Compare two prints of one quantity.

    Parameters
    ----------
    role
        ``observed`` or ``target``: a bound on something observed is tested, a bound that is
        asked for is weighed.
    direction
        ``up``, ``down`` or ``neutral``: which way a target asks for more.
    """
    gap = round(left.value - right.value, DECIMALS)
    same_comparator = left.comparator == right.comparator
    if gap == 0 and same_comparator:
        return "equal"
    if role == "target":
        if gap == 0:
            if ">" in (left.comparator, right.comparator):
                return "stricter" if left.comparator == ">" else "looser"
            return "wording"
        if abs(gap) <= max(left.half, right.half):
            return "rounding"
        asks_more = {"up": gap > 0, "down": gap < 0}.get(direction)
        return "different" if asks_more is None else "stricter" if asks_more else "looser"
    if left.comparator in (">", "<") or right.comparator in (">", "<"):
        return "holds" if _bounds_hold(left, right) else "fails"
    if gap == 0:
        return "wording"
    return "rounding" if abs(gap) <= max(left.half, right.half) else "different"


def _bounds_hold(left: Number, right: Number) -> bool:
    """Whether each bound is satisfied by the other number."""

    def satisfied(bound: Number, value: float) -> bool:
        tests = {">": value > bound.value, "<": value < bound.value}
        return tests.get(bound.comparator, True)

    return satisfied(left, right.value) and satisfied(right, left.value)


def within_rounding(left: Number, right: Number) -> Verdict:
    """Whether a computed number is the printed one, to the digits the latter has."""
    gap = round(abs(left.value - right.value), DECIMALS)
    if gap == 0:
        return "equal"
    return "rounding" if gap <= max(left.half, right.half) else "different"


def pair_checks(points: pd.DataFrame) -> list[Check]:
    """Hold every number against the first one printed for the same series, role, year and span.

    A number of the prose is held against a table or note of its own document where there is one.
    Two numbers of one series that share a year's column but not the year itself (a 2019 value in
    a 2020 column), or not the span (one year's rate, a five-year mean), are paired as well, and
    said to be of another basis.
    """
    years = points["year"].astype("Int64").fillna(0)
    rows: list[Point] = points.assign(year=years).to_dict("records")
    groups: dict[Hashable, list[Point]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in GROUP), []).append(row)
    checks = [_pair(row, _nearest(row, group)) for group in groups.values() for row in group[1:]]
    anchors = {key: group[0] for key, group in groups.items()}
    checks += [_pair(left, right) for left, right in _other_bases(rows, anchors)]
    return checks


def _nearest(row: Point, rows: list[Point]) -> Point:
    """The first number printed in the same document, for one of the prose; else the first."""
    if row["origin"] == "prose":
        for other in rows:
            if other["origin"] != "prose" and other["document"].startswith(row["document"]):
                return other
    return rows[0]


def _other_bases(
    points: list[Point], anchors: Mapping[Hashable, Point]
) -> Iterator[tuple[Point, Point]]:
    for row in points:
        if pd.isna(row["column_year"]) or row["column_year"] == row["year"]:
            continue
        right = anchors.get((row["series_id"], row["role"], row["column_year"], row["span"]))
        if right is not None:
            yield row, right
    for left in anchors.values():
        right = anchors.get((left["series_id"], left["role"], left["year"], "year"))
        if left["span"] == "plan" and right is not None and left["unit"] == right["unit"]:
            yield left, right


def _pair(left: Point, right: Point) -> Check:
    if left["unit"] != right["unit"]:
        raise ValueError(f"{left['ref']} and {right['ref']} are in different units")
    kind: Kind = "prose" if left["origin"] == "prose" else "same_series"
    first, second = (
        Number(row["ref"], row["value"], row["half"], row["comparator"], row["unit"])
        for row in (left, right)
    )
    apart = [
        name
        for name, differs in [
            ("year", left["year"] != right["year"]),
            ("span", left["span"] != right["span"]),
            ("scope", left["other_name"] != right["other_name"]),
        ]
        if differs
    ]
    place = f"{left['document']}-note" if left["origin"] == "notes" else left["document"]
    if left["year"] != right["year"]:
        place = f"{place}-against-{right['year']}"
    name = f"{left['series_id']}-{left['role']}-{left['year']}-{place}"
    return Check(
        check_id=name if kind == "same_series" else left["ref"].removeprefix("prose/"),
        kind=kind,
        unit=left["unit"],
        left=first,
        right=second,
        verdict="other_basis" if apart else compare(first, second, left["role"], left["direction"]),
        inputs={
            **{key: left[key] for key in GROUP},
            "right_year": right["year"],
            "apart": "_and_".join(apart),
        },
    )
