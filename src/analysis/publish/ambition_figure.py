"""The chart of what a plan asks for each year beside what was achieved before and since."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.publish.figures import ROW_HEIGHT, wrap
from analysis.publish.multiples import GREY, INK, TARGET
from analysis.publish.units import Language
from analysis.publish.wording import label

MARKS: dict[str, dict[str, Any]] = {
    "before": {"marker": "s", "color": GREY, "markerfacecolor": "white", "markersize": 6},
    "achieved": {"marker": "D", "color": TARGET, "markerfacecolor": TARGET, "markersize": 5},
    "asked": {"marker": "o", "color": INK, "markerfacecolor": INK, "markersize": 6},
}
NAMES = {"asked": "asked_14", "before": "before_14", "achieved": "since_2020"}


def ambition_chart(rows: pd.DataFrame, language: Language) -> Figure:
    """Draw one line per target, in the order of the rows.

    Parameters
    ----------
    rows
        ``label``; ``asked``, ``before`` and ``achieved`` in per cent a year, the latter two
        missing where nothing is comparable; ``text``, the direct label of ``asked``.
    """
    figure, axis = plt.subplots(figsize=(7.6, len(rows) * ROW_HEIGHT + 1.1), layout="constrained")
    places = np.arange(len(rows))
    paces = rows[["asked", "before", "achieved"]]
    axis.axvline(0, color="#46505c", linewidth=1)
    axis.hlines(places, paces.min(axis=1), paces.max(axis=1), color="#dfe4e8", linewidth=2)
    for role, style in MARKS.items():
        axis.plot(rows[role], places, linestyle="", label=label(NAMES[role], language), **style)
    for place, asked, text in zip(places, rows["asked"], rows["text"], strict=True):
        axis.annotate(
            text, (asked, place), xytext=(0, 4), textcoords="offset points", ha="center",
            fontsize=7.5, color=INK,
        )  # fmt: skip
    axis.set_yticks(places, [wrap(text, language) for text in rows["label"]], fontsize=9)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(min(0, paces.min().min()) - 0.6, paces.max().max() * 1.12)
    axis.set_xlabel(label("growth_axis", language))
    axis.legend(loc="lower right", frameon=False, fontsize=9, reverse=True)
    return figure
