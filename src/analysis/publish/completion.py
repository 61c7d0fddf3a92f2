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
from analysis.publish.figures import describe_ends, figure_html, gap_chart
from analysis.publish.tables import Column, status, table
from analysis.publish.units import Language, printed
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
    rows: list[dict[str, Any]] = []
    bases: tuple[Basis, ...] = ("as_printed", "plan_year")
    for attribute in ATTRIBUTES:
        for basis in bases:
            for count_by, count in sorted(
                counts(on_basis(completion, basis), attribute).items(), reverse=True
            ):
                rows.append(
                    {
                        "what": label(attribute, language),
                        "basis": label(basis, language),
                        "count_by": label(f"by_{count_by}", language),
                        **{verdict: str(count[verdict]) for verdict in VERDICTS},
                        "total": str(count["total"]),
                    }
                )
    columns = [
        Column("what", label("attribute", language), header=True, short=True),
        Column("basis", label("basis", language), short=True),
        Column("count_by", label("count_by", language), short=True),
        *[Column(verdict, label(verdict, language), numeric=True) for verdict in VERDICTS],
        Column("total", label("total", language), numeric=True),
    ]
    caption = {
        "zh": "按属性、口径和计数单位的判定数",
        "en": "Verdicts by attribute, basis and unit of count",
    }
    return table(caption[language], columns, rows)


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
        Column("gap", label("gap", language), numeric=True),
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
        indicator = Markup(template).format(cells.name(row, language), label("plan_year", language))
    return {
        "number": row["number"],
        "indicator": indicator,
        "target": cells.printed_value(row, "target", language),
        "actual": cells.with_year(actual, year, int(row["target_year"]), language),
        "gap": cells.gap(row, language),
        "verdict": status(row["verdict"], language),
        "source": cells.source(row, language),
    }


def gap_figure(data: PlanData, table_id: str, language: Language) -> Html:
    """Gap to target by indicator, sorted, binding and expected apart."""
    rows = judged(data, data.completion, table_id)
    rows = rows[rows["verdict"].isin(["exceeded", "met", "missed"]) & (rows["target_value"] != 0)]
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
    ends = describe_ends(first, "gap_pct", language, "%")
    missed = int((first["verdict"] == "missed").sum())
    alt = {
        "zh": f"{len(first)}项指标与目标的差距，占目标的百分比：{ends}；{missed}项未完成。",
        "en": f"Gap to target of {len(first)} components in per cent of the target: {ends}; "
        f"{missed} missed.",
    }
    caption = {
        "zh": "与目标的差距占目标的百分比，右侧为优于目标；数字为完成值/目标值。"
        "▲超额完成 ●完成 ▼未完成；空心圆为注释给出的2020年数。"
        "目标为零、目标用文字表述和不可比的指标见下表。"
        "数据：规划纲要专栏1及其注释。",
        "en": "Gap to target in per cent of the target, right is better; the figures are actual / "
        "target. ▲ exceeded ● met ▼ missed; hollow circles show the 2020 value given in the notes. "
        "Targets of zero, in words or not comparable are in the table below. "
        "Data: plan outline, table 1 and its notes.",
    }
    figure = gap_chart(first, language)
    return figure_html(figure, "gap-to-target", alt[language], caption[language])


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
        Column("verdict", label("verdict", language), short=True),
        Column("note", label("note", language)),
    ]
    caption = {"zh": "实施期间调整过的目标", "en": "Targets changed during the plan"}
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
                    "indicator": cells.name(row, language),
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
    caption = {"zh": "表注中的事实", "en": "Facts from the tables' notes"}
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
                {**row, "gap": round(row["actual_value"] - row["baseline_value"], 6)}, language
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
        "zh": f"{first}至{last}年的变化（原表未印目标）",
        "en": f"Change from {first} to {last} (the table prints no targets)",
    }
    return table(caption[language], columns, body)


def missed_names(data: PlanData, table_id: str, basis: Basis, language: Language) -> list[str]:
    """Names of the components missed on a basis, in printed order."""
    rows = judged(data, on_basis(data.completion, basis), table_id)
    return [cells.name(row, language) for row in cells.records(rows[rows["verdict"] == "missed"])]


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
    if language == "zh":
        return paragraphs(
            f"约束性指标{numbers['total']}项（{parts['total']}个分项）中，"
            f"{reached(numbers)}项（{reached(parts)}个分项）完成或超额完成。"
            f"预期性指标{printed_basis['total']}项中，按表中数完成或超额完成"
            f"{reached(printed_basis)}项，未完成{printed_basis['missed']}项，"
            f"另有{open_ones}项不可比或没有数值目标。"
            f"有多个分项的序号按最差的分项计。",
            f"表中有几项以2019年或2018年的数代替2020年。改用表注给出的2020年数，"
            f"预期性指标完成或超额完成{reached(year_basis)}项，未完成{year_basis['missed']}项；"
            f"由完成变为未完成的是：{'、'.join(added)}。",
            f"按表中数未完成的分项：{'、'.join(missed)}。",
        )
    return paragraphs(
        f"Of {numbers['total']} binding numbers ({parts['total']} components), "
        f"{reached(numbers)} ({reached(parts)} components) were met or exceeded. "
        f"Of {printed_basis['total']} expected numbers, {reached(printed_basis)} were met or "
        f"exceeded as printed, {printed_basis['missed']} were missed, and {open_ones} are not "
        "comparable or have no numeric target. "
        "A number with several components counts as its worst component.",
        "In several rows the table prints a 2019 or 2018 value for 2020. With the 2020 values "
        f"from its notes, {reached(year_basis)} expected numbers were met or exceeded and "
        f"{year_basis['missed']} were missed; changed from met to missed: {'; '.join(added)}.",
        f"Components missed as printed: {'; '.join(missed)}.",
    )
