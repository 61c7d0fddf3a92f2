"""The 14th plan's targets for levels ranked by the growth they imply, beside what was achieved."""

import pandas as pd

from analysis.publish import cells
from analysis.publish.ambition_figure import ambition_chart
from analysis.publish.compare import NO_SPAN, Span, order, pace_cell, roles_of, spans_of
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.figures import figure_html
from analysis.publish.tables import Column, table
from analysis.publish.units import Language, number
from analysis.publish.wording import compared, label


def ranked(data: PlanData) -> pd.DataFrame:
    """The 14th plan's targets for levels, the fastest first, with the pace before and since.

    Returns
    -------
    pandas.DataFrame
        The columns of ``PlanData.of_plan`` and ``asked``, ``before``, ``achieved``: spans (see
        ``ambition_table``); one row per series and target.
    """
    spans = spans_of(data)
    rows = data.of_plan("14fyp")
    rows = rows[(rows["measure"] == "level") & rows["target_value"].notna()]
    rows = rows.assign(order=rows["table_id"].map(order)).sort_values("order", kind="stable")
    rows = rows.drop_duplicates(["series_id", "target_value"])
    roles = [roles_of(row, spans) for row in cells.records(rows)]
    found = {
        role: [own.get(role, NO_SPAN) for own in roles] for role in ("asked", "before", "achieved")
    }
    paces = [span["pace"] for span in found["asked"]]
    joined = rows.assign(pace=paces)
    for role, spans_found in found.items():
        joined[role] = pd.Series(spans_found, joined.index, dtype=object)
    return joined.sort_values(["pace", "series_id"], ascending=[False, True], ignore_index=True)


def ranked_table(data: PlanData, language: Language) -> Html:
    """The ranking in numbers, with the years of each pace and why one is missing."""
    body = [
        {
            "indicator": cells.named(row, language),
            "document": label(row["table_id"], language),
            "asked": pace_cell(row["asked"], language, with_years=True),
            "before": pace_cell(row["before"], language, with_years=True),
            "achieved": pace_cell(row["achieved"], language, with_years=True),
        }
        for row in cells.records(ranked(data))
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("document", label("document", language), short=True),
        Column("asked", label("asked_14", language), numeric=True),
        Column("before", label("before_14", language), numeric=True),
        Column("achieved", label("since_2020", language), numeric=True),
    ]
    return table(label("ranked_caption", language), columns, body, stacked=True)


def ranked_figure(data: PlanData, language: Language) -> Html:
    """The ranking drawn: asked, before and since on one axis."""
    rows = ranked(data)
    chart = pd.DataFrame(
        {
            "label": rows[f"name_{language}"],
            **{
                role: [span["pace"] for span in rows[role]]
                for role in ("asked", "before", "achieved")
            },
            "text": [compared_rate(span, language) for span in rows["asked"]],
        }
    )
    caption = {
        "zh": "“十四五”绝对量目标隐含的年均增长（%，实心圆），与规划前（方框，2015年至基期年）"
        "和基期年至2025年（菱形）实际的年均增长。只画可比的值；金额为现价{floors}。数据：各规划指标专栏，"
        "2015年和2025年的观测值见下表与来源页。",
        "en": "Yearly growth implied by the 14th plan's targets for levels (%, dots), beside "
        "growth before the plan (squares, 2015 to the baseline year) and from the baseline year to "
        "2025 (diamonds). Only comparable values are drawn; money is "
        "at current prices{floors}. Data: the plans' tables; observed values of 2015 "
        "and 2025 as in the table below and on the Sources page.",
    }
    figure = ambition_chart(chart, language)
    alt = ranked_finding(rows, language)
    text = caption[language].format(floors=_floors(rows, language))
    return figure_html(figure, "figure-ambition", alt, text)


def _floors(rows: pd.DataFrame, language: Language) -> str:
    """Which rates since the baseline are floors, as the end of a sentence."""
    bound = rows["achieved"].map(lambda span: span.get("comparator") == ">")
    names = list(rows.loc[bound, f"name_{language}"])
    if not names:
        return ""
    if language == "zh":
        return f"；{'、'.join(names)}2025年的值是下限"
    return f"; only a floor is known of the 2025 value of {', '.join(names)}"


def compared_rate(span: Span, language: Language) -> str:
    """A rate with one decimal, for a figure's direct label."""
    return compared(number(span["pace"], language, 1), span["comparator"], language)


def ranked_finding(rows: pd.DataFrame, language: Language) -> str:
    """What the ranking shows, in a sentence whose counts are computed."""
    names = rows[f"name_{language}"]
    asked, since = (_paces(rows[role]) for role in ("asked", "achieved"))
    before = _paces(rows["before"])
    kept = since.notna() & (since >= asked)
    joint, end = ("、", "。") if language == "zh" else ("; ", ".")
    first = f"{number(asked.iloc[0], language, 1)}%"
    last = f"{number(asked.iloc[-1], language, 1)}%"
    if language == "zh":
        done = f"，其中{int(kept.sum())}个达到或超过隐含的速度（{joint.join(names[kept])}）"
        return (
            f"“十四五”{len(rows)}个绝对量目标，隐含年均增长最高的是{names.iloc[0]}（{first}），"
            f"最低的是{names.iloc[-1]}（{last}）。规划前的增长可比的有{int(before.notna().sum())}个；"
            f"基期年至2025年可比的有{int(since.notna().sum())}个{done if kept.any() else ''}{end}"
        )
    done = (
        f", of which {int(kept.sum())} kept at least the implied pace ({joint.join(names[kept])})"
    )
    return (
        f"Of the 14th plan's {len(rows)} targets for levels, {names.iloc[0]} asks for the fastest "
        f"growth ({first} a year) and {names.iloc[-1]} for the slowest ({last}). Growth before the "
        f"plan is comparable for {int(before.notna().sum())}, growth from the baseline year to "
        f"2025 for {int(since.notna().sum())}{done if kept.any() else ''}{end}"
    )


def _paces(spans: pd.Series) -> pd.Series:
    return spans.map(lambda span: span["pace"]).astype(float)
