"""The completion of a finished plan, as tables, figure and sentences."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.measures.completion import (
    Basis,
    count_verdicts,
    on_basis,
)
from analysis.printed.targets import KEY
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html, paragraphs
from analysis.publish.figures import figure_html, gap_chart
from analysis.publish.tables import Column, status, table
from analysis.publish.units import Language, printed, signed
from analysis.publish.wording import label

REACHED = ["met", "exceeded"]
VERDICTS = ["exceeded", "met", "missed", "not_comparable", "no_number"]
ATTRIBUTES = ["binding", "expected"]


def judged(data: PlanData, completion: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Completion rows of one table joined with what was printed about them."""
    columns = [
        *[*KEY, "name_zh", "name_en", "unit", "unit_inferred", "measure", "direction"],
        *["target_year", "target_comparator", "target_text", "actual_comparator", "source_line"],
        *["target_digits", "actual_digits"],
    ]
    rows = completion[completion["table_id"] == table_id]
    return rows.merge(data.targets[columns], on=KEY, validate="many_to_one")


def counts(completion: pd.DataFrame, attribute: str) -> dict[str, dict[str, int]]:
    """Verdict counts of one attribute, by ``number`` and by ``component``."""
    table_of_counts = count_verdicts(completion)
    rows = table_of_counts[table_of_counts["attribute"] == attribute]
    sums = rows.groupby("count_by")[[*VERDICTS, "total"]].sum()
    return {str(key): {str(k): int(v) for k, v in row.items()} for key, row in sums.iterrows()}


def reached(count: dict[str, int]) -> int:
    """How many were met or exceeded."""
    return sum(count[verdict] for verdict in REACHED)


def claim_table(data: PlanData, table_id: str, language: Language) -> Html:
    """The document's claim recomputed: by number and component, on both bases."""
    completion = data.completion[data.completion["table_id"] == table_id]
    bases: tuple[Basis, ...] = ("as_printed", "plan_year")
    groups = [
        (label(basis, language), _counted(on_basis(completion, basis), language)) for basis in bases
    ]
    columns = [
        Column("what", label("attribute", language), header=True, short=True),
        Column("count_by", label("count_by", language), short=True),
        *[Column(verdict, label(verdict, language), numeric=True) for verdict in VERDICTS],
        Column("total", label("total", language), numeric=True),
    ]
    caption = {
        "zh": "按属性、口径和计数单位的判定数",
        "en": "Verdicts by attribute, basis and unit of count",
    }
    return table(caption[language], columns, groups=groups)


def _counted(completion: pd.DataFrame, language: Language) -> list[dict[str, str]]:
    return [
        {
            "what": label(attribute, language),
            "count_by": label(f"by_{count_by}", language),
            **{name: str(number) for name, number in count.items()},
        }
        for attribute in ATTRIBUTES
        for count_by, count in sorted(counts(completion, attribute).items(), reverse=True)
    ]


def completion_tables(data: PlanData, table_id: str, language: Language) -> Html:
    """Every component with target, actual, gap, verdict and source, binding first."""
    rows = judged(data, data.completion, table_id)
    groups = [
        (label(attribute, language), [_row(row, language) for row in cells.records(part)])
        for attribute in ATTRIBUTES
        if len(part := rows[rows["attribute"] == attribute])
    ]
    columns = [
        Column("number", label("number", language), short=True),
        Column("indicator", label("indicator", language), header=True),
        Column("target", label("target", language), numeric=True),
        Column("actual", label("actual", language), numeric=True),
        Column("gap", label("gap", language), numeric=True, short=True),
        Column("verdict", label("verdict", language), short=True),
        Column("source", label("source", language), numeric=True),
    ]
    caption = {
        "zh": "各项指标的目标、完成值与判定",
        "en": "Every target, its actual value and the verdict",
    }
    return table(caption[language], columns, groups=groups)


def _row(row: dict[str, Any], language: Language) -> dict[str, Any]:
    second = row["basis"] == "plan_year"
    if second:
        digits = format(row["actual_value"], ".12g")
        actual = printed(digits, row["unit"], language)
    else:
        actual = cells.printed_value(row, "actual", language)
    year = int(row["actual_year"])
    indicator = cells.named(row, language)
    if second:
        template = '<span class="second-basis">{} · {}</span>'
        indicator = Markup(template).format(
            cells.linked(row, language), label("plan_year", language)
        )
    return {
        "number": row["number"],
        "indicator": indicator,
        "target": _total(cells.printed_value(row, "target", language), row, language),
        "actual": cells.with_year(actual, year, int(row["target_year"]), language),
        "gap": cells.gap(row, language),
        "verdict": status(row["verdict"], language),
        "source": cells.source(row, language),
    }


def _total(text: str, row: dict[str, Any], language: Language) -> Markup | str:
    """Say that a cumulative target is one."""
    if row["measure"] != "cumulative":
        return text
    return cells.aside(text, label("five_years", language))


def gap_figure(data: PlanData, table_id: str, attribute: str, language: Language) -> Html:
    """Gap to target by indicator, sorted, for the targets of one attribute."""
    rows = judged(data, data.completion, table_id)
    rows = rows[rows["verdict"].isin(["exceeded", "met", "missed"]) & (rows["target_value"] != 0)]
    rows = rows[rows["attribute"] == attribute]
    rows = rows.assign(
        label=rows[f"name_{language}"],
        gap_pct=100 * rows["gap"] / rows["target_value"].abs(),
    )
    second = rows[rows["basis"] == "plan_year"].set_index(KEY)["gap_pct"]
    first = rows[rows["basis"] == "as_printed"]
    keys = pd.MultiIndex.from_frame(first[KEY])
    first = first.assign(
        plan_year_gap_pct=second.reindex(keys).to_numpy(),
        text=[
            f"{cells.printed_value(row, 'actual', language)} / "
            f"{cells.printed_value(row, 'target', language)}"
            for row in cells.records(first)
        ],
    )
    kind = label(attribute, language)
    caption = {
        "zh": f"{kind}指标与目标的差距占目标的百分比，右侧为优于目标。数字为完成值/目标值。"
        "▲超额完成 ●完成 ▼未完成；空心圆为表注给出的2020年值。"
        "目标为零、目标用文字表述和不可比的指标见下表。数据：规划纲要专栏1及其注释。",
        "en": f"{kind} targets: gap in per cent of the target, right is better. The figures are "
        "actual / target. ▲ exceeded ● met ▼ missed; hollow circles show the 2020 value given in "
        "the notes. Targets of zero, in words or not comparable are in the table below. "
        "Data: plan outline, table 1 and its notes.",
    }
    alt = _gap_finding(first, kind, language)
    figure = gap_chart(first, language)
    return figure_html(figure, f"figure-gap-{attribute}", alt, caption[language])


def _gap_finding(rows: pd.DataFrame, kind: str, language: Language) -> str:
    """What the chart shows, in one sentence."""
    ordered = rows.sort_values(["gap_pct", *KEY])
    worst, best = ordered.iloc[0], ordered.iloc[-1]
    missed = int((rows["verdict"] == "missed").sum())
    low, high = (f"{signed(row['gap_pct'], language, 1)}%" for row in (worst, best))
    alike = int((rows["gap_pct"].round(1) == round(worst["gap_pct"], 1)).sum())
    if language == "zh":
        lowest = f"{worst['label']}（{low}）" if alike == 1 else f"{alike}个分项（{low}）"
        state = f"{missed}个未完成" if missed else "全部完成或超额完成"
        return (
            f"{kind}指标{len(rows)}个分项，{state}；与目标差距最低的是{lowest}，"
            f"最高的是{best['label']}（{high}）。"
        )
    lowest = f"{worst['label']} ({low})" if alike == 1 else f"that of {alike} components ({low})"
    state = f"{missed} missed" if missed else "all met or exceeded"
    return (
        f"{kind} targets, {len(rows)} components, {state}; the lowest gap to target is "
        f"{lowest}, the highest {best['label']} ({high})."
    )


def revised_table(data: PlanData, table_id: str, language: Language) -> Html:
    """Targets that were changed during the plan: before, as printed, and the verdict on each."""
    before = data.notes[data.notes["code"] == "target_before_revision"]
    completion = on_basis(data.completion, "as_printed")
    rows = judged(data, completion, table_id).merge(
        before[[*KEY, "value", "note_zh", "note_en"]], on=KEY
    )
    body = [
        {
            "indicator": cells.named(row, language),
            "before": printed(format(row["value"], ".12g"), row["unit"], language),
            "printed": cells.printed_value(row, "target", language),
            "actual": cells.with_year(
                cells.printed_value(row, "actual", language),
                int(row["actual_year"]),
                int(row["target_year"]),
                language,
            ),
            "gap_before": cells.gap(
                {**row, "gap": round(row["actual_value"] - row["value"], 6)}, language
            ),
            "verdict": status(row["verdict"], language),
            "note": row[f"note_{language}"],
        }
        for row in cells.records(rows)
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("before", label("original_target", language), numeric=True),
        Column("printed", label("revised_target", language), numeric=True),
        Column("actual", label("actual", language), numeric=True),
        Column("gap_before", label("gap_before", language), numeric=True),
        Column("verdict", label("verdict", language), short=True),
        Column("note", label("note", language)),
    ]
    caption = {"zh": "实施期间调整过的目标", "en": "Targets revised mid-plan"}
    return table(caption[language], columns, body)


def notes_table(data: PlanData, table_ids: list[str], language: Language) -> Html:
    """What the tables' notes say about single components."""
    rows = data.notes[data.notes["table_id"].isin(table_ids)].merge(data.targets, on=KEY)
    groups = [
        (
            f"{label(table_id, language)} · {label(data.specs[table_id].plan, language)}",
            [
                {
                    "number": row["number"],
                    "indicator": cells.linked(row, language),
                    "note": row[f"note_{language}"],
                }
                for row in cells.records(rows[rows["table_id"] == table_id])
            ],
        )
        for table_id in table_ids
        if (rows["table_id"] == table_id).any()
    ]
    columns = [
        Column("number", label("number", language), short=True),
        Column("indicator", label("indicator", language), header=True),
        Column("note", label("note", language)),
    ]
    caption = {
        "zh": "表注中的事实与本站读法",
        "en": "Facts from the tables' notes, and this site's readings",
    }
    return table(caption[language], columns, groups=groups)


def change_table(data: PlanData, table_id: str, language: Language) -> Html:
    """A table that prints two years but no target: the values and their change."""
    rows = data.targets[data.targets["table_id"] == table_id]
    first, last = int(rows["baseline_year"].iloc[0]), int(rows["actual_year"].iloc[0])
    body = [
        {
            "number": row["number"],
            "indicator": cells.named(row, language),
            "baseline": cells.printed_value(row, "baseline", language),
            "actual": cells.printed_value(row, "actual", language),
            "change": cells.gap(
                {
                    **row,
                    "gap": round(row["actual_value"] - row["baseline_value"], 6),
                    "basis": "as_printed",
                },
                language,
            ),
            "source": cells.source(row, language),
        }
        for row in cells.records(rows)
    ]
    columns = [
        Column("number", label("number", language), short=True),
        Column("indicator", label("indicator", language), header=True),
        Column("baseline", str(first), numeric=True),
        Column("actual", str(last), numeric=True),
        Column("change", label("change", language), numeric=True),
        Column("source", label("source", language), numeric=True),
    ]
    caption = {
        "zh": f"{first}至{last}年的变化（原表未列目标）",
        "en": f"Change from {first} to {last} (the table prints no targets)",
    }
    return table(caption[language], columns, body)


def missed_names(data: PlanData, table_id: str, basis: Basis, language: Language) -> list[str]:
    """Names of the components missed on a basis, in printed order."""
    rows = judged(data, on_basis(data.completion, basis), table_id)
    return [cells.name(row, language) for row in cells.records(rows[rows["verdict"] == "missed"])]


def no_plan_year_value(data: PlanData, table_id: str, language: Language) -> list[str]:
    """Names of the components whose only value is of another year than the plan's."""
    rows = judged(data, on_basis(data.completion, "plan_year"), table_id)
    stale = rows[rows["actual_year"] != rows["target_year"]]
    return [cells.name(row, language) for row in cells.records(stale)]


def summary(data: PlanData, table_id: str, language: Language) -> Html:
    """The finding in words: the document's claim, and the counts that test it."""
    completion = data.completion[data.completion["table_id"] == table_id]
    binding = counts(on_basis(completion, "as_printed"), "binding")
    printed_basis = counts(on_basis(completion, "as_printed"), "expected")["number"]
    year_basis = counts(on_basis(completion, "plan_year"), "expected")["number"]
    numbers, parts = binding["number"], binding["component"]
    open_ones = printed_basis["not_comparable"] + printed_basis["no_number"]
    missed = missed_names(data, table_id, "as_printed", language)
    added = [
        name for name in missed_names(data, table_id, "plan_year", language) if name not in missed
    ]
    stale = no_plan_year_value(data, table_id, language)
    if language == "zh":
        return paragraphs(
            f"{numbers['total']}项约束性指标（{parts['total']}个分项）中，{reached(numbers)}项"
            f"（{reached(parts)}个分项）完成或超额完成，"
            f"{'与纲要的说法一致' if not numbers['missed'] else '与纲要的说法不一致'}。"
            f"{printed_basis['total']}项预期性指标中，完成或超额完成{reached(printed_basis)}项，"
            f"未完成{printed_basis['missed']}项，另有{open_ones}项不可比或没有数值目标；"
            "“较好完成”纲要没有给出标准。有多个分项的指标按最差的分项计。",
            f"表中有几项以2019年或2018年的值代替2020年。改用表注给出的2020年值，"
            f"预期性指标完成或超额完成{reached(year_basis)}项，未完成{year_basis['missed']}项；"
            f"由完成或超额完成变为未完成的是：{'、'.join(added)}；"
            f"{'、'.join(stale)}没有2020年值，仍按较早年份的值计。",
            f"按表列值未完成的分项：{'、'.join(missed)}。",
        )
    agrees = "as the outline says" if not numbers["missed"] else "other than the outline says"
    return paragraphs(
        f"Of {numbers['total']} binding indicators ({parts['total']} components), "
        f"{reached(numbers)} ({reached(parts)} components) were met or exceeded, {agrees}. "
        f"Of {printed_basis['total']} indicative ones, {reached(printed_basis)} were met or "
        f"exceeded, {printed_basis['missed']} were missed, and {open_ones} are not comparable or "
        "have no numeric target; the outline sets no standard for “fairly well”. "
        "An indicator with several components counts as its worst component.",
        "In several rows the table prints a 2019 or 2018 value for 2020. With the 2020 values "
        f"from its notes, {reached(year_basis)} indicative ones were met or exceeded and "
        f"{year_basis['missed']} were missed; what changes from met or exceeded to "
        f"missed: {'; '.join(added)}. "
        f"There is no 2020 value for {'; '.join(stale)}, which stays with its earlier year.",
        f"Components missed as printed: {'; '.join(missed)}.",
    )
