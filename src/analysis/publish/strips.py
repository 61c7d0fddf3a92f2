"""One strip per target: its numbers, a bar from baseline to target, status and pace."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from analysis.publish import cells, progress
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.progress_cells import cells_of
from analysis.publish.reasons import reason_text
from analysis.publish.tables import status
from analysis.publish.targets import baseline_cell
from analysis.publish.units import Language
from analysis.publish.wording import label

FOLDER = "reports/"
FILTERS = ("status", "attribute", "table_id", "category")
PARAMETERS = {"table_id": "document"}
"""Names in the address where they are not the column's own."""
FROM_ZERO = ("growth", "cumulative")
"""Measures without a baseline to start from: their bar begins at zero."""

TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<div class="strips">
<fieldset class="strip-filter" hidden>
<legend>{{ words.filter }}</legend>
{% for name, title, options in filters %}
<label>{{ title }}
<select name="{{ name }}">
<option value="">{{ words.all }}</option>
{% for value, text, count in options %}
<option value="{{ value }}">{{ text }} ({{ count }})</option>
{% endfor %}
</select></label>
{% endfor %}
<button type="button">{{ words.reset }}</button>
<p role="status" data-shown="{{ words.shown }}"></p>
</fieldset>
{% for heading, rows in groups %}
<section class="strip-group">
<h3>{{ heading }}</h3>
<ul>
{% for row in rows %}
<li class="strip" {{ row.data }}>
<p class="strip-name">{{ row.name }} <span class="aside">{{ row.place }}</span></p>
<div class="strip-numbers">
<dl>
{% for term, value in row.numbers %}
<div><dt>{{ term }}</dt><dd>{{ value }}</dd></div>
{% endfor %}
</dl>
{{ row.bar }}
</div>
<p class="strip-status">{{ row.status }}
{% if row.reason %}
<span class="aside">{{ row.reason }}</span>
{% endif %}
</p>
<p class="strip-pace"><span class="strip-term">{{ words.pace }}</span> {{ row.pace }}</p>
</li>
{% endfor %}
</ul>
</section>
{% endfor %}
</div>
<script defer src="{{ root }}reports/theme/strips.js"></script>
""")


@dataclass(frozen=True)
class Bar:
    """Where a bar's marks stand, in per cent of its width; better is to the right.

    ``latest`` is None where no value can be compared with the start.
    """

    start: float
    target: float
    latest: float | None


def bar_of(row: dict[str, Any]) -> Bar | None:
    """Place start, target and latest value of one component on one scale.

    The scale runs from the lowest to the highest of them. It starts at the baseline, and at zero
    for mean growth rates and five-year totals, whose printed baseline is another thing.

    Parameters
    ----------
    row
        As from ``progress.at``.

    Returns
    -------
    Bar or None
        None where the target is no number or there is nothing to start from.
    """
    start = 0.0 if row["measure"] in FROM_ZERO else row["baseline_value"]
    target = row["target_value"]
    if pd.isna(start) or pd.isna(target) or start == target:
        return None
    usable = pd.notna(row["value"]) and row["comparable"] == "true"
    points = [float(start), float(target), *([float(row["value"])] if usable else [])]
    if row["direction"] == "down":
        points = [-point for point in points]
    low, high = min(points), max(points)
    places = [round(100 * (point - low) / (high - low), 1) for point in points]
    return Bar(places[0], places[1], places[2] if usable else None)


def bar_html(row: dict[str, Any]) -> Markup:
    """The bar as markup hidden from screen readers: the numbers beside it say the same."""
    bar = bar_of(row)
    if bar is None:
        return Markup("")
    parts = [Markup('<span class="bar-target" style="left:{}%"></span>').format(bar.target)]
    if bar.latest is not None:
        low, high = sorted((bar.start, bar.latest))
        parts += [
            Markup('<span class="bar-done" style="left:{}%;width:{}%"></span>').format(
                low, round(high - low, 1)
            ),
            Markup('<span class="bar-latest" style="left:{}%"></span>').format(bar.latest),
        ]
    parts.append(Markup('<span class="bar-start" style="left:{}%"></span>').format(bar.start))
    kind = "" if bar.latest is not None else " bar-empty"
    tone = row["status"].replace("_", "-")
    return Markup('<div class="bar bar-{}{}" aria-hidden="true">{}</div>').format(
        tone, kind, Markup("").join(parts)
    )


def strips(data: PlanData, as_of: int, language: Language) -> Html:
    """All targets of the running plan, binding and expected apart, with a filter.

    Without a script everything is listed and the filter is not shown.
    """
    rows = with_category(progress.at(data, as_of))
    shown = cells.records(rows)
    groups = [
        (
            _heading(part, attribute, language),
            [_strip(data, row, as_of, language) for row in part],
        )
        for attribute in progress.ATTRIBUTES
        if (part := [row for row in shown if row["attribute"] == attribute])
    ]
    words = {
        name: label(f"strips_{name}", language) for name in ("filter", "all", "reset", "shown")
    }
    return Html(
        TEMPLATE.render(
            groups=groups,
            filters=[_filter(rows, name, language) for name in FILTERS],
            words=words | {"pace": label("required_pace", language)},
            root="" if language == "zh" else "../",
        )
    )


def with_category(rows: pd.DataFrame) -> pd.DataFrame:
    """Add ``category``, a key for addresses that is the same in both languages."""
    slug = rows["category_en"].str.lower().str.replace(r"[^a-z]+", "-", regex=True)
    return rows.assign(category=slug.str.strip("-"))


def _heading(rows: list[dict[str, Any]], attribute: str, language: Language) -> str:
    kind = label(attribute, language)
    if language == "zh":
        return f"{kind}（{len(rows)}个分项）"
    return f"{kind} ({len(rows)} components)"


def _filter(
    rows: pd.DataFrame, name: str, language: Language
) -> tuple[str, str, list[tuple[str, str, int]]]:
    """A filter's name in the address, its title and options with their counts."""
    counts = rows[name].value_counts()
    if name == "category":
        titles = dict(zip(rows[name], rows[f"category_{language}"], strict=True))
    else:
        titles = {value: label(value, language) for value in counts.index}
    known = {"status": progress.STATUSES, "attribute": progress.ATTRIBUTES}
    order = known.get(name, list(rows[name].unique()))
    options = [(value, titles[value], int(counts[value])) for value in order if value in counts]
    key = PARAMETERS.get(name, name)
    return key, label(key, language), [option for option in options if option[0]]


def _strip(data: PlanData, row: dict[str, Any], as_of: int, language: Language) -> dict[str, Any]:
    shown = cells_of(data, row, language, FOLDER)
    place = [label(row["table_id"], language), row[f"category_{language}"]]
    attributes = [
        Markup('data-{}="{}"').format(PARAMETERS.get(name, name), row[name]) for name in FILTERS
    ]
    found = pd.notna(row["value"])
    target = Markup('{} <span class="aside">{}</span>').format(shown["target"], row["target_year"])
    return {
        "data": Markup(" ").join(attributes),
        "name": shown["indicator"],
        "place": " · ".join(part for part in place if part),
        "numbers": [
            (label("baseline", language), baseline_cell(row, 0, language)),
            (
                label("latest", language),
                shown["value"] if found else reason_text("no_value", language),
            ),
            (label("target", language), target),
        ],
        "bar": bar_html(row),
        "status": status(row["status"], language),
        "reason": reason_text(row["reason"], language) if row["status"] == "no_status" else "",
        "pace": _pace(row, shown["pace"], as_of, language),
    }


def _pace(row: dict[str, Any], shown: str, as_of: int, language: Language) -> str:
    """The pace still required; once the plan is over, only whether it was enough."""
    if as_of < int(row["target_year"]):
        return shown
    return label("reached", language) if row["status"] == "met" else cells.NOTHING
