"""The yearly progress of a running plan, as tables, figure and sentences."""

import pandas as pd

from analysis.measures.progress_counts import count_statuses
from analysis.printed.targets import KEY
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.multiples import small_multiples
from analysis.publish.paths import panel
from analysis.publish.progress_cells import cells_of
from analysis.publish.reasons import reason_text
from analysis.publish.sources import source_link
from analysis.publish.tables import Column, status, table
from analysis.publish.units import Language
from analysis.publish.wording import label

STATUSES = ["met", "achieved", "ahead", "on_track", "behind", "moving_away", "missed", "no_status"]
POOR = ["behind", "moving_away", "missed"]
ATTRIBUTES = ["binding", "expected"]
DOCUMENTS = ["outline-14fyp", "services-14fyp", "commerce-14fyp"]


def at(data: PlanData, as_of: int) -> pd.DataFrame:
    """Progress rows of one ``as_of``, joined with what was printed and which value was used.

    Returns
    -------
    pandas.DataFrame
        One row per component; ``status`` is ``no_status`` where the rules give none.
    """
    rows = data.judged[data.judged["as_of"] == as_of]
    rows = rows.assign(
        status=rows["status"].replace("", "no_status"),
        order=rows["table_id"].map(DOCUMENTS.index),
    )
    return rows.sort_values(["order", "number", "component"], ignore_index=True)


def counts(data: PlanData, as_of: int, attribute: str, count_by: str) -> dict[str, int]:
    """How many have each status, and in all, by ``component`` or by ``number``."""
    table_of_counts = count_statuses(data.progress[data.progress["as_of"] == as_of])
    rows = table_of_counts[
        (table_of_counts["attribute"] == attribute) & (table_of_counts["count_by"] == count_by)
    ]
    return {name: int(rows[name].sum()) for name in [*STATUSES, "judged", "total"]}


def status_table(data: PlanData, as_of: int, language: Language) -> Html:
    """Statuses by attribute, by indicator (worst component) and by component; never averaged.

    A status that nothing has is left out: the rest shows in one piece on a screen.
    """
    body = [
        {
            "attribute": label(attribute, language),
            "count_by": label(f"by_{count_by}", language),
            **counts(data, as_of, attribute, count_by),
        }
        for attribute in ATTRIBUTES
        for count_by in ("number", "component")
    ]
    occurring = [name for name in STATUSES if any(row[name] for row in body)]
    columns = [
        Column("attribute", label("attribute", language), header=True, short=True),
        Column("count_by", label("count_by", language), short=True),
        *[Column(name, label(name, language), numeric=True) for name in occurring],
        Column("total", label("total", language), numeric=True),
    ]
    caption = {
        "zh": "按属性、计数单位和状态的数目（有多个分项的指标按最差的分项计；没有的状态不列）",
        "en": "Counts by attribute, unit of count and status (an indicator counts as its worst "
        "component; a status without any is left out)",
    }
    return table(caption[language], columns, body)


def progress_table(data: PlanData, as_of: int, table_id: str, language: Language) -> Html:
    """One document's targets with latest value, progress against time, status and pace."""
    rows = at(data, as_of)
    rows = rows[rows["table_id"] == table_id]
    groups = [
        (label(attribute, language), [cells_of(data, row, language) for row in cells.records(part)])
        for attribute in ATTRIBUTES
        if len(part := rows[rows["attribute"] == attribute])
    ]
    columns = [
        Column("number", label("number", language), short=True),
        Column("indicator", label("indicator", language), header=True),
        Column("baseline", label("baseline", language), numeric=True),
        Column("value", label("latest", language), numeric=True),
        Column("target", label("target", language), numeric=True),
        Column("progress", label("progress", language), numeric=True),
        Column("status", label("status", language)),
        Column("pace", label("required_pace", language), numeric=True),
    ]
    caption = {
        "zh": f"{label(table_id, language)}：截至{as_of}年的进展",
        "en": f"{label(table_id, language)}: progress as of {as_of}",
    }
    return table(caption[language], columns, groups=groups)


def changes_table(data: PlanData, as_of: int, language: Language) -> Html:
    """Components whose status differs from the year before."""
    now = at(data, as_of)
    before = data.progress[data.progress["as_of"] == as_of - 1][[*KEY, "status"]]
    joined = now.merge(before.rename(columns={"status": "before"}), on=KEY, how="left")
    joined["before"] = joined["before"].replace("", "no_status").fillna("no_status")
    changed = joined[joined["before"] != joined["status"]]
    body = [
        {
            "document": label(row["table_id"], language),
            "indicator": cells.linked(row, language),
            "before": status(row["before"], language),
            "now": status(row["status"], language),
        }
        for row in cells.records(changed)
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("document", label("document", language), short=True),
        Column("before", f"{label('before', language)} ({as_of - 1})", short=True),
        Column("now", f"{label('now', language)} ({as_of})", short=True),
    ]
    caption = {
        "zh": "与上一年报告相比的变化",
        "en": "What changed since the report of the year before",
    }
    return table(caption[language], columns, body)


def gaps_table(data: PlanData, as_of: int, language: Language) -> Html:
    """What cannot be judged and why: binding targets first."""
    rows = at(data, as_of)
    rows = rows[rows["status"] == "no_status"]
    groups = [
        (
            label(attribute, language),
            [
                {
                    "document": label(row["table_id"], language),
                    "indicator": cells.linked(row, language),
                    "reason": reason_text(row["reason"], language),
                }
                for row in cells.records(rows[rows["attribute"] == attribute])
            ],
        )
        for attribute in ATTRIBUTES
        if (rows["attribute"] == attribute).any()
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("document", label("document", language), short=True),
        Column("reason", label("reason", language)),
    ]
    caption = {"zh": "不作判定的分项及原因", "en": "What is not judged, and why"}
    return table(caption[language], columns, groups=groups)


def paths_figure(data: PlanData, as_of: int, language: Language) -> Html:
    """Small multiples: values, the plan's path, the projection of that year and the target."""
    rows = at(data, as_of)
    rows = rows[(rows["measure"] != "cumulative") & (rows["target_comparator"] != "text")]
    rows = rows[(rows["status"] != "no_status") & rows["value"].notna()]
    rows = rows.drop_duplicates("series_id")
    panels = [
        panel(data, row, as_of, language, label(row["status"], language), row["status"] in POOR)
        for row in cells.records(rows)
    ]
    poor = int(rows["status"].isin(POOR).sum())
    alt = {
        "zh": f"{len(panels)}个目标截至{as_of}年的观测值、规划路径与推算，"
        f"其中{poor}个滞后、背离或未完成。",
        "en": f"Observed values, plan paths and projections of {len(panels)} targets as of "
        f"{as_of}; {poor} are behind, moving away or missed.",
    }
    caption = {
        "zh": "观测值（实线；三角为下限，断开处口径或基数改变）、"
        "规划路径（虚线，绝对量按等比、比重按等差）、"
        "由当年起推算的中位路径与80%区间（色带）、近年平均变化的延伸（点线）与目标（菱形）。年均增速目标画的是2020年以来的年均增速。"
        "浅灰带为2020至2022年。数据：各规划指标专栏与统计来源，见下表。",
        "en": "Observed values (line, broken where definition or base changes; triangles are "
        "floors), the plan's path (dashed; constant growth for levels, equal "
        "steps for shares), the median projection from that year with its 80% interval (band), "
        "the recent mean change continued (dotted) and the target (diamond). Growth targets show "
        "mean annual growth since 2020. The grey band marks 2020–2022. "
        "Data: the plans' tables and the statistical sources, see the table below.",
    }
    return small_multiples(panels, language, "figure-paths", alt[language], caption[language])


def observed_table(data: PlanData, as_of: int, language: Language) -> Html:
    """Every observed value of the plan's years that the report could use, with its source."""
    series = at(data, as_of)["series_id"].unique()
    rows = data.observed[
        data.observed["series_id"].isin(series) & data.observed["year"].between(2021, as_of)
    ].merge(data.sources[["source_id", "publisher", "date"]], on="source_id")
    names = {key: getattr(data.registry.series[key], f"name_{language}") for key in series}
    units = {key: data.registry.series[key].unit for key in series}
    body = [
        {
            "indicator": names[row["series_id"]],
            "year": str(row["year"]),
            "value": cells.observed(row, language),
            "kind": label(cells.measure_shown(row["measure"], units[row["series_id"]]), language),
            "vintage": label(row["vintage"], language),
            "quality": label(row["quality"], language),
            "source": source_link(row, language),
        }
        for row in cells.records(rows.sort_values(["series_id", "measure", "year"]))
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("year", label("year", language), short=True),
        Column("value", label("value", language), numeric=True),
        Column("kind", label("measure", language), short=True),
        Column("vintage", label("vintage", language), short=True),
        Column("quality", label("quality", language), short=True),
        Column("source", label("statistical_source", language)),
    ]
    caption = {
        "zh": f"2021至{as_of}年的观测值与来源",
        "en": f"Observed values of 2021 to {as_of} and their sources",
    }
    return table(caption[language], columns, body)
