"""Figures: one style, text as text, a text alternative for each."""

import io
import re
import textwrap
import warnings
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from markupsafe import Markup
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.publish.display import Html
from analysis.publish.fonts import FONT_PATH
from analysis.publish.units import Language, number
from analysis.publish.wording import compared, label

FONT_STACK = "'Plan Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
VERDICT_COLOURS = {"exceeded": "#17603a", "met": "#17603a", "missed": "#96231b"}
VERDICT_MARKERS = {"exceeded": "^", "met": "o", "missed": "v"}
DOCUMENT_COLOURS = ["#14506b", "#a8590c", "#6b3f8f"]
DOCUMENT_MARKS = ("o", "s", "^")
ROW_HEIGHT = 0.31
LABEL_WIDTH = {"zh": 22, "en": 46}


def use_style() -> None:
    """Apply the project's style and register its font by path; a missing glyph is an error."""
    font_manager.fontManager.addfont(str(FONT_PATH))
    family = font_manager.FontProperties(fname=str(FONT_PATH)).get_name()
    plan = str(resources.files("analysis.publish") / "plan.mplstyle")
    plt.style.use(["default", plan])  # not over what the user's own matplotlibrc says
    mpl.rcParams["font.family"] = [family]
    warnings.filterwarnings("error", message=".*missing from.*font.*", category=UserWarning)


class Plot(Html):
    """A figure as it stands in a page, and alone as an SVG document."""

    def __init__(self, markup: str, svg: str) -> None:
        super().__init__(markup)
        self.svg = svg


def figure_html(figure: Figure, name: str, alt: str, caption: str) -> Plot:
    """A figure as inline SVG with its text alternative and caption.

    Parameters
    ----------
    name
        Anchor of the figure, unique in its page.
    alt
        The text alternative: what the figure shows, as a finding.
    caption
        Shown under the figure: title, and where the numbers come from.

    Raises
    ------
    ValueError
        If the alternative or the caption is empty.
    """
    if not alt.strip() or not caption.strip():
        raise ValueError(f"the figure {name} needs a text alternative and a caption")
    inline = drawn(figure, name, alt, bbox_inches="tight")
    region = re.split(r"。|\.\s+(?=[A-Z])", caption, maxsplit=1)[0]
    return Plot(
        Markup(
            '<figure class="plot" id="{}"><div class="plot-scroll" role="region" tabindex="0" '
            'aria-label="{}">{}</div><figcaption>{}</figcaption></figure>'
        ).format(name, region, Markup(inline), caption),
        f'<?xml version="1.0" encoding="UTF-8"?>\n{inline}',
    )


def grid_html(parts: Iterable[tuple[Figure, str]], name: str, alt: str, caption: str) -> Html:
    """Small figures of one size as separate SVG: as many to a row as the screen has room for.

    Parameters
    ----------
    parts
        Each figure with its own text alternative.
    name, alt, caption
        As for ``figure_html``, of the whole.
    """
    svgs = [Markup(drawn(figure, f"{name}-{i}", own)) for i, (figure, own) in enumerate(parts)]
    return Html(
        Markup(
            '<figure class="plot" id="{}"><div class="plot-grid" role="group" aria-label="{}">{}'
            "</div><figcaption>{}</figcaption></figure>"
        ).format(name, alt, Markup("\n").join(svgs), caption)
    )


def drawn(figure: Figure, name: str, alt: str, **options: Any) -> str:
    """The figure as an ``<svg>`` element; it is closed."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None}, **options)
    plt.close(figure)
    return inline_svg(buffer.getvalue(), name, alt)


def inline_svg(document: str, name: str, alt: str) -> str:
    """The ``<svg>`` element alone: named by ``alt``, ids used and unique, in the site's font."""
    svg = document[document.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"'Noto Sans CJK SC'", FONT_STACK, svg)
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", svg))

    def keep_used(match: re.Match[str]) -> str:
        return f' id="{name}-{match[1]}"' if match[1] in used else ""

    svg = re.sub(r' id="([^"]+)"', keep_used, svg)
    svg = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{name}-", svg)
    opening = Markup('<svg role="img" aria-label="{}" ').format(alt)
    return svg.replace("<svg ", opening, 1)


def wrap(text: str, language: Language) -> str:
    """Break a label into at most a few short lines."""
    if language == "zh":
        return "\n".join(re.findall(rf".{{1,{LABEL_WIDTH['zh']}}}", text))
    return textwrap.fill(text, LABEL_WIDTH["en"])


def gap_chart(rows: pd.DataFrame, language: Language) -> Figure:
    """Gap to target by indicator, sorted.

    Parameters
    ----------
    rows
        ``label, verdict, gap_pct`` (per cent of the target, positive is better),
        ``plan_year_gap_pct`` (missing where there is no second basis) and ``text``, the direct
        label.
    """
    part = rows.sort_values(["gap_pct", "label"], ascending=[False, True], ignore_index=True)
    figure, axis = plt.subplots(figsize=(7.6, len(part) * ROW_HEIGHT + 0.8), layout="constrained")
    places = np.arange(len(part))
    axis.axvline(0, color="#46505c", linewidth=1)
    axis.hlines(places, 0, part["gap_pct"], color="#c3cbd3", linewidth=2)
    axis.hlines(places, part["gap_pct"], part["plan_year_gap_pct"], color="#c3cbd3", linewidth=1)
    sns.scatterplot(
        x=part["plan_year_gap_pct"], y=places, ax=axis, marker="o", s=95, color="white",
        edgecolor="#46505c", linewidth=1.2, legend=False, zorder=3,
    )  # fmt: skip
    sns.scatterplot(
        x=part["gap_pct"], y=places, hue=part["verdict"], style=part["verdict"], ax=axis, s=52,
        palette=VERDICT_COLOURS, markers=VERDICT_MARKERS, edgecolor="white", legend=False,
        zorder=4,
    )  # fmt: skip
    right = part[["gap_pct", "plan_year_gap_pct"]].max(axis=1).clip(lower=0)
    for place, edge, text in zip(places, right, part["text"], strict=True):
        axis.annotate(
            text, (edge, place), xytext=(8, 0), textcoords="offset points", va="center",
            fontsize=8.5, color="#46505c",
        )  # fmt: skip
    axis.set_yticks(places, [wrap(text, language) for text in part["label"]], fontsize=9)
    axis.set_ylim(len(part) - 0.4, -0.6)
    axis.set_ylabel("")
    points = part[["gap_pct", "plan_year_gap_pct"]]
    axis.set_xlim(min(-5, points.min().min() - 5), max(5, points.max().max() + 28))
    axis.set_xlabel(label("relative_gap", language))
    return figure


def growth_chart(rows: pd.DataFrame, language: Language) -> Figure:
    """Yearly growth each target asks for, sorted, with rounding bounds.

    Parameters
    ----------
    rows
        ``label, document`` (its label; colours and marks follow their order), ``rate, low,
        high`` (per cent a year; bounds missing for rates a plan states itself), ``comparator``
        of the target, ``stated`` (boolean).
    """
    ordered = rows.sort_values(["rate", "label"], ascending=[False, True], ignore_index=True)
    figure, axis = plt.subplots(
        figsize=(7.6, len(ordered) * ROW_HEIGHT + 1.1), layout="constrained"
    )
    places = np.arange(len(ordered))
    colours = dict(zip(rows["document"].unique(), DOCUMENT_COLOURS, strict=False))
    axis.hlines(places, 0, ordered["rate"], color="#dfe4e8", linewidth=2)
    axis.hlines(places, ordered["low"], ordered["high"], color="#46505c", linewidth=5, alpha=0.35)
    marks = dict(zip(colours, DOCUMENT_MARKS, strict=False))
    for (document, stated), part in ordered.groupby(["document", "stated"], sort=False):
        axis.scatter(
            part["rate"], part.index, s=38, marker=marks[document], edgecolor=colours[document],
            facecolor="white" if stated else colours[document], linewidth=1.3, zorder=4,
        )  # fmt: skip
    edges = ordered[["rate", "high"]].max(axis=1)
    texts = [
        compared(number(rate, language, 1), comparator, language)
        for rate, comparator in zip(ordered["rate"], ordered["comparator"], strict=True)
    ]
    for place, edge, text in zip(places, edges, texts, strict=True):
        axis.annotate(
            text, (edge, place), xytext=(8, 0), textcoords="offset points",
            va="center", fontsize=8.5, color="#46505c",
        )  # fmt: skip
    axis.set_yticks(places, [wrap(text, language) for text in ordered["label"]], fontsize=9)
    for tick, document in zip(axis.get_yticklabels(), ordered["document"], strict=True):
        tick.set_color(colours[document])
    axis.set_ylim(len(ordered) - 0.4, -0.6)
    axis.set_ylabel("")
    axis.set_xlim(left=0)
    axis.set_xlabel(label("growth_axis", language))
    _document_key(axis, colours, marks, bool(ordered["stated"].any()), language)
    return figure


def _document_key(
    axis: Axes,
    colours: Mapping[str, str],
    marks: Mapping[str, str],
    with_stated: bool,
    language: Language,
) -> None:
    handles: list[Any] = [
        Line2D([], [], marker=marks[document], linestyle="", color=colour, label=document)
        for document, colour in colours.items()
    ]
    if with_stated:
        handles.append(
            Line2D(
                [],
                [],
                marker="o",
                linestyle="",
                color="#46505c",
                markerfacecolor="white",
                label=label("stated", language),
            )
        )
    axis.legend(handles=handles, loc="lower right", frameon=False, fontsize=9)
