"""Indicators per resident that a plan computed with an estimated population."""

from typing import Any

import pandas as pd

from analysis.measures.completion import on_basis, with_population
from analysis.printed.targets import KEY
from analysis.publish import cells
from analysis.publish.completion import REACHED, judged
from analysis.publish.data import PlanData
from analysis.publish.display import Html, paragraphs
from analysis.publish.tables import Column, status, table
from analysis.publish.units import Language, printed
from analysis.publish.wording import compared, label

CENSUS = ("population", "level", 2020)
"""The series, measure and year of the census of 1 November 2020."""
PEOPLE = {"unit": "万人", "comparator": "="}


def with_census(data: PlanData, table_id: str) -> pd.DataFrame:
    """The components concerned: what was printed, and ``restated`` with the ``census_verdict``.

    Returns
    -------
    pandas.DataFrame
        As from ``completion.judged``, in printed order, with ``estimated``, ``counted`` (both
        10,000 people), ``restated`` (the component's unit) and ``census_verdict``.
    """
    values = data.observed.set_index(["series_id", "measure", "year"])["value"]
    counted = float(values.loc[CENSUS])
    targets = data.targets[data.targets["table_id"] == table_id]
    found = with_population(targets, data.notes, counted)
    found = found.rename(columns={"actual_value": "restated", "verdict": "census_verdict"})
    completion = on_basis(data.completion, "as_printed")
    columns = [*KEY, "estimated", "restated", "census_verdict"]
    rows = judged(data, completion, table_id).merge(found[columns], on=KEY)
    return rows.assign(counted=counted)


def residents_table(data: PlanData, table_id: str, language: Language) -> Html:
    """What the components would be with the population the census counted, and what changes."""
    rows = with_census(data, table_id)
    body = [
        {
            "indicator": cells.named(row, language),
            "target": cells.printed_value(row, "target", language),
            "actual": cells.printed_value(row, "actual", language),
            "verdict": status(row["verdict"], language),
            "restated": _restated(row, language),
            "census_verdict": status(row["census_verdict"], language),
        }
        for row in cells.records(rows)
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("target", label("target", language), numeric=True),
        Column("actual", label("actual", language), numeric=True),
        Column("verdict", label("verdict", language), short=True),
        Column("restated", label("with_census", language), numeric=True),
        Column("census_verdict", label("census_verdict", language)),
    ]
    shown = table(label("residents_caption", language), columns, body)
    return Html(paragraphs(_finding(rows, language)).markup + shown.markup)


def _restated(row: dict[str, Any], language: Language) -> str:
    """With the decimals that are printed; approximate, since it is made of rounded figures."""
    decimals = len(str(row["actual_digits"]).partition(".")[2])
    text = printed(f"{row['restated']:.{decimals}f}", row["unit"], language)
    return compared(text, "~", language)


def _finding(rows: pd.DataFrame, language: Language) -> str:
    estimated, counted = (
        cells.observed({"value": rows[name].iloc[0], **PEOPLE}, language)
        for name in ("estimated", "counted")
    )
    lost = rows[rows["verdict"].isin(REACHED) & ~rows["census_verdict"].isin(REACHED)]
    names = [
        f"{cells.name(row, language)}{'（' if language == 'zh' else ' ('}"
        f"{_restated(row, language)} {'<' if row['restated'] < row['target_value'] else '>'} "
        f"{cells.printed_value(row, 'target', language)}"
        f"{'）' if language == 'zh' else ')'}"
        for row in cells.records(lost)
    ]
    if language == "zh":
        change = f"由完成变为未完成的是：{'、'.join(names)}" if names else "判定都不变"
        return (
            f"表注说明，人均指标按人口普查结果公布前估算的约{estimated}计算；普查数为{counted}。"
            f"若总量不变、各分母按同一比例换成普查数，{change}。"
            "这是本站由已舍入的数所作的换算，只是约数，各序列页上另有更准的数；"
            "判定和计数仍按原表所列的值。"
        )
    change = (
        f"targets that were met would be missed: {'; '.join(names)}"
        if names
        else "no verdict changes"
    )
    return (
        f"By the table's note, figures per resident were computed with about {estimated}, an "
        f"estimate made before the census, which counted {counted}. With the totals as they are "
        f"and every denominator changed in the same proportion, {change}. The conversion is this "
        "site's own, of rounded figures and so approximate; the series' own pages give more exact "
        "ones. Verdicts and counts stay with the printed values."
    )
