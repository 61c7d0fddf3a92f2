"""What printed numbers imply together: each function computes one that nobody printed.

The side computed from others names its formula, with the numbers' places, as its ``ref``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.measures.agreement import DECIMALS, Check, Number, Point, Verdict
from analysis.measures.growth import PLAN_YEARS, implied_cagr, implied_sum_rate


@dataclass(frozen=True)
class Book:
    """What is printed, and how the finished plan was judged."""

    points: pd.DataFrame
    completion: pd.DataFrame

    def table(self, table_id: str, series_id: str, role: str) -> Number:
        """A number of a table; KeyError where it is not printed."""
        return self._number(f"targets/{table_id}/{series_id}/{role}")

    def note(self, table_id: str, series_id: str, what: str) -> Number:
        """A number of a table's notes: a year's value or ``before-revision``."""
        return self._number(f"notes/{table_id}/{series_id}/{what}")

    def prose(self, prose_id: str) -> Number:
        """A number of the prose."""
        return self._number(f"prose/{prose_id}")

    @cached_property
    def _rows(self) -> dict[str, list[Point]]:
        rows: dict[str, list[Point]] = {}
        for row in self.points.to_dict("records"):
            rows.setdefault(row["ref"], []).append(row)
        return rows

    def _number(self, ref: str) -> Number:
        rows = self._rows.get(ref, [])
        if len(rows) != 1:
            raise KeyError(ref)
        row = rows[0]
        return Number(ref, float(row["value"]), float(row["half"]), row["comparator"], row["unit"])


def cagr(first: float, last: float, years: int = PLAN_YEARS) -> float:
    """Compound growth a year over a plan, in per cent."""
    return float(implied_cagr(first, last, years))


def computed(ref: str, value: float) -> Number:
    """A number that follows from others, with its formula."""
    return Number(ref, round(value, DECIMALS))


def services_share_2025(book: Book) -> Check:
    """Services value added over GDP in 2025 against the share of 2020.

    The value is a floor and GDP is approximate: ``low`` and ``high`` are the share at the ends of
    GDP's rounding.
    """
    value = book.table("services-14fyp", "services-value-added", "target")
    gdp = book.prose("outline-gdp-2025")
    share = book.table("outline-13fyp", "services-share-of-gdp", "actual")
    return Check(
        "services-share-2025",
        "implied",
        "%",
        computed(f"100 * {value.ref} / {gdp.ref}", 100 * value.value / gdp.value),
        share,
        "implied_change",
        {
            "value": value.value,
            "gdp": gdp.value,
            "low": 100 * value.value / (gdp.value + gdp.half),
            "high": 100 * value.value / (gdp.value - gdp.half),
        },
    )


def strategic_emerging_2025(book: Book) -> Check:
    """The value the strategic industries' share of 2025 GDP comes to, against their own floor."""
    share = book.table("outline-14fyp", "strategic-emerging-share", "target")
    gdp = book.prose("outline-gdp-2025")
    floor = book.prose("outline-strategic-emerging-2025")
    value = computed(f"{share.ref} / 100 * {gdp.ref}", share.value * gdp.value / 100)
    verdict: Verdict = "holds" if value.value > floor.value else "fails"
    inputs = {"share": share.value, "gdp": gdp.value, "floor_share": 100 * floor.value / gdp.value}
    return Check("strategic-emerging-2025", "implied", floor.unit, value, floor, verdict, inputs)


def gdp_nominal_and_real(book: Book) -> Check:
    """Growth of the GDP level, in current prices, against the real growth target.

    ``deflator`` is the yearly price change that would join the two.
    """
    first = book.table("outline-13fyp", "gdp", "actual")
    last = book.prose("outline-gdp-2025")
    real = book.table("outline-14fyp", "gdp-growth-real", "target")
    nominal = cagr(first.value, last.value)
    return Check(
        "gdp-nominal-and-real",
        "implied",
        "%",
        computed(f"100 * (({last.ref} / {first.ref}) ** (1 / 5) - 1)", nominal),
        real,
        "implied_change",
        {
            "first": first.value,
            "last": last.value,
            "deflator": 100 * ((1 + nominal / 100) / (1 + real.value / 100) - 1),
            "low": cagr(first.value, last.value - last.half),
            "high": cagr(first.value, last.value + last.half),
        },
    )


def employment(book: Book) -> Check:
    """Persons employed that GDP over labour productivity implies, 2025 against 2020."""
    gdp_first = book.table("outline-13fyp", "gdp", "actual")
    gdp_last = book.prose("outline-gdp-2025")
    first = book.table("outline-14fyp", "labour-productivity", "baseline")
    last = book.table("outline-14fyp", "labour-productivity", "target")
    then = computed(f"{gdp_last.ref} / {last.ref}", gdp_last.value / last.value)
    now = computed(f"{gdp_first.ref} / {first.ref}", gdp_first.value / first.value)
    # A hundred million yuan over ten thousand yuan a person: persons by the ten thousand.
    each = book.table("outline-13fyp", "population", "actual")
    inputs = {"rate": cagr(now.value, then.value)}
    return Check("employment-2025", "implied", each.unit, then, now, "implied_change", inputs)


def growth_and_productivity(book: Book) -> Check:
    """Real GDP growth against the growth of labour productivity, were the latter real too.

    ``employment_rate`` is the yearly growth of employment that joins the two.
    """
    real = book.table("outline-14fyp", "gdp-growth-real", "target")
    first = book.table("outline-14fyp", "labour-productivity", "baseline")
    last = book.table("outline-14fyp", "labour-productivity", "target")
    rate = cagr(first.value, last.value)
    return Check(
        "growth-and-productivity",
        "implied",
        "%",
        real,
        computed(f"100 * (({last.ref} / {first.ref}) ** (1 / 5) - 1)", rate),
        "implied_change",
        {"employment_rate": 100 * ((1 + real.value / 100) / (1 + rate / 100) - 1)},
    )


def foreign_investment(book: Book) -> Check:
    """The yearly mean of five years' foreign investment against the year before."""
    total = book.table("commerce-14fyp", "fdi-used-cny", "target")
    base = book.table("commerce-14fyp", "fdi-used-cny", "baseline")
    return Check(
        "foreign-investment-mean",
        "implied",
        base.unit,
        computed(f"{total.ref} / 5", total.value / PLAN_YEARS),
        base,
        "implied_change",
        {"total": total.value, "rate": float(implied_sum_rate(base.value, total.value))},
    )


def outward_investment(book: Book) -> Check:
    """The stock of outward investment asked for against the one the table's flow leads to.

    The flow grows steadily from its 2020 to its 2025 value; nothing is withdrawn.
    """
    stock = book.prose("commerce-outward-stock-2020")
    aim = book.prose("commerce-outward-stock-2025")
    first = book.table("commerce-14fyp", "outward-investment-agreed", "baseline")
    last = book.table("commerce-14fyp", "outward-investment-agreed", "target")
    factor = (last.value / first.value) ** (1 / PLAN_YEARS)
    reached = stock.value + sum(first.value * factor**year for year in range(1, PLAN_YEARS + 1))
    ref = f"{stock.ref} + sum({first.ref} * ({last.ref} / {first.ref}) ** (t / 5), t = 1..5)"
    verdict: Verdict = "looser" if reached > aim.value else "stricter"
    inputs = {
        "stock": stock.value,
        "first": first.value,
        "last": last.value,
        "yearly": (aim.value - stock.value) / PLAN_YEARS,
    }
    return Check(
        "outward-investment-stock",
        "implied",
        aim.unit,
        aim,
        computed(ref, reached),
        verdict,
        inputs,
    )


def modern_services(book: Book) -> Check:
    """Growth of modern services' value added against that of all services."""
    table = "services-14fyp"
    value = [book.table(table, "services-value-added", role) for role in ("baseline", "target")]
    share = [book.table(table, "modern-services-share", role) for role in ("baseline", "target")]
    modern = [v.value * s.value / 100 for v, s in zip(value, share, strict=True)]
    other = [v.value - m for v, m in zip(value, modern, strict=True)]
    products = [f"{v.ref} * {s.ref}" for v, s in zip(value, share, strict=True)]
    return Check(
        "modern-services-growth",
        "implied",
        "%",
        computed(
            f"100 * (({products[1]} / ({products[0]})) ** (1 / 5) - 1)", cagr(modern[0], modern[1])
        ),
        computed(
            f"100 * (({value[1].ref} / {value[0].ref}) ** (1 / 5) - 1)",
            cagr(value[0].value, value[1].value),
        ),
        "implied_change",
        {"other": cagr(other[0], other[1]), "first": modern[0], "last": modern[1]},
    )


def metro_length(book: Book) -> Check:
    """The metro length of one document's target against the other's 2020 length."""
    aim = book.prose("consumption-metro-length-2025")
    now = book.prose("outline-metro-length-2020")
    inputs = {
        "yearly": (aim.value - now.value) / PLAN_YEARS,
        "rate": cagr(now.value, aim.value),
    }
    return Check("metro-length-2025", "implied", aim.unit, aim, now, "implied_change", inputs)


IMPLIED: tuple[Callable[[Book], Check], ...] = (
    *(services_share_2025, strategic_emerging_2025, gdp_nominal_and_real, employment),
    *(growth_and_productivity, foreign_investment, outward_investment, modern_services),
    metro_length,
)
