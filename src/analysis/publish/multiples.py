"""Small multiples of series: observed values, the plan's path, the projection and the target."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from analysis.publish.display import Html
from analysis.publish.figures import VERDICT_COLOURS, grid_html
from analysis.publish.units import Language, number
from analysis.publish.wording import compared, label

Floats = NDArray[np.float64]
Years = NDArray[np.int64]

INK, GREY, LIGHT = "#1d252d", "#6b7682", "#eef1f4"
PROJECTED, INTERVAL, TARGET = "#14506b", "#bcd3dc", "#a8590c"
PANDEMIC = (2019.5, 2022.5)
WHOLE, MARGIN = 100.0, 5.0
"""No share has a tick above the whole, though the axis may reach a little beyond it."""
HEADROOM = 0.15
"""Share of a panel's height kept free above its values for the note."""


@dataclass(frozen=True)
class Line:
    """A value for each of some years, in the reader's unit; nothing where there is no such line."""

    years: Years = field(default_factory=lambda: np.array([], dtype=np.int64))
    values: Floats = field(default_factory=lambda: np.array([]))


@dataclass(frozen=True)
class Panel:
    """One series and its target; ``note`` is its status or the chance of attainment.

    ``floors`` are values known as a floor only; ``breaks`` are first years on a new definition;
    ``comparator`` is the target's.
    """

    title: str
    unit: str
    note: str
    poor: bool
    observed: Line
    target: Line
    comparator: str = "="
    floors: Line = field(default_factory=Line)
    breaks: Sequence[int] = ()
    path: Line = field(default_factory=Line)
    median: Line = field(default_factory=Line)
    low: Line = field(default_factory=Line)
    high: Line = field(default_factory=Line)
    naive: Line = field(default_factory=Line)


def small_multiples(
    panels: Sequence[Panel], language: Language, name: str, alt: str, caption: str
) -> Html:
    """One small chart a series, each on its own scale; see ``grid_html``."""
    parts = ((chart(panel, language), in_words(panel, language)) for panel in panels)
    return grid_html(parts, name, alt, caption)


def chart(panel: Panel, language: Language) -> Figure:
    """One panel as a figure of its own, legible at the width of a phone."""
    figure, axis = plt.subplots(figsize=(2.7, 1.95), layout="constrained")
    draw(axis, panel)
    bottom, top = axis.get_ylim()
    axis.set_ylim(bottom, top + HEADROOM * (top - bottom) * bool(panel.note))
    if panel.unit == "%" and top < WHOLE + MARGIN and axis.get_ylim()[1] > WHOLE:
        axis.set_yticks([tick for tick in axis.get_yticks() if bottom <= tick <= WHOLE])
    axis.set_title(_wrap(titled(panel, language), language), fontsize=8)
    axis.annotate(
        panel.note, (0, 1), xycoords="axes fraction", xytext=(2, -9),
        textcoords="offset points", fontsize=7.5,
        color=VERDICT_COLOURS["missed" if panel.poor else "met"],
    )  # fmt: skip
    axis.tick_params(labelsize=7.5)
    axis.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    return figure


def titled(panel: Panel, language: Language) -> str:
    """A panel's title with its unit."""
    return f"{panel.title}（{panel.unit}）" if language == "zh" else f"{panel.title} ({panel.unit})"


def in_words(panel: Panel, language: Language) -> str:
    """A panel's title, note, latest value and target, for those who cannot see it.

    Values have at most two decimals, as many as a chart of this size can tell.
    """
    newer = len(panel.floors.years) and panel.floors.years[-1] > max(
        panel.observed.years, default=0
    )
    latest, sign = (panel.floors, ">") if newer else (panel.observed, "=")
    lines = [("latest", latest, sign), ("target", panel.target, panel.comparator)]
    values = [
        f"{label(key, language)} {line.years[-1]}: "
        f"{compared(number(round(line.values[-1], 2), language), comparator, language)}"
        for key, line, comparator in lines
        if len(line.years)
    ]
    return "; ".join([titled(panel, language), *[panel.note] * bool(panel.note), *values])


def draw(axis: Axes, panel: Panel) -> None:
    """Draw one panel: the same marks mean the same in every figure of the site."""
    axis.axvspan(*PANDEMIC, color=LIGHT, zorder=0, linewidth=0)
    axis.fill_between(
        panel.low.years, panel.low.values, panel.high.values, color=INTERVAL, linewidth=0
    )
    axis.plot(panel.naive.years, panel.naive.values, color=GREY, linestyle=":", linewidth=1.2)
    axis.plot(panel.path.years, panel.path.values, color=GREY, linestyle="--", linewidth=1.1)
    axis.plot(panel.median.years, panel.median.values, color=PROJECTED, linewidth=1.5)
    for part in split_at(panel.observed, panel.breaks):
        axis.plot(part.years, part.values, color=INK, marker="o", ms=3, linewidth=1.3)
    axis.plot(panel.target.years, panel.target.values, color=TARGET, marker="D", ms=4.5)
    axis.plot(
        panel.floors.years, panel.floors.values, color=INK, marker="^", ms=4, linestyle="",
        markerfacecolor="white",
    )  # fmt: skip
    axis.grid(axis="y")


def split_at(line: Line, breaks: Sequence[int]) -> list[Line]:
    """Cut a line where a new definition begins, and drop empty parts."""
    edges = [-np.inf, *sorted(breaks), np.inf]
    parts = []
    for start, end in pairwise(edges):
        inside = (line.years >= start) & (line.years < end)
        parts.append(Line(line.years[inside], line.values[inside]))
    return [part for part in parts if len(part.years)]


def _wrap(text: str, language: Language) -> str:
    if language == "zh":
        return "\n".join(re.findall(".{1,20}", text))
    return textwrap.fill(text, 40)
