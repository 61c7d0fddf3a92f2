"""Worked examples for the methods page, from the data."""

import pandas as pd

from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.tables import Column, table
from analysis.publish.units import Language, number
from analysis.publish.wording import label

EXAMPLES: list[tuple[str, str, str, str]] = [
    (
        "outline-14fyp",
        "airport-passengers",
        "({target} / {baseline}) ^ (1 / {years}) − 1",
        "implied_cagr_pct",
    ),
    ("outline-14fyp", "rd-intensity", "({target} − {baseline}) / {years}", "pp_per_year"),
    (
        "commerce-14fyp",
        "retail-sales",
        "{baseline} × (1 + {target}%) ^ {years}",
        "implied_target_level",
    ),
    (
        "commerce-14fyp",
        "fdi-used-cny",
        "{baseline} × [(1+g) + … + (1+g)^5] = {target}",
        "implied_annual_rate_pct",
    ),
    (
        "outline-13fyp",
        "energy-intensity-reduction",
        "1 − (1 − {target}%) ^ (1 / 5)",
        "implied_annual_rate_pct",
    ),
]
"""Table, series, formula with the printed digits, and the column of ``growth.csv`` it gives."""


def example_rows(data: PlanData) -> pd.DataFrame:
    """One worked example for each kind of target.

    Returns
    -------
    pandas.DataFrame
        ``table_id, series_id, name_zh, name_en, measure, unit, formula, column, result``.
    """
    rows = cells.records(pd.concat([data.of_plan("13fyp"), data.of_plan("14fyp")]))
    by_series = {(row["table_id"], row["series_id"]): row for row in rows}
    found = []
    for table_id, series_id, formula, column in EXAMPLES:
        row = by_series[table_id, series_id]
        found.append(
            {
                **{key: row[key] for key in ("table_id", "series_id", "name_zh", "name_en")},
                **{key: row[key] for key in ("measure", "unit")},
                "formula": formula.format(
                    baseline=row["baseline_digits"],
                    target=row["target_digits"],
                    years=f"{row['years']:.0f}",
                ),
                "column": column,
                "result": row[column],
            }
        )
    return pd.DataFrame(found)


def examples_table(data: PlanData, language: Language) -> Html:
    """The worked examples as a table, in printed units."""
    suffix = {
        "implied_cagr_pct": "%",
        "implied_annual_rate_pct": "%",
        "pp_per_year": " 个百分点" if language == "zh" else " pp",
        "implied_target_level": " 亿元" if language == "zh" else " 亿元 (CNY 100 million)",
    }
    rows = [
        {
            "indicator": f"{cells.name(row, language)} ({label(row['table_id'], language)})",
            "measure": label(row["measure"], language),
            "formula": row["formula"],
            "result": number(row["result"], language, 2) + suffix[row["column"]],
        }
        for row in cells.records(example_rows(data))
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("measure", label("measure", language)),
        Column("formula", label("formula", language)),
        Column("result", label("result", language), numeric=True),
    ]
    caption = {
        "zh": "各类目标的算例（原表单位）",
        "en": "A worked example for each kind (printed units)",
    }
    return table(caption[language], columns, rows)
