"""The documents' numbers against arithmetic, and every comparison as one table.

Each arithmetic check is a function that takes what is printed and returns one ``Check``. The side
computed from others names its formula, with the numbers' places, as its ``ref``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.measures.agreement import (
    DECIMALS,
    KINDS,
    Check,
    Number,
    Verdict,
    number_points,
    pair_checks,
    within_rounding,
)
from analysis.measures.completion import on_basis, worst_of_number
from analysis.measures.growth import PLAN_YEARS, implied_cagr, implied_sum_rate

COLUMNS = [
    *["check_id", "kind", "left", "left_value", "right", "right_value", "difference", "verdict"],
    *["note_zh", "note_en"],
]
REACHED = ["met", "exceeded"]


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

    def _number(self, ref: str) -> Number:
        rows = self.points[self.points["ref"] == ref]
        if len(rows) != 1:
            raise KeyError(ref)
        row = rows.iloc[0]
        return Number(ref, float(row["value"]), float(row["half"]), row["comparator"])


def _cagr(first: float, last: float, years: int = PLAN_YEARS) -> float:
    return float(implied_cagr(first, last, years))


def _computed(ref: str, value: float) -> Number:
    return Number(ref, round(value, DECIMALS))


# -- what the printed numbers imply together --------------------------------------------------------


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
        _computed(f"100 * {value.ref} / {gdp.ref}", 100 * value.value / gdp.value),
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
    value = _computed(f"{share.ref} / 100 * {gdp.ref}", share.value * gdp.value / 100)
    verdict: Verdict = "holds" if value.value > floor.value else "fails"
    inputs = {"share": share.value, "gdp": gdp.value, "floor_share": 100 * floor.value / gdp.value}
    return Check("strategic-emerging-2025", "implied", "亿元", value, floor, verdict, inputs)


def gdp_nominal_and_real(book: Book) -> Check:
    """Growth of the GDP level, in current prices, against the real growth target.

    ``deflator`` is the yearly price change that would join the two.
    """
    first = book.table("outline-13fyp", "gdp", "actual")
    last = book.prose("outline-gdp-2025")
    real = book.table("outline-14fyp", "gdp-growth-real", "target")
    nominal = _cagr(first.value, last.value)
    return Check(
        "gdp-nominal-and-real",
        "implied",
        "%",
        _computed(f"100 * (({last.ref} / {first.ref}) ** (1 / 5) - 1)", nominal),
        real,
        "implied_change",
        {
            "first": first.value,
            "last": last.value,
            "deflator": 100 * ((1 + nominal / 100) / (1 + real.value / 100) - 1),
            "low": _cagr(first.value, last.value - last.half),
            "high": _cagr(first.value, last.value + last.half),
        },
    )


def employment(book: Book) -> Check:
    """Persons employed that GDP over labour productivity implies, 2025 against 2020."""
    gdp_first = book.table("outline-13fyp", "gdp", "actual")
    gdp_last = book.prose("outline-gdp-2025")
    first = book.table("outline-14fyp", "labour-productivity", "baseline")
    last = book.table("outline-14fyp", "labour-productivity", "target")
    then = _computed(f"{gdp_last.ref} / {last.ref}", gdp_last.value / last.value)
    now = _computed(f"{gdp_first.ref} / {first.ref}", gdp_first.value / first.value)
    inputs = {"rate": _cagr(now.value, then.value)}
    return Check("employment-2025", "implied", "万人", then, now, "implied_change", inputs)


def growth_and_productivity(book: Book) -> Check:
    """Real GDP growth against the growth of labour productivity, were the latter real too.

    ``employment_rate`` is the yearly growth of employment that joins the two.
    """
    real = book.table("outline-14fyp", "gdp-growth-real", "target")
    first = book.table("outline-14fyp", "labour-productivity", "baseline")
    last = book.table("outline-14fyp", "labour-productivity", "target")
    rate = _cagr(first.value, last.value)
    return Check(
        "growth-and-productivity",
        "implied",
        "%",
        real,
        _computed(f"100 * (({last.ref} / {first.ref}) ** (1 / 5) - 1)", rate),
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
        "亿元",
        _computed(f"{total.ref} / 5", total.value / PLAN_YEARS),
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
        "outward-investment-stock", "implied", "亿美元", aim, _computed(ref, reached), verdict, inputs
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
        _computed(f"100 * (({products[1]} / ({products[0]})) ** (1 / 5) - 1)", _cagr(*modern)),
        _computed(
            f"100 * (({value[1].ref} / {value[0].ref}) ** (1 / 5) - 1)",
            _cagr(value[0].value, value[1].value),
        ),
        "implied_change",
        {"other": _cagr(*other), "first": modern[0], "last": modern[1]},
    )


def metro_length(book: Book) -> Check:
    """The metro length of one document's target against the other's 2020 length."""
    aim = book.prose("consumption-metro-length-2025")
    now = book.prose("outline-metro-length-2020")
    inputs = {
        "yearly": (aim.value - now.value) / PLAN_YEARS,
        "rate": _cagr(now.value, aim.value),
    }
    return Check("metro-length-2025", "implied", "公里", aim, now, "implied_change", inputs)


# -- a printed number recomputed from others ------------------------------------------------------


def _recomputed(check_id: str, unit: str, ref: str, value: float, right: Number) -> Check:
    left = _computed(ref, value)
    return Check(check_id, "implied", unit, left, right, within_rounding(left, right))


def services_share_2020(book: Book) -> Check:
    """Services value added over GDP in 2020 against the printed share."""
    value = book.table("services-14fyp", "services-value-added", "baseline")
    gdp = book.table("outline-13fyp", "gdp", "actual")
    share = book.table("services-13fyp", "services-share-of-gdp", "actual")
    ref, ratio = f"100 * {value.ref} / {gdp.ref}", 100 * value.value / gdp.value
    return _recomputed("services-share-2020", "%", ref, ratio, share)


def finance_share_2020(book: Book) -> Check:
    """Financial value added in one document over GDP in another, against the printed share."""
    value = book.prose("services-finance-2020")
    gdp = book.table("outline-13fyp", "gdp", "actual")
    share = book.table("outline-13fyp", "finance-share-of-gdp", "actual")
    ref, ratio = f"100 * {value.ref} / {gdp.ref}", 100 * value.value / gdp.value
    return _recomputed("finance-share-2020", "%", ref, ratio, share)


def gdp_per_capita_actual(book: Book) -> Check:
    """GDP over population against GDP per capita, 2020 as reached."""
    return _per_capita(book, "gdp-per-capita-actual-2020", "actual")


def gdp_per_capita_target(book: Book) -> Check:
    """GDP over population against GDP per capita, 2020 as the 13th plan aimed for."""
    return _per_capita(book, "gdp-per-capita-target-2020", "target")


def _per_capita(book: Book, check_id: str, role: str) -> Check:
    gdp, population, each = (
        book.table("outline-13fyp", name, role) for name in ("gdp", "population", "gdp-per-capita")
    )
    ref, ratio = f"{gdp.ref} / {population.ref}", gdp.value / population.value
    return _recomputed(check_id, "万元", ref, ratio, each)


def services_growth_margin(book: Book) -> Check:
    """Services growth less its stated lead over GDP growth, against GDP growth elsewhere."""
    growth, margin = book.prose("services-growth-2020"), book.prose("services-growth-margin-2020")
    gdp = book.table("outline-13fyp", "gdp-growth-real", "actual")
    ref = f"{growth.ref} - {margin.ref}"
    return _recomputed("services-growth-margin", "%", ref, growth.value - margin.value, gdp)


def modern_services_change(book: Book) -> Check:
    """The rise of the modern services share in the table against the rise in the prose."""
    first = book.table("services-13fyp", "modern-services-share", "baseline")
    last = book.table("services-13fyp", "modern-services-share", "actual")
    stated = book.prose("services-modern-share-change-2020")
    ref = f"{last.ref} - {first.ref}"
    return _recomputed("modern-services-change", "%", ref, last.value - first.value, stated)


def imports_share_2020(book: Book) -> Check:
    """Imports' share of trade, carried on by the mean growth of imports and of all trade."""
    first = book.prose("commerce-imports-share-2015")
    last = book.prose("commerce-imports-share-2020")
    imports = book.prose("commerce-imports-growth-2020")
    trade = book.prose("commerce-goods-trade-growth-2020")
    ratio = (1 + imports.value / 100) / (1 + trade.value / 100)
    ref = f"{first.ref} * ((1 + {imports.ref} / 100) / (1 + {trade.ref} / 100)) ** 5"
    return _recomputed("imports-share-2020", "%", ref, first.value * ratio**PLAN_YEARS, last)


def retail_target_revision(book: Book) -> Check:
    """The former retail sales target less the cut the notes give, against the printed target."""
    before = book.note("outline-13fyp", "retail-sales", "before-revision")
    cut = book.prose("outline-retail-target-cut")
    printed = book.table("outline-13fyp", "retail-sales", "target")
    ref = f"{before.ref} - {cut.ref}"
    return _recomputed("retail-target-revision", "亿元", ref, before.value - cut.value, printed)


# -- statements about the finished plan, recomputed -------------------------------------------------


def _claim(check_id: str, left: Number, right: Number, **inputs: float | str) -> Check:
    verdict: Verdict = "holds" if left.value == right.value else "fails"
    return Check(check_id, "claim", "项", left, right, verdict, inputs)


def binding_all_met(book: Book) -> Check:
    """All binding indicators of the 13th plan met: those met or exceeded against all."""
    parts = on_basis(book.completion, "as_printed")
    parts = parts[(parts["table_id"] == "outline-13fyp") & (parts["attribute"] == "binding")]
    numbers = worst_of_number(parts)
    where = "completion/outline-13fyp/binding"
    return _claim(
        "binding-all-met",
        Number(f"count({where}, met or exceeded)", int(numbers["verdict"].isin(REACHED).sum())),
        Number(f"count({where})", len(numbers)),
        parts=len(parts),
        parts_met=int(parts["verdict"].isin(REACHED).sum()),
    )


def indicator_count(book: Book) -> Check:
    """The number of indicators the outline names against the numbers its table prints."""
    rows = book.completion[book.completion["table_id"] == "outline-13fyp"]
    counted = Number("count(targets/outline-13fyp, number)", rows["number"].nunique())
    return _claim("indicator-count", counted, book.prose("outline-indicator-count-13fyp"))


def energy_and_pollutants_met(book: Book) -> Check:
    """Energy, carbon and the main pollutants met: those met or exceeded against all six."""
    series = [
        *["energy-intensity-reduction", "co2-intensity-reduction", "so2-emissions-reduction"],
        *["cod-emissions-reduction", "ammonia-nitrogen-emissions-reduction"],
        "nox-emissions-reduction",
    ]
    rows = on_basis(book.completion, "as_printed")
    rows = rows[(rows["table_id"] == "outline-13fyp") & rows["series_id"].isin(series)]
    where = "completion/outline-13fyp/energy, carbon, pollutants"
    return _claim(
        "energy-and-pollutants-met",
        Number(f"count({where}, met or exceeded)", int(rows["verdict"].isin(REACHED).sum())),
        Number(f"count({where})", len(rows)),
    )


def goods_trade_early(book: Book) -> Check:
    """Merchandise trade passing its 2020 target in 2019; ``later`` is 2020 itself."""
    reached = book.table("outline-13fyp", "goods-trade", "actual")
    aim = book.table("outline-13fyp", "goods-trade", "target")
    later = book.note("outline-13fyp", "goods-trade", "2020")
    verdict: Verdict = "holds" if reached.value >= aim.value else "fails"
    inputs = {"later": later.value}
    return Check("goods-trade-early", "claim", "亿元", reached, aim, verdict, inputs)


def _stated_increase(check_id: str, unit: str, first: Number, last: Number, stated: Number) -> Check:
    ratio, ref = last.value / first.value - 1, f"{last.ref} / {first.ref} - 1"
    if unit == "%":
        ratio, ref = 100 * ratio, f"100 * ({ref})"
    left = _computed(ref, ratio)
    inputs = {"first": first.value, "last": last.value}
    return Check(check_id, "claim", unit, left, stated, within_rounding(left, stated), inputs)


def market_procurement_increase(book: Book) -> Check:
    """The stated increase of market-procurement exports against its two end values."""
    first, last, stated = (
        book.prose(f"commerce-market-procurement-{what}")
        for what in ("2017", "2020", "change-2020")
    )
    return _stated_increase("market-procurement-increase", "倍", first, last, stated)


def cross_border_increase(book: Book) -> Check:
    """The stated increase of cross-border e-commerce against its two end values."""
    first, last, stated = (
        book.prose(f"services-cross-border-{what}") for what in ("2015", "2020", "change-2020")
    )
    return _stated_increase("cross-border-increase", "倍", first, last, stated)


def foreign_enterprises_increase(book: Book) -> Check:
    """The stated increase of new foreign-invested enterprises against its two end values."""
    first, last, stated = (
        book.prose(f"commerce-fdi-enterprises-{what}") for what in ("2015", "2020", "change-2020")
    )
    return _stated_increase("foreign-enterprises-increase", "%", first, last, stated)


ARITHMETIC: tuple[Callable[[Book], Check], ...] = (
    *(services_share_2025, strategic_emerging_2025, gdp_nominal_and_real, employment),
    *(growth_and_productivity, foreign_investment, outward_investment, modern_services),
    *(metro_length, services_share_2020, finance_share_2020, gdp_per_capita_actual),
    *(gdp_per_capita_target, services_growth_margin, modern_services_change),
    *(imports_share_2020, retail_target_revision, binding_all_met, indicator_count),
    *(energy_and_pollutants_met, goods_trade_early, market_procurement_increase),
    *(cross_border_increase, foreign_enterprises_increase),
)


def coherence_checks(
    targets: pd.DataFrame,
    notes: pd.DataFrame,
    prose: pd.DataFrame,
    baseline_kind: pd.Series,
    completion: pd.DataFrame,
) -> list[Check]:
    """Every comparison, by kind and then by ``check_id``.

    Parameters
    ----------
    targets, notes, prose, baseline_kind
        As for ``number_points``.
    completion
        As ``completion_table`` returns it.
    """
    points = number_points(targets, notes, prose, baseline_kind)
    book = Book(points, completion)
    checks = [*pair_checks(points), *(check(book) for check in ARITHMETIC)]
    return sorted(checks, key=lambda check: (KINDS.index(check.kind), check.check_id))
