"""HTML tables for notebooks and site: escaped, with header scopes, captions and aligned numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from analysis.publish.display import Html
from analysis.publish.units import Language
from analysis.publish.wording import MARKS, label

TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<div class="table-wrap" role="region" tabindex="0" aria-label="{{ caption }}">
<table class="data-table{{ " stacked" if stacked }}" data-quarto-disable-processing="true">
<caption><span>{{ caption }}</span></caption>
<thead><tr>
{% for column in columns %}
<th scope="col"{{ column.markup }}>{{ column.title }}</th>
{% endfor %}
</tr></thead>
{% for heading, rows in groups %}
<tbody>
{% if heading %}
<tr class="group"><th scope="rowgroup" colspan="{{ columns | length }}">{{ heading }}</th></tr>
{% endif %}
{% for row in rows %}
<tr{% if row.get("id") %} id="{{ row["id"] }}"{% endif %}>
{% for column in columns %}
{% if column.header %}
<th scope="row"{{ column.markup }}>{{ row[column.key] }}</th>
{% else %}
<td{{ column.markup }}{{ column.label if stacked }}>{{ row[column.key] }}</td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
{% endfor %}
</table>
</div>
""")


@dataclass(frozen=True)
class Column:
    """One column: the key of its cells, its title, and what kind of cells it holds."""

    key: str
    title: str
    numeric: bool = False
    header: bool = False
    short: bool = False

    @property
    def markup(self) -> Markup:
        """The class of its cells: numbers are aligned right, short words are not broken."""
        classes = ["num"] * self.numeric + ["short"] * self.short
        return Markup(' class="{}"').format(" ".join(classes)) if classes else Markup("")

    @property
    def label(self) -> Markup:
        """Its title, for cells that stand alone."""
        return Markup(' data-label="{}"').format(self.title)


Row = Mapping[str, Any]


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row] = (),
    groups: Sequence[tuple[str, Sequence[Row]]] = (),
    stacked: bool = False,
) -> Html:
    """Render rows, or rows under group headings, as one accessible table.

    Parameters
    ----------
    caption
        What the table shows; required, it is also the name of its scrolling region.
    columns
        In order; one of them should be the row header.
    rows, groups
        Cells by column key; text is escaped, ``Markup`` is not. A row's ``id`` becomes its anchor.
    stacked
        Whether a phone shows each row as a list, every cell under its column's title.

    Raises
    ------
    ValueError
        If the caption is empty.
    """
    if not caption:
        raise ValueError("a table needs a caption")
    body = groups or [("", rows)]
    return Html(TEMPLATE.render(caption=caption, columns=columns, groups=body, stacked=stacked))


def status(verdict: str, language: Language) -> Markup:
    """A verdict as word, shape and colour together; sorted from the best to the worst."""
    return Markup(
        '<span class="status status-{}" data-sort="{}"><span aria-hidden="true">{}</span> {}</span>'
    ).format(
        verdict.replace("_", "-"),
        list(MARKS).index(verdict),
        MARKS[verdict],
        label(verdict, language),
    )


def link(address: str, text: str, name: str = "") -> Markup:
    """A link whose address and text are escaped; ``name`` says more than a short text does."""
    more = Markup(' aria-label="{}"').format(name) if name else Markup("")
    return Markup('<a href="{}"{}>{}</a>').format(address, more, text)


def headlines(cards: Sequence[tuple[str, str]]) -> Html:
    """Number cards: a figure and what it counts."""
    items = [
        Markup(
            '<div class="headline"><p><span class="value">{}</span> '
            '<span class="label">{}</span></p></div>'
        ).format(figure, text)
        for figure, text in cards
    ]
    return Html(Markup('<div class="headlines">{}</div>').format(Markup("").join(items)))
