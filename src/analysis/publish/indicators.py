"""The indicator list, and the tables exactly as printed."""

from typing import Any

from markupsafe import Markup

from analysis.paths import TABLES
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.tables import Column, table
from analysis.publish.units import Language
from analysis.publish.wording import label
from analysis.reading import read_text

LINE = Markup('<tr id="{anchor}"><th scope="row">{line}</th><td lang="{lang}">{text}</td></tr>')
SCRIPT_LANG = {"taiwan": "zh-Hant", "mainland": "zh-Hans"}


def table_heading(data: PlanData, table_id: str, language: Language) -> str:
    """A table's document and plan."""
    return f"{label(table_id, language)} · {label(data.specs[table_id].plan, language)}"


def indicator_table(data: PlanData, table_id: str, language: Language) -> Html:
    """Every component of a table: series, what is printed, and on which line."""
    spec = data.specs[table_id]
    rows = cells.records(data.targets[data.targets["table_id"] == table_id])
    columns = [
        Column("number", label("number", language), short=True),
        Column("indicator", label("indicator", language), header=True),
        Column("series_id", label("series_id", language)),
        Column("unit", label("printed_unit", language)),
        Column("direction", label("direction", language)),
        Column("measure", label("measure", language)),
        *[
            Column(f"{role}_raw", f"{label(role, language)} {spec.years[role]}")
            for role in spec.value_roles
        ],
        Column("source", label("source", language), numeric=True),
    ]
    body = [
        {
            **row,
            "indicator": cells.linked(row, language),
            "series_id": Markup("<code>{}</code>").format(row["series_id"]),
            "unit": cells.printed_unit(row, language),
            "direction": label(row["direction"], language),
            "measure": label(row["measure"], language),
            **{f"{role}_raw": _raw(row, role, spec.layout.script) for role in spec.value_roles},
            "source": cells.source(row, language),
        }
        for row in rows
    ]
    caption = table_heading(data, table_id, language)
    return table(caption, columns, body)


def _raw(row: dict[str, Any], role: str, script: str) -> Markup | str:
    text = row[f"{role}_raw"]
    return (
        Markup('<span lang="{}">{}</span>').format(SCRIPT_LANG[script], cells.raw(text))
        if text
        else cells.NOTHING
    )


def documents_table(data: PlanData, language: Language) -> Html:
    """The documents the tables come from."""
    rows = [
        {
            "table": table_heading(data, spec.table_id, language),
            "document": getattr(spec.document, f"title_{language}"),
            "number": spec.document.number or cells.NOTHING,
            "publisher": getattr(spec.document, f"publisher_{language}"),
            "date": spec.document.date.isoformat(),
            "file": Markup("<code>{}</code>").format(spec.document.file),
            "lines": f"{spec.source_lines[0]}–{spec.source_lines[1]}",
        }
        for spec in data.specs.values()
    ]
    columns = [
        Column("table", label("table", language), header=True),
        Column("document", label("document", language)),
        Column("number", label("document_number", language)),
        Column("publisher", label("publisher", language)),
        Column("date", label("date", language)),
        Column("file", label("text_file", language)),
        Column("lines", label("lines", language), numeric=True),
    ]
    caption = {"zh": "五张指标表的出处", "en": "Where the five tables come from"}
    return table(caption[language], columns, rows)


def printed_table(data: PlanData, table_id: str, language: Language) -> Html:
    """A raw table line by line, each line with its number in the source text as an anchor."""
    spec = data.specs[table_id]
    first = spec.source_lines[0]
    lines = read_text(TABLES / f"{table_id}.txt").splitlines()
    rows = [
        LINE.format(
            anchor=f"{table_id}-L{number}",
            line=number,
            lang=SCRIPT_LANG[spec.layout.script],
            text=cells.raw(text.strip()),
        )
        for number, text in enumerate(lines, start=first)
        if text.strip()
    ]
    caption = {
        "zh": f"{spec.document.file}，第{first}–{spec.source_lines[1]}行",
        "en": f"{spec.document.file}, lines {first}–{spec.source_lines[1]}",
    }
    head = Markup('<tr><th scope="col">{}</th><th scope="col">{}</th></tr>').format(
        label("printed_line", language), label("text", language)
    )
    return Html(
        Markup(
            '<div class="table-wrap" role="region" tabindex="0" aria-label="{}">'
            '<table class="data-table printed-lines" data-quarto-disable-processing="true">'
            "<caption>{}</caption><thead>{}</thead><tbody>{}</tbody></table></div>"
        ).format(caption[language], caption[language], head, Markup("").join(rows))
    )
