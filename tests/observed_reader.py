"""A small reader of the observed values, until ``analysis.observed`` has one.

One row per (series_id, measure, year): exact before approximate before bound, then final,
revised, preliminary, derived; the plans' own values where nothing else is known.
"""

from pathlib import Path

import pandas as pd

from analysis.paths import RAW

FOLDER = RAW if (RAW / "observations.csv").exists() else Path("/work/shared/data")
COMPARATORS = ["=", "~", ">", "<"]
VINTAGES = ["final", "revised", "preliminary", "derived", "plan"]
KEY = ["series_id", "measure", "year"]


def read_observed(targets: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observed values and breaks."""
    rows = pd.read_csv(FOLDER / "observations.csv", keep_default_na=False)
    rows["value"] = pd.to_numeric(rows["value"])
    printed = targets[
        targets["measure"].isin(["level", "share"]) & targets["table_id"].str.endswith("14fyp")
    ]
    plan = pd.DataFrame(
        {
            "series_id": printed["series_id"],
            "year": printed["baseline_year"],
            "value": printed["baseline_value"],
            "unit": printed["unit"],
            "measure": printed["measure"],
            "vintage": "plan",
            "quality": "official",
            "comparator": printed["baseline_comparator"],
            "source_id": printed["table_id"],
            "note": "",
        }
    ).dropna(subset=["value"])
    rows = pd.concat([rows, plan.astype({"year": int})], ignore_index=True)
    rows = rows.assign(
        by_plan=rows["vintage"] == "plan",
        by_comparator=rows["comparator"].map(COMPARATORS.index),
        by_vintage=rows["vintage"].map(VINTAGES.index),
    )
    order = ["by_plan", "by_comparator", "by_vintage", "quality"]
    rows = rows.sort_values([*KEY, *order], kind="stable").drop_duplicates(KEY)
    return rows.drop(columns=[c for c in rows if c.startswith("by_")]).reset_index(
        drop=True
    ), pd.read_csv(FOLDER / "breaks.csv")
