"""The two plans side by side: what each asked of the same series, and what it did."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.measures.ambition import KEY, ambition_table
from analysis.printed.notes import baseline_kind
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html, paragraphs
from analysis.publish.reasons import reason_text
from analysis.publish.series_tables import sources_of
from analysis.publish.sources import source_link
from analysis.publish.tables import Column, table
from analysis.publish.targets import asks_for_less, baseline_cell
from analysis.publish.units import Language, number, signed
from analysis.publish.wording import compared, label

ATTRIBUTES = ("binding", "expected")
Span = Mapping[str, Any]
NO_SPAN: Span = {"pace": float("nan"), "reason": ""}


def ambition(data: PlanData) -> pd.DataFrame:
    """``ambition_table`` of all printed targets, as of the newest year."""
    newest = data.progress[data.progress["as_of"] == data.progress["as_of"].max()]
    kinds = baseline_kind(data.targets, data.notes)
    return ambition_table(data.targets, kinds, data.observed, data.breaks, newest)


def spans_of(data: PlanData) -> dict[tuple[str, int, int, str], Span]:
    """The spans by table, number, component and role."""
    rows = cells.records(ambition(data))
    return {(row["table_id"], row["number"], row["component"], row["role"]): row for row in rows}


def pairs(data: PlanData) -> pd.DataFrame:
    """Series with a target in both plans: rows of the 14th plan with the 13th's key beside.

    Returns
    -------
    pandas.DataFrame
        The columns of ``PlanData.of_plan`` and ``before``, the row number of the 13th plan's
        target in ``data.of_plan("13fyp")``; a series two documents set alike appears once.
    """
    before = data.of_plan("13fyp")
    before = before[before["target_comparator"] != ""].drop_duplicates("series_id")
    place = dict(zip(before["series_id"], before.index, strict=True))
    now = data.of_plan("14fyp")
    both = now[now["series_id"].isin(list(place)) & (now["target_comparator"] != "")]
    both = both.assign(before=both["series_id"].map(place), order=both["table_id"].map(order))
    both = both.sort_values(["order", "number", "component"], kind="stable")
    return both.drop_duplicates(
        ["series_id", "baseline_value", "target_value", "target_comparator"], ignore_index=True
    )


def order(table_id: str) -> int:
    """The outline goes first, then the services plan, then the commerce plan."""
    return ["outline", "services", "commerce"].index(table_id.partition("-")[0])


def pairs_table(data: PlanData, language: Language) -> Html:
    """Yearly pace, target and result of the same series in both plans."""
    spans, before = spans_of(data), data.of_plan("13fyp")
    sources = sources_of(data, language).set_index("source_id")
    rows = pairs(data)
    body = []
    for row in cells.records(rows):
        then = cells.records(before.loc[[row["before"]]])[0]
        body.append((row["attribute"], _pair(data, row, then, spans, sources, language)))
    groups = [
        (label(attribute, language), [cell for own, cell in body if own == attribute])
        for attribute in ATTRIBUTES
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        *[
            Column(name, label(f"compare_{name}", language), numeric=True)
            for name in (
                *("asked_13", "asked_14", "achieved_13", "achieved_14"),
                *("target_13", "reached_13", "baseline_14", "target_14"),
            )
        ],
    ]
    return table(label("compare_caption", language), columns, groups=groups, stacked=True)


def _pair(
    data: PlanData,
    row: dict[str, Any],
    before: dict[str, Any],
    spans: Mapping[tuple[str, int, int, str], Span],
    sources: pd.DataFrame,
    language: Language,
) -> dict[str, Any]:
    then, now = roles_of(before, spans), roles_of(row, spans)
    asked = pace_cell(then["asked"], language)
    if then["asked"]["reason"] == "" and pd.notna(then["asked"].get("start_value")):
        asked += _start(data, then["asked"], sources, language)
    achieved = pace_cell(then["achieved"], language, with_years=True)
    if pd.notna(then.get("achieved_plan_year", NO_SPAN)["pace"]):
        achieved += Markup('<span class="second-basis">{}</span>').format(
            pace_cell(then["achieved_plan_year"], language, with_years=True)
        )
    less = asks_for_less(row)
    return {
        "indicator": cells.named(row, language),
        "target_13": cells.target(before, language),
        "reached_13": _reached(before, language),
        "asked_13": asked,
        "achieved_13": achieved,
        "baseline_14": baseline_cell(row, 0, language),
        "target_14": cells.target(row, language),
        "asked_14": pace_cell(now["asked"], language)
        + (_aside(label("asks_for_less", language)) if less else ""),
        "achieved_14": pace_cell(now["achieved"], language, with_years=True),
    }


def roles_of(
    row: Mapping[str, Any], spans: Mapping[tuple[str, int, int, str], Span]
) -> dict[str, Span]:
    """The spans of one row of targets, by role."""
    key = tuple(row[name] for name in KEY)
    return {found[3]: span for found, span in spans.items() if found[:3] == key}


def pace_text(span: Span, language: Language) -> str:
    """A pace with its unit and comparator; a dash where there is none.

    A rate that a plan prints gets no digits it is not printed with.
    """
    if pd.isna(span["pace"]):
        return cells.NOTHING
    if span.get("measure") == "growth":
        text = f"{number(round(span['pace'], 2), language)}%"
    elif span["pace_unit"] == "pp":
        text = cells.points(signed(span["pace"], language, 2), language)
    else:
        text = f"{number(span['pace'], language, 2)}%"
    return compared(text, span["comparator"], language)


def pace_cell(span: Span, language: Language, with_years: bool = False) -> Markup:
    """A pace, its years, and why there is none or what to know about it."""
    lines = []
    if with_years and pd.notna(span["pace"]) and pd.notna(span.get("start_year")):
        lines.append(f"{int(span['start_year'])}–{int(span['end_year'])}")
    if span["reason"]:
        lines.append(why(span, language))
    elif span.get("remark"):
        lines.append(reason_text(span["remark"], language))
    return Markup("{}{}").format(
        pace_text(span, language), Markup("").join(_aside(line) for line in lines)
    )


def why(span: Span, language: Language) -> str:
    """Why a span has no pace; what broke it is called not comparable."""
    text = reason_text(span["reason"], language)
    broken = span["reason"] and pd.notna(span.get("start_value")) and pd.notna(span["end_value"])
    if not broken:
        return text
    joint = "：" if language == "zh" else ": "
    return label("not_comparable", language) + joint + text


def _start(data: PlanData, span: Span, sources: pd.DataFrame, language: Language) -> Markup:
    """The observed value a plan without printed baselines is measured from, with its source."""
    source_id = span["start_source"]
    found = sources.loc[source_id]
    value = cells.observed(
        {
            "value": span["start_value"],
            "unit": span["unit"],
            "comparator": span["start_comparator"],
        },
        language,
    )
    text = label("observed_start", language).format(year=int(span["start_year"]), value=value)
    own = (data.observed[["series_id", "measure", "year", "source_id"]] == pd.Series(
        [span["series_id"], span["measure"], span["start_year"], source_id],
        ["series_id", "measure", "year", "source_id"],
    )).all(axis=1)  # fmt: skip
    used = data.observed[own].iloc[0]
    made = f"{label(used['vintage'], language)} · {label(used['quality'], language)}"
    link = source_link({**found, "source_id": found["anchor"]}, language)
    return Markup('<span class="aside">{} · {} · {}</span>').format(text, made, link)


def _reached(row: dict[str, Any], language: Language) -> Markup | str:
    text = cells.printed_value(row, "actual", language)
    return text if text == cells.NOTHING else cells.aside(text, str(int(row["actual_year"])))


def _aside(text: str) -> Markup:
    return Markup('<span class="aside">{}</span>').format(text)


def summary(data: PlanData, language: Language) -> Html:
    """How the two plans' demands compare, in words put together from the numbers."""
    spans, before = spans_of(data), data.of_plan("13fyp")
    rows = pairs(data)
    faster: list[str] = []
    slower: list[str] = []
    for row in cells.records(rows):
        then = roles_of(before.loc[row["before"]].to_dict(), spans)["asked"]
        now = roles_of(row, spans)["asked"]
        if pd.isna(then["pace"]) or pd.isna(now["pace"]) or then["pace_unit"] != now["pace_unit"]:
            continue
        sign = -1 if row["direction"] == "down" else 1
        less = sign * now["pace"] < sign * then["pace"]
        step = f"{pace_text(then, language)} → {pace_text(now, language)}"
        around = "{}（{}）" if language == "zh" else "{} ({})"
        (slower if less else faster).append(around.format(cells.name(row, language), step))
    known, joint = len(faster) + len(slower), "、" if language == "zh" else "; "
    less_text, more_text = joint.join(slower), joint.join(faster)
    if language == "zh":
        return paragraphs(
            f"两个规划都定了目标的序列有{rows['series_id'].nunique()}个，其中{known}个能比较两次要求的速度。",
            f"“十四五”要求更慢的有{len(slower)}个：{less_text or '无'}。",
            f"要求相同或更快的有{len(faster)}个：{more_text or '无'}。",
        )
    return paragraphs(
        f"Both plans set a target for {rows['series_id'].nunique()} series; for {known} of them "
        "the two paces asked for can be compared.",
        f"The 14th plan asks for less a year in {len(slower)}: {less_text or 'none'}.",
        f"It asks for as much or more in {len(faster)}: {more_text or 'none'}.",
    )
