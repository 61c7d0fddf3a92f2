"""A worked example: printed or observed values, the substitution, and the published cell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.series_tables import sources_of
from analysis.publish.sources import source_link
from analysis.publish.tables import link
from analysis.publish.units import Language, number, printed_unit_label
from analysis.publish.wording import Words, compared, label

DECIMALS = 6
"""Decimals of the published tables."""

TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<div class="worked-examples">
{% for example in examples %}
<section class="worked" id="example-{{ example.key }}">
<h3>{{ example.title }}</h3>
<p>{{ example.name }}</p>
<ul class="worked-given">
{% for given in example.given %}
<li>{{ given }}</li>
{% endfor %}
</ul>
<ol class="worked-steps">
{% for step in example.steps %}
<li><span class="formula">{{ step.text }}</span>
{% if step.column %}
<span class="aside"><a href="{{ folder }}data/processed/{{ example.file }}">{{ example.file }}</a>
<code>{{ step.column }}</code></span>
{% endif %}
</li>
{% endfor %}
</ol>
</section>
{% endfor %}
</div>
""")


@dataclass(frozen=True)
class Step:
    """One line of the substitution; with a ``column`` its result is that of a published cell."""

    text: str
    column: str = ""
    result: float | str = ""
    published: float | str = ""


@dataclass(frozen=True)
class Worked:
    """One example.

    Attributes
    ----------
    given
        The values it starts from, each with a link to where it stands.
    file
        The published table its results are in.
    tolerance
        Relative difference allowed to the published cell: fitted models differ a little between
        processors.
    """

    key: str
    title: str
    name: Markup
    given: Sequence[Markup]
    steps: Sequence[Step]
    file: str
    tolerance: float = 0.0


def show(examples: Sequence[Worked], language: Language) -> Html:
    """The examples one below the other.

    Raises
    ------
    ValueError
        Where a worked result is not the published one.
    """
    for example in examples:
        for step in example.steps:
            if not _agree(step, example.tolerance):
                raise ValueError(
                    f"the example {example.key} works out {step.column} as {step.result}, but "
                    f"{example.file} says {step.published}"
                )
    folder = "../" if language == "zh" else "../../"
    return Html(TEMPLATE.render(examples=examples, folder=folder))


def _agree(step: Step, tolerance: float) -> bool:
    if isinstance(step.result, str) or isinstance(step.published, str):
        return step.result == step.published
    return math.isclose(step.result, step.published, rel_tol=tolerance)


class Writer:
    """Writes examples in one language, each for one row of the published tables."""

    def __init__(self, data: PlanData, language: Language) -> None:
        self.data, self.language = data, language
        self.sources = sources_of(data, language).set_index("source_id")

    def say(self, zh: str, en: str) -> str:
        """The text in the language."""
        return Words(zh, en).text(self.language)

    def lead(self, zh: str, en: str) -> str:
        """The text with the language's colon."""
        return self.say(f"{zh}：", f"{en}: ")

    def digits(self, value: float, decimals: int | None = None) -> str:
        """A number as a formula shows it."""
        return number(value, self.language, decimals)

    def row(self, table_id: str, series_id: str) -> dict[str, Any]:
        """One target with what it implies."""
        rows = self.data.of_plan(table_id.partition("-")[2])
        own = (rows["table_id"] == table_id) & (rows["series_id"] == series_id)
        return cells.records(rows[own])[0]

    def name(self, row: dict[str, Any]) -> Markup:
        """The series with its unit, and the document."""
        unit = printed_unit_label(row["unit"], self.language)
        place = label(row["table_id"], self.language)
        return Markup("{} · {} · {}").format(cells.linked(row, self.language), unit, place)

    def printed(self, row: dict[str, Any], role: str) -> Markup:
        """A printed value: role, year, digits, the cell as printed and its source line."""
        line = row["source_line"]
        address = f"printed.html#{row['table_id']}-L{line}"
        name, year = label(role, self.language), int(row[f"{role}_year"])
        percent = "%" * (row["unit"] == "%" or (role == "target" and row["measure"] == "growth"))
        return Markup('{}{}{} · <span lang="zh-Hans">{}</span> · {}').format(
            self.lead(f"{year}年{name}", f"{name} {year}"),
            self.digits(row[f"{role}_value"]),
            percent,
            cells.raw(row[f"{role}_raw"]),
            link(address, label("source_line_name", self.language).format(line=line)),
        )

    def observed(self, series_id: str, measure: str, year: int) -> tuple[float, Markup]:
        """An observed value, and its year, vintage and source in words."""
        rows = self.data.observed
        own = (rows["series_id"] == series_id) & (rows["measure"] == measure)
        found = cells.records(rows[own & (rows["year"] == year)])[0]
        place = self.sources.loc[found["source_id"]]
        shown = Markup("{}{} · {} · {} · {}").format(
            self.lead(f"{year}年", str(year)),
            compared(self.digits(found["value"]), found["comparator"], self.language),
            label(found["vintage"], self.language),
            label(found["quality"], self.language),
            source_link({**place, "source_id": place["anchor"]}, self.language),
        )
        return float(found["value"]), shown

    def step(self, text: str, column: str, result: float, row: dict[str, Any]) -> Step:
        """A line whose result is the cell of ``column`` in ``row``."""
        rounded = round(result, DECIMALS) + 0.0
        published = float(row[column])
        return Step(f"{text} = {self.digits(published)}", column, rounded, published)

    def verdict(self, text: str, column: str, result: str, row: dict[str, Any]) -> Step:
        """A line that ends in a word of the published table."""
        shown = label(result, self.language)
        arrow = self.say(f"{text}，所以：{shown}", f"{text}, so: {shown}")
        return Step(arrow, column, result, str(row[column]))


def only(frame: pd.DataFrame, **wanted: str | int) -> dict[str, Any]:
    """The one row of a processed table with these cells; raises ValueError for none or more."""
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    (row,) = cells.records(frame)
    return row
