"""Printed rows to ``targets.csv``: one row per component, in the contract's columns."""

from pathlib import Path

import pandas as pd

from analysis.errors import InputError
from analysis.files import read_table
from analysis.paths import PROCESSED, TABLES, shown
from analysis.printed.columns import Cell
from analysis.printed.layout import PrintedRow, read_rows
from analysis.printed.quantity import Quantity
from analysis.printed.source import Source
from analysis.printed.spec import VALUE_ROLES, Role, load_spec
from analysis.registry import Measure, Registry

KEY = ["table_id", "number", "component"]
COLUMNS = [
    *KEY,
    *["series_id", "name_zh", "name_en", "category_zh", "category_en"],
    *["unit", "unit_inferred", "measure", "direction", "attribute"],
    *["baseline_year", "baseline_value", "baseline_comparator"],
    *["target_year", "target_value", "target_comparator", "target_text"],
    *["actual_year", "actual_value", "actual_comparator"],
    *["target_raw", "baseline_raw", "actual_raw", "source_line"],
]
ROUNDING = "baseline_rounding"


def read_targets(path: Path, registry: Registry) -> pd.DataFrame:
    """Read one printed table into the columns of ``targets.csv``.

    Parameters
    ----------
    path
        The raw table (``.txt``); its spec (``.toml``) lies beside it.
    registry
        The known series.

    Returns
    -------
    pandas.DataFrame
        One row per component; text throughout, numbers with the digits printed.

    Raises
    ------
    InputError
        If the table, its spec or a name in it cannot be used.
    """
    spec = load_spec(path.with_suffix(".toml"))
    components = _Components(Source(path, spec, registry))
    records = [
        record for row in read_rows(path, spec, registry) for record in components.of_row(row)
    ]
    if not records:
        raise InputError(f"{shown(path)}: the table has no row; copy it again.")
    if spec.rows and len(records) != spec.rows:
        raise InputError(
            f"{shown(path)}: {len(records)} components were read, but the spec's rows says "
            f"{spec.rows}; copy the table again, or correct rows."
        )
    return number_components(pd.DataFrame(records))[COLUMNS]


def damaged(path: Path, error: Exception) -> InputError:
    """The sentence for a computed table that is not as it was written."""
    said = " ".join(str(error).split())
    return InputError(f"{shown(path)}: the file is damaged ({said}); run `make report` again.")


def number_components(frame: pd.DataFrame) -> pd.DataFrame:
    """Count the components of each number from 1, in printed order."""
    return frame.assign(component=(frame.groupby("number").cumcount() + 1).astype(str))


def load_targets(path: Path = PROCESSED / "targets.csv") -> pd.DataFrame:
    """Load ``targets.csv`` with typed columns.

    Returns
    -------
    pandas.DataFrame
        ``number``, ``component`` and ``source_line`` integer, years nullable integer, values
        float, ``unit_inferred`` boolean, the rest text; plus the values as printed
        (``baseline_digits``, ``target_digits``, ``actual_digits``) and ``baseline_rounding``,
        half a unit of the baseline's last printed digit.
    """
    frame = read_table(path)
    if list(frame.columns) != COLUMNS:
        raise damaged(path, ValueError(f"its columns are not {', '.join(COLUMNS)}"))
    years = ["baseline_year", "target_year", "actual_year"]
    values = ["baseline_value", "target_value", "actual_value"]
    try:
        typed = frame.assign(
            **{name: frame[name].astype(int) for name in ["number", "component", "source_line"]},
            **{name: pd.to_numeric(frame[name]).astype("Int64") for name in years},
            **{name: pd.to_numeric(frame[name]).astype(float) for name in values},
            **{name.replace("value", "digits"): frame[name] for name in values},
            unit_inferred=frame["unit_inferred"] == "true",
        )
    except (TypeError, ValueError) as error:
        raise damaged(path, error) from None
    decimals = frame["baseline_value"].str.partition(".")[2].str.len()
    typed[ROUNDING] = (0.5 * 10.0**-decimals).where(typed["baseline_value"].notna())
    return typed


def table_ids(folder: Path = TABLES) -> list[str]:
    """The tables there are, in order."""
    return sorted(path.stem for path in folder.glob("*.txt"))


class _Components:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.spec, self.registry = source.spec, source.registry
        self.seen: dict[str, int] = {}

    def error(self, cell: Cell, problem: str, mend: str) -> InputError:
        return self.source.error(cell.line, cell.text, problem, mend)

    def of_row(self, row: PrintedRow) -> list[dict[str, str]]:
        """The row's components: as many as its name has series."""
        members = self.registry.series_of(row.name.text)
        if not members:
            raise self.error(
                row.name, "is no series of the registry", "add it to data/raw/indicators.toml"
            )
        if row.category and row.category not in self.registry.categories:
            raise self.error(
                row.name,
                f"stands under the unknown heading {row.category!r}",
                "add it to [categories] in data/raw/indicators.toml",
            )
        return [self._component(row, members, index) for index in range(len(members))]

    def _component(self, row: PrintedRow, members: tuple[str, ...], index: int) -> dict[str, str]:
        series_id = members[index]
        if series_id in self.seen:
            raise self.error(
                row.name,
                f"is the series {series_id} again, first printed at number {self.seen[series_id]}",
                "remove the duplicate or register its own series",
            )
        self.seen[series_id] = row.number
        series = self.registry.series[series_id]
        quantities = {
            role: self._member(cell, len(members), index) for role, cell in row.values.items()
        }
        target = quantities.get("target")
        unit = self._unit(row, quantities, len(members), index)
        if unit and unit != series.unit:
            raise self.error(
                row.name,
                f"is printed in {unit}, but {series_id} is registered in {series.unit}",
                "correct the registry or register another series",
            )
        record = {
            "table_id": self.spec.table_id,
            "number": str(row.number),
            "series_id": series_id,
            "name_zh": series.name_zh,
            "name_en": series.name_en,
            "category_zh": row.category,
            "category_en": self.registry.categories[row.category] if row.category else "",
            "unit": series.unit,
            "unit_inferred": "false" if unit else "true",
            "measure": _measure(target, series.measure),
            "direction": series.direction,
            "attribute": row.attribute or self.spec.attribute or "",
            "target_text": target.text if target else "",
            "source_line": str(self.spec.source_lines[0] + row.name.line - 1),
        }
        for role in VALUE_ROLES:
            record |= self._value(role, row.values.get(role), quantities.get(role))
        return record

    def _member(self, cell: Cell, members: int, index: int) -> Quantity | None:
        if not cell.quantities:
            return None
        if cell.in_words:
            return cell.quantities[0]
        if len(cell.quantities) != members:
            raise self.error(
                cell,
                f"prints {len(cell.quantities)} values for {members} series",
                "give one value for each series, separated by a slash",
            )
        return cell.quantities[index]

    def _unit(
        self,
        row: PrintedRow,
        quantities: dict[Role, Quantity | None],
        members: int,
        index: int,
    ) -> str:
        """The unit printed for a component: in its column, or in the baseline's, else any cell."""
        if row.unit is not None:
            text = row.unit.text
            units = (text,) if text in self.registry.units else tuple(text.split("/"))
            if len(units) != members:
                raise self.error(
                    row.unit,
                    f"prints {len(units)} units for {members} series",
                    "give one unit for each series, separated by a slash",
                )
            return units[index]
        printed = [quantity.unit for quantity in quantities.values() if quantity and quantity.unit]
        return printed[0] if printed else ""

    def _value(self, role: Role, cell: Cell | None, quantity: Quantity | None) -> dict[str, str]:
        if role not in self.spec.years:
            return dict.fromkeys(
                [f"{role}_year", f"{role}_value", f"{role}_comparator", f"{role}_raw"], ""
            )
        year = quantity.year if quantity and quantity.year else self.spec.years[role]
        return {
            f"{role}_year": str(year),
            f"{role}_value": str(quantity.value) if quantity and quantity.value is not None else "",
            f"{role}_comparator": quantity.comparator if quantity else "",
            f"{role}_raw": cell.raw if cell else "",
        }


def _measure(target: Quantity | None, registered: Measure) -> Measure:
    """What the target is: the cell's own words (年均, brackets) before the registry's entry."""
    if target is not None and target.annual:
        return "growth"
    if target is not None and target.total:
        return "cumulative"
    return registered
