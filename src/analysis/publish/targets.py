"""The targets of a plan and what they ask for each year, as tables and figure."""

from decimal import Decimal
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.figures import describe_ends, figure_html, growth_chart
from analysis.publish.tables import Column, table
from analysis.publish.units import Language, convert, number, unit_label
from analysis.publish.wording import Words, compared, label

DOCUMENT_ORDER = ["outline-14fyp", "services-14fyp", "commerce-14fyp"]
BASELINE_KINDS = {
    "period_mean": Words("五年年均", "5-year mean"),
    "period_total": Words("五年累计", "5-year cumulative"),
    "single_year_rate": Words("一年的增速", "one year's rate"),
}


def each_year(row: dict[str, Any], language: Language) -> Markup | str:
    """What one target asks for each year, by its kind, in one short phrase."""
    zh = language == "zh"
    if row["target_comparator"] == "text" or pd.isna(row["target_value"]):
        return cells.NOTHING
    if row["measure"] == "level":
        low, high = row["implied_cagr_low_pct"], row["implied_cagr_high_pct"]
        bounds = f"{number(low, language, 2)}–{number(high, language, 2)}"
        return cells.aside(cells.rate(row["implied_cagr_pct"], language), bounds)
    if row["measure"] == "share":
        return cells.pace(row["pp_per_year"], language)
    if row["measure"] == "growth":
        stated = compared(f"{row['target_digits']}%", row["target_comparator"], language)
        if pd.isna(row["implied_target_level"]):
            return cells.aside(stated, "规划给定" if zh else "stated by the plan")
        final = _amount(row["implied_target_level"], row["unit"], language, 0)
        year = int(row["target_year"])
        return cells.aside(stated, f"{year}年达{final}" if zh else f"to {final} in {year}")
    rate = cells.rate(row["implied_annual_rate_pct"], language)
    if row["unit"] == "%":
        return f"降{rate}" if zh else f"down {rate}"
    average = _amount(row["implied_annual_average"], row["unit"], language, 1)
    if rate == cells.NOTHING:
        return cells.aside(average, "年均" if zh else "on average")
    return cells.aside(average, f"年均，每年增{rate}" if zh else f"on average, growing {rate}")


def _amount(value: float, unit: str, language: Language, decimals: int) -> str:
    exact = convert(Decimal(format(value, ".12g")), unit, language)
    shown = number(exact, language, decimals)
    gap = "" if language == "zh" else " "
    return f"{shown}{gap}{unit_label(unit, language)}"


def targets_table(data: PlanData, plan: str, table_id: str, language: Language) -> Html:
    """One document's targets with baselines, yearly demands and sources."""
    rows = data.of_plan(plan)
    rows = rows[rows["table_id"] == table_id]
    usual = int(data.specs[table_id].years["baseline"])
    groups = [
        (heading, [_row(row, usual, language) for row in cells.records(part)])
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
    caption = {"zh": f"{title}：目标与每年要求", "en": f"{title}: targets and yearly demands"}
    return table(caption[language], columns, groups=groups)


def _by_heading(rows: pd.DataFrame, language: Language) -> list[tuple[str, pd.DataFrame]]:
    headings = rows[f"category_{language}"]
    return [(heading, rows[headings == heading]) for heading in headings.unique()]


def _row(row: dict[str, Any], usual: int, language: Language) -> dict[str, Any]:
    text = cells.printed_value(row, "baseline", language)
    baseline = cells.with_year(text, int(row["baseline_year"]), usual, language)
    if row["baseline_kind"] in BASELINE_KINDS:
        baseline = cells.aside(text, BASELINE_KINDS[row["baseline_kind"]].text(language))
    target = cells.printed_value(row, "target", language)
    if row["measure"] == "growth" and row["unit"] != "%":
        target = f"年均{target}%" if language == "zh" else f"{target}% a year"
    return {
        "number": row["number"],
        "indicator": cells.named(row, language),
        "attribute": label(row["attribute"], language),
        "baseline": baseline,
        "target": target,
        "each_year": each_year(row, language),
        "source": cells.source(row, language),
    }


def growth_rows(data: PlanData, plan: str, language: Language) -> pd.DataFrame:
    """Yearly growth rates the plan asks for, implied or stated, one row per series and rate.

    Returns
    -------
    pandas.DataFrame
        ``label, document, rate, low, high, stated``, in order of document; a series that two
        documents set alike appears once, under the first.
    """
    rows = data.of_plan(plan)
    stated = (rows["measure"] == "growth") & rows["target_value"].notna()
    chart = pd.DataFrame(
        {
            "series_id": rows["series_id"],
            "label": rows[f"name_{language}"],
            "document": rows["table_id"].map(lambda table_id: label(table_id, language)),
            "rate": rows["implied_cagr_pct"].where(~stated, rows["target_value"]),
            "low": rows["implied_cagr_low_pct"],
            "high": rows["implied_cagr_high_pct"],
            "stated": stated,
            "order": rows["table_id"].map(DOCUMENT_ORDER.index),
        }
    ).dropna(subset=["rate"])
    chart = chart.sort_values("order", kind="stable")
    return chart.drop_duplicates(["series_id", "rate", "low"], ignore_index=True)


def growth_figure(data: PlanData, plan: str, language: Language) -> Html:
    """Yearly growth each target asks for, sorted, with rounding bounds."""
    rows = growth_rows(data, plan, language)
    ends = describe_ends(rows, "rate", language, "%")
    alt = {
        "zh": f"{len(rows)}个目标每年要求的增长，从高到低：{ends}。",
        "en": f"Growth a year asked for by {len(rows)} targets, from most to least: {ends}.",
    }
    caption = {
        "zh": "由基期值和目标值推算的年均增长（%）；灰带为基期值按末位半个单位舍入造成的范围；"
        "菱形为规划直接给出的增速。比重、累计和文字目标见下表。数据：各规划指标专栏。",
        "en": "Average yearly growth implied by baseline and target (%); the grey band is the "
        "range that rounding of the baseline leaves open; diamonds are rates the plan states "
        "itself. Shares, cumulative targets and targets in words are in the tables below. "
        "Data: the plans' indicator tables.",
    }
    chart = growth_chart(rows, language)
    return figure_html(chart, "growth-asked-for", alt[language], caption[language])
