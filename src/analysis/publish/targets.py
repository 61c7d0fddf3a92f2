"""The targets of a plan and what they ask for each year, as tables and figure."""

from decimal import Decimal
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.figures import figure_html, growth_chart
from analysis.publish.tables import Column, table
from analysis.publish.units import Language, amount, convert, number, signed
from analysis.publish.wording import LABELS, Words, compared, label

DOCUMENT_ORDER = ["outline-14fyp", "services-14fyp", "commerce-14fyp"]
BASELINE_KINDS = {
    "period_mean": Words("五年年均", "5-year mean"),
    "period_total": LABELS["five_years"],
    "single_year_rate": Words("按一年的增速理解", "read as one year's rate"),
}


def each_year(row: dict[str, Any], counted: bool, language: Language) -> Markup | str:
    """What one target asks for each year, by its kind, with what rounding leaves open.

    Parameters
    ----------
    row
        A row of ``PlanData.of_plan``.
    counted
        Whether the series is a whole number, which carries no rounding.
    """
    zh = language == "zh"
    if row["target_comparator"] == "text" or pd.isna(row["target_value"]):
        return cells.NOTHING
    if asks_for_less(row):
        return cells.aside(cells.NOTHING, "目标低于基期" if zh else "target below baseline")
    if row["measure"] == "level":
        if pd.isna(row["implied_cagr_pct"]):
            return cells.NOTHING
        rate = _like_target(cells.rate(row["implied_cagr_pct"], language), row, language)
        low, high = row["implied_cagr_low_pct"], row["implied_cagr_high_pct"]
        exact = counted or round(low, 2) == round(high, 2)
        return rate if exact else cells.aside(rate, _range(low, high, language))
    if row["measure"] == "share":
        pace, half = row["pp_per_year"], row["baseline_rounding"]
        if pd.isna(pace):
            return cells.NOTHING
        text = cells.points(signed(pace, language, 2), language)
        spread = half / (row["target_year"] - row["baseline_year"])
        bounds = _range(pace - spread, pace + spread, language, signs=True)
        return cells.aside(_like_target(text, row, language), bounds)
    if row["measure"] == "growth":
        stated = compared(f"{row['target_digits']}%", row["target_comparator"], language)
        if pd.isna(row["implied_target_level"]):
            return cells.aside(stated, "规划直接提出" if zh else "rate set by the plan")
        final = _amount(row["implied_target_level"], row["unit"], language, 0)
        year = int(row["target_year"])
        return cells.aside(stated, f"据此{year}年为{final}" if zh else f"{final} in {year}")
    rate = cells.rate(row["implied_annual_rate_pct"], language)
    if row["unit"] == "%":
        yearly = _like_target(rate, row, language)
        return cells.aside(yearly, "每年下降，逐年连乘" if zh else "less each year, chained")
    average = _amount(row["implied_annual_average"], row["unit"], language, 1)
    average = _like_target(average, row, language)
    if rate == cells.NOTHING:
        return cells.aside(average, "年均" if zh else "a year on average")
    growing = f"年均，即逐年增{rate}" if zh else f"a year on average, steady growth of {rate}"
    return cells.aside(average, growing)


def asks_for_less(row: dict[str, Any]) -> bool:
    """Whether the target lies on the worse side of its baseline, so that no growth is asked for."""
    if row["measure"] not in ("level", "share") or row["baseline_kind"] != "year_value":
        return False
    step = row["target_value"] - row["baseline_value"]
    worse = {"up": step < 0, "down": step > 0, "neutral": False}
    return bool(worse[row["direction"]])


def _like_target(text: str, row: dict[str, Any], language: Language) -> str:
    """A demand is at least, at most or about what it is, as its target and baseline are."""
    exact, about = row["target_comparator"] == "=", row["baseline_comparator"] == "~"
    return compared(text, "~" if exact and about else row["target_comparator"], language)


def _range(low: float, high: float, language: Language, signs: bool = False) -> str:
    shown = signed if signs else number
    joint = "至" if language == "zh" else " to "
    joint = joint if signs else "–"
    return f"{shown(low, language, 2)}{joint}{shown(high, language, 2)}"


def _amount(value: float, unit: str, language: Language, decimals: int) -> str:
    """An amount rounded in its printed unit, then said in the language's unit."""
    exact = Decimal(format(round(value, decimals), ".12g"))
    return amount(number(convert(exact, unit, language), language), unit, language)


def targets_table(data: PlanData, plan: str, table_id: str, language: Language) -> Html:
    """One document's targets with baselines, yearly demands and sources."""
    rows = data.of_plan(plan)
    rows = rows[rows["table_id"] == table_id]
    usual = int(data.specs[table_id].years["baseline"])
    groups = [
        (heading, [_row(row, usual, data, language) for row in cells.records(part)])
        for heading, part in _by_heading(rows, language)
    ]
    columns = [
        Column("number", label("number", language), short=True),
        Column("indicator", label("indicator", language), header=True),
        Column("attribute", label("attribute", language), short=True),
        Column("baseline", f"{label('baseline', language)} {usual}", numeric=True),
        Column("target", f"{label('target', language)} 2025", numeric=True),
        Column("each_year", label("each_year", language), numeric=True),
        Column("source", label("source", language), numeric=True),
    ]
    document = data.specs[table_id].document
    title = document.title_zh if language == "zh" else document.title_en
    caption = {
        "zh": f"{title}：目标与年均要求。小字为基期值四舍五入造成的范围",
        "en": f"{title}: targets and implied annual pace. Small figures: the range that rounding "
        "of the baseline leaves",
    }
    return table(caption[language], columns, groups=groups)


def baseline_cell(row: dict[str, Any], usual: int, language: Language) -> Markup | str:
    """A printed baseline, saying what it is where it is not the usual year's value."""
    text = cells.printed_value(row, "baseline", language)
    if row["baseline_kind"] in BASELINE_KINDS:
        return cells.aside(text, BASELINE_KINDS[row["baseline_kind"]].text(language))
    if text == cells.NOTHING:
        return text
    return cells.with_year(text, int(row["baseline_year"]), usual, language)


def _by_heading(rows: pd.DataFrame, language: Language) -> list[tuple[str, pd.DataFrame]]:
    headings = rows[f"category_{language}"]
    return [(heading, rows[headings == heading]) for heading in headings.unique()]


def _row(row: dict[str, Any], usual: int, data: PlanData, language: Language) -> dict[str, Any]:
    baseline = baseline_cell(row, usual, language)
    return {
        "number": row["number"],
        "indicator": cells.named(row, language),
        "attribute": label(row["attribute"], language),
        "baseline": baseline,
        "target": cells.target(row, language),
        "each_year": each_year(row, data.registry.series[row["series_id"]].counted, language),
        "source": cells.source(row, language),
    }


def growth_rows(data: PlanData, plan: str, language: Language) -> pd.DataFrame:
    """Yearly growth rates the plan asks for, implied or stated, one row per series and rate.

    Returns
    -------
    pandas.DataFrame
        ``series_id, label, document, rate, low, high, comparator, stated``, in order of document;
        a series that two documents set alike appears once, under the first.
    """
    rows = data.of_plan(plan)
    stated = (rows["measure"] == "growth") & rows["target_value"].notna()
    counted = rows["series_id"].map(lambda series_id: data.registry.series[series_id].counted)
    chart = pd.DataFrame(
        {
            "series_id": rows["series_id"],
            "label": rows[f"name_{language}"],
            "document": rows["table_id"].map(lambda table_id: label(table_id, language)),
            "rate": rows["implied_cagr_pct"].where(~stated, rows["target_value"]),
            "low": rows["implied_cagr_low_pct"].mask(counted),
            "high": rows["implied_cagr_high_pct"].mask(counted),
            "comparator": rows["target_comparator"],
            "stated": stated,
            "order": rows["table_id"].map(DOCUMENT_ORDER.index),
        }
    ).dropna(subset=["rate"])
    chart = chart.sort_values("order", kind="stable")
    return chart.drop_duplicates(["series_id", "rate"], ignore_index=True)


def growth_figure(data: PlanData, plan: str, language: Language) -> Html:
    """Yearly growth each target asks for, sorted, with rounding bounds."""
    rows = growth_rows(data, plan, language)
    ordered = rows.sort_values(["rate", "label"])
    least, most = ordered.iloc[0], ordered.iloc[-1]
    gdp = rows[rows["series_id"] == "gdp-growth-real"]["rate"].max()
    faster = int((rows["rate"] > gdp).sum())
    low, high = (f"{number(row['rate'], language, 1)}%" for row in (least, most))
    alt = {
        "zh": f"{len(rows)}个序列的年均要求：最高{most['label']}{high}，最低{least['label']}{low}，"
        f"有{faster}个高于地区生产总值年均增速目标（约{gdp:g}%）。",
        "en": f"Implied annual pace of {len(rows)} series: the most is {most['label']} ({high}), "
        f"the least {least['label']} ({low}); {faster} are above the target for GDP growth "
        f"(about {gdp:g}%).",
    }
    caption = {
        "zh": "由基期值和目标值推算的年均增长（%）；灰带为基期值按末位半个单位舍入造成的范围；"
        "空心为规划直接给出的增速。价格口径原表未列：地区生产总值增速按惯例为实际增速，金额类为现价，"
        "二者不宜直接比较。两份规划都有的序列只画一次。比重、累计和文字目标见下表。数据：各规划指标专栏。",
        "en": "Average yearly growth implied by baseline and target (%); the grey band is the "
        "range that rounding of the baseline leaves open; hollow marks are rates the plan states "
        "itself. The tables print no price basis: GDP growth is real by convention, amounts of "
        "money are at current prices, so the two should not be compared directly. A series in "
        "two plans is drawn once. Shares, cumulative targets and targets in words are in the "
        "tables below. Data: the plans' indicator tables.",
    }
    chart = growth_chart(rows, language)
    return figure_html(chart, "figure-growth", alt[language], caption[language])
