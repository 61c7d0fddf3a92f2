"""The targets whose baseline the document said it would revise, judged from both baselines."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.measures.progress_table import progress_table
from analysis.observed.baselines import with_revised_baselines
from analysis.printed.notes import baseline_kind
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.tables import Column, status, table
from analysis.publish.units import Language, convert_float, number
from analysis.publish.wording import label

PLAN = "14fyp"


def both_baselines(data: PlanData, as_of: int) -> pd.DataFrame:
    """Progress of the targets with a revised baseline and a value, from both baselines.

    Returns
    -------
    pandas.DataFrame
        A row per target: the columns of ``targets.csv``, ``value``, ``value_year``, and
        ``baseline``, ``progress_share``, ``status`` with the suffixes ``_printed``, ``_revised``.
    """
    running = data.targets[data.targets["table_id"].str.endswith(PLAN)]
    observed = data.observed[data.observed["year"] <= as_of]
    revised = with_revised_baselines(running, data.notes, observed)
    revised = revised[revised["revised"]]
    printed = running.loc[revised.index]
    found = {
        name: progress_table(
            rows, baseline_kind(printed, data.notes), observed, data.breaks, as_of
        ).rename(columns={"baseline_value": "baseline"})
        for name, rows in [("printed", printed), ("revised", revised)]
    }
    both = printed.reset_index(drop=True).assign(
        value=found["printed"]["value"], value_year=found["printed"]["value_year"]
    )
    for name, rows in found.items():
        for column in ("baseline", "progress_share", "status"):
            both[f"{column}_{name}"] = rows[column]
    return both[both["value"].notna()].reset_index(drop=True)


def baselines_table(data: PlanData, as_of: int, language: Language) -> Html:
    """Both baselines side by side: what each makes of the same value and target."""
    rows = cells.records(both_baselines(data, as_of))
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("printed", label("baseline_printed", language), numeric=True),
        Column("revised", label("baseline_revised", language), numeric=True),
        Column("value", label("latest", language), numeric=True),
        Column("target", label("target", language), numeric=True),
        Column("status_printed", label("status_printed", language)),
        Column("status_revised", label("status_revised", language)),
    ]
    caption = {
        "zh": "文件说明将修订的基期值：两种基期下的判定（目标不变）",
        "en": "Baselines the document said it would revise: the verdict from both (same target)",
    }
    return table(caption[language], columns, [_row(row, language) for row in rows])


def _row(row: dict[str, Any], language: Language) -> dict[str, Any]:
    def shown(value: float) -> str:
        return number(convert_float(value, row["unit"], language), language)

    return {
        "indicator": cells.named(row, language),
        "printed": shown(row["baseline_printed"]),
        "revised": shown(row["baseline_revised"]),
        "value": cells.aside(shown(row["value"]), str(row["value_year"])),
        "target": cells.target(row, language),
        "status_printed": _verdict(row, "printed", language),
        "status_revised": _verdict(row, "revised", language),
    }


def _verdict(row: dict[str, Any], which: str, language: Language) -> Markup:
    verdict = status(row[f"status_{which}"] or "no_status", language)
    share = row[f"progress_share_{which}"]
    if pd.isna(share):
        return verdict
    done = f"{label('progress', language)} {number(100 * share, language, 0)}%"
    return verdict + Markup('<span class="aside">{}</span>').format(done)
