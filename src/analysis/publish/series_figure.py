"""The chart of one series: what was observed, what the plans ask for, where it is heading."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.publish.multiples import (
    GREY,
    INK,
    INTERVAL,
    LIGHT,
    PANDEMIC,
    PROJECTED,
    TARGET,
    Line,
)
from analysis.publish.units import Language
from analysis.publish.wording import label

MARKERS: dict[str, tuple[str, str]] = {
    "final": ("o", INK),
    "preliminary": ("o", "white"),
    "derived": ("s", "white"),
    "floor": ("^", "white"),
}
"""Marker and fill of an observed value: revised values count as final."""


@dataclass(frozen=True)
class Aim:
    """One target of one document: its path from the baseline, its end and what is printed."""

    path: Line
    year: int
    value: float
    text: str


@dataclass(frozen=True)
class SeriesChart:
    """What the chart of one series shows, in the reader's unit.

    ``segments`` are runs of observed values on one definition; ``observed`` holds them again by
    kind (the keys of ``MARKERS``); ``breaks`` are first years on a new definition.
    """

    unit: str
    segments: Sequence[Line]
    observed: dict[str, Line]
    aims: Sequence[Aim]
    breaks: Sequence[int] = ()
    required: Line = field(default_factory=Line)
    median: Line = field(default_factory=Line)
    low: Line = field(default_factory=Line)
    high: Line = field(default_factory=Line)
    naive: Line = field(default_factory=Line)


def series_figure(chart: SeriesChart, language: Language) -> Figure:
    """Draw the chart; only what it holds is drawn and named in the key."""
    figure, axis = plt.subplots(figsize=(5.2, 4.0), layout="constrained")
    axis.axvspan(*PANDEMIC, color=LIGHT, zorder=0, linewidth=0)
    axis.fill_between(
        chart.low.years, chart.low.values, chart.high.values, color=INTERVAL, linewidth=0
    )
    for year in chart.breaks:
        axis.axvline(year - 0.5, color=TARGET, linestyle=(0, (1, 3)), linewidth=1)
    for aim in chart.aims:
        axis.plot(aim.path.years, aim.path.values, color=GREY, linestyle="--", linewidth=1.2)
    axis.plot(
        chart.required.years, chart.required.values, color=TARGET, linestyle="-.", linewidth=1.4
    )
    axis.plot(chart.naive.years, chart.naive.values, color=GREY, linestyle=":", linewidth=1.5)
    axis.plot(chart.median.years, chart.median.values, color=PROJECTED, linewidth=1.8)
    for segment in chart.segments:
        axis.plot(segment.years, segment.values, color=INK, linewidth=1.4)
    for kind, line in chart.observed.items():
        marker, fill = MARKERS[kind]
        axis.plot(
            line.years, line.values, marker=marker, linestyle="", color=INK,
            markerfacecolor=fill, ms=5, zorder=3 if kind == "floor" else 2,
        )  # fmt: skip
    for aim in chart.aims:
        axis.plot([aim.year], [aim.value], marker="D", color=TARGET, ms=6, linestyle="")
        axis.annotate(
            aim.text, (aim.year, aim.value), xytext=(0, 9), textcoords="offset points",
            ha="center", fontsize=8.5, color=TARGET,
        )  # fmt: skip
    axis.set_title(chart.unit, fontsize=9, color="#46505c")
    axis.grid(axis="y")
    axis.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axis.margins(y=0.12)
    _key(axis, chart, language)
    return figure


def _key(axis: Axes, chart: SeriesChart, language: Language) -> None:
    """Name what is drawn, below the chart."""
    drawn: list[tuple[str, dict[str, Any]]] = [
        (f"mark_{kind}", {"marker": MARKERS[kind][0], "mfc": MARKERS[kind][1], "color": INK})
        for kind in chart.observed
    ]
    if chart.aims:
        drawn.append(("target", {"marker": "D", "color": TARGET}))
    if any(len(aim.path.years) for aim in chart.aims):
        drawn.append(("plan_path", {"linestyle": "--", "color": GREY}))
    if len(chart.required.years):
        drawn.append(("required_path", {"linestyle": "-.", "color": TARGET}))
    if len(chart.median.years):
        drawn.append(("median_path", {"linestyle": "-", "color": PROJECTED}))
    if len(chart.naive.years):
        drawn.append(("recent_mean", {"linestyle": ":", "color": GREY}))
    if chart.breaks:
        drawn.append(("break_line", {"linestyle": (0, (1, 3)), "color": TARGET}))
    handles = [
        axis.plot([], [], label=label(name, language), **{"linestyle": "", **style})[0]
        for name, style in drawn
    ]
    axis.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.09), ncols=3, frameon=False,
        fontsize=9, handlelength=1.6, columnspacing=1.2,
    )  # fmt: skip
