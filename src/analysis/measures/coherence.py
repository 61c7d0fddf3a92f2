"""Printed numbers and statements recomputed from other numbers, and every check in order.

Each check is a function that takes what is printed and returns one ``Check``.
"""

from collections.abc import Callable

import pandas as pd

from analysis.measures.agreement import (
    KINDS,
    Check,
    Number,
    Verdict,
    number_points,
    pair_checks,
    within_rounding,
)
from analysis.measures.completion import on_basis, worst_of_number
from analysis.measures.growth import PLAN_YEARS
from analysis.measures.implied import IMPLIED, Book, computed

COLUMNS = [
    *["check_id", "kind", "left", "left_value", "right", "right_value", "difference", "verdict"],
    *["note_zh", "note_en"],
]
REACHED = ["met", "exceeded"]


# -- a printed number recomputed from others -----------------------------------------------------


def _recomputed(check_id: str, ref: str, value: float, right: Number) -> Check:
    left = computed(ref, value)
    return Check(check_id, "implied", right.unit, left, right, within_rounding(left, right))


def services_share_2020(book: Book) -> Check:
    """Services value added over GDP in 2020 against the printed share."""
    value = book.table("services-14fyp", "services-value-added", "baseline")
    gdp = book.table("outline-13fyp", "gdp", "actual")
    share = book.table("services-13fyp", "services-share-of-gdp", "actual")
    ref, ratio = f"100 * {value.ref} / {gdp.ref}", 100 * value.value / gdp.value
    return _recomputed("services-share-2020", ref, ratio, share)


def finance_share_2020(book: Book) -> Check:
    """Financial value added in one document over GDP in another, against the printed share."""
    value = book.prose("services-finance-2020")
    gdp = book.table("outline-13fyp", "gdp", "actual")
    share = book.table("outline-13fyp", "finance-share-of-gdp", "actual")
    ref, ratio = f"100 * {value.ref} / {gdp.ref}", 100 * value.value / gdp.value
    return _recomputed("finance-share-2020", ref, ratio, share)


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
    return _recomputed(check_id, ref, ratio, each)


def services_growth_margin(book: Book) -> Check:
    """Services growth less its stated lead over GDP growth, against GDP growth elsewhere."""
    growth, margin = book.prose("services-growth-2020"), book.prose("services-growth-margin-2020")
    gdp = book.table("outline-13fyp", "gdp-growth-real", "actual")
    ref = f"{growth.ref} - {margin.ref}"
    return _recomputed("services-growth-margin", ref, growth.value - margin.value, gdp)


def modern_services_change(book: Book) -> Check:
    """The rise of the modern services share in the table against the rise in the prose."""
    first = book.table("services-13fyp", "modern-services-share", "baseline")
    last = book.table("services-13fyp", "modern-services-share", "actual")
    stated = book.prose("services-modern-share-change-2020")
    ref = f"{last.ref} - {first.ref}"
    return _recomputed("modern-services-change", ref, last.value - first.value, stated)


def imports_share_2020(book: Book) -> Check:
    """Imports' share of trade, carried on by the mean growth of imports and of all trade."""
    first = book.prose("commerce-imports-share-2015")
    last = book.prose("commerce-imports-share-2020")
    imports = book.prose("commerce-imports-growth-2020")
    trade = book.prose("commerce-goods-trade-growth-2020")
    ratio = (1 + imports.value / 100) / (1 + trade.value / 100)
    ref = f"{first.ref} * ((1 + {imports.ref} / 100) / (1 + {trade.ref} / 100)) ** 5"
    return _recomputed("imports-share-2020", ref, first.value * ratio**PLAN_YEARS, last)


def retail_target_revision(book: Book) -> Check:
    """The former retail sales target less the cut the notes give, against the printed target."""
    before = book.note("outline-13fyp", "retail-sales", "before-revision")
    cut = book.prose("outline-retail-target-cut")
    printed = book.table("outline-13fyp", "retail-sales", "target")
    ref = f"{before.ref} - {cut.ref}"
    return _recomputed("retail-target-revision", ref, before.value - cut.value, printed)


# -- statements about the finished plan, recomputed ----------------------------------------------


def _claim(check_id: str, left: Number, right: Number, **inputs: float) -> Check:
    verdict: Verdict = "holds" if left.value == right.value else "fails"
    return Check(check_id, "claim", "", left, right, verdict, inputs)


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
    return Check("goods-trade-early", "claim", aim.unit, reached, aim, verdict, inputs)


def _stated_increase(check_id: str, first: Number, last: Number, stated: Number) -> Check:
    ratio, ref = last.value / first.value - 1, f"{last.ref} / {first.ref} - 1"
    if stated.unit == "%":
        ratio, ref = 100 * ratio, f"100 * ({ref})"
    left = computed(ref, ratio)
    inputs = {"first": first.value, "last": last.value}
    return Check(
        check_id, "claim", stated.unit, left, stated, within_rounding(left, stated), inputs
    )


def market_procurement_increase(book: Book) -> Check:
    """The stated increase of market-procurement exports against its two end values."""
    first, last, stated = (
        book.prose(f"commerce-market-procurement-{what}")
        for what in ("2017", "2020", "change-2020")
    )
    return _stated_increase("market-procurement-increase", first, last, stated)


def cross_border_increase(book: Book) -> Check:
    """The stated increase of cross-border e-commerce against its two end values."""
    first, last, stated = (
        book.prose(f"services-cross-border-{what}") for what in ("2015", "2020", "change-2020")
    )
    return _stated_increase("cross-border-increase", first, last, stated)


def foreign_enterprises_increase(book: Book) -> Check:
    """The stated increase of new foreign-invested enterprises against its two end values."""
    first, last, stated = (
        book.prose(f"commerce-fdi-enterprises-{what}") for what in ("2015", "2020", "change-2020")
    )
    return _stated_increase("foreign-enterprises-increase", first, last, stated)


RECOMPUTED: tuple[Callable[[Book], Check], ...] = (
    *(services_share_2020, finance_share_2020, gdp_per_capita_actual, gdp_per_capita_target),
    *(services_growth_margin, modern_services_change, imports_share_2020, retail_target_revision),
    *(binding_all_met, indicator_count, energy_and_pollutants_met, goods_trade_early),
    *(market_procurement_increase, cross_border_increase, foreign_enterprises_increase),
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
    checks = [*pair_checks(points), *(check(book) for check in (*IMPLIED, *RECOMPUTED))]
    return sorted(checks, key=lambda check: (KINDS.index(check.kind), check.check_id))
