"""The tables on the page of one series."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.measures.agreement import Number
from analysis.publish import cells, coherence, outlook, progress
from analysis.publish.coherence_text import value as said_value
from analysis.publish.coherence_words import PLACES
from analysis.publish.crosschecks import Coherence
from analysis.publish.data import PlanData
from analysis.publish.display import Html, standing
from analysis.publish.progress_cells import cells_of
from analysis.publish.reasons import reason_text
from analysis.publish.series import targets_of, verdict_of
from analysis.publish.sources import document_anchor, source_link
from analysis.publish.tables import Column, status, table
from analysis.publish.targets import baseline_cell, each_year
from analysis.publish.units import Language, unit_label
from analysis.publish.wording import label

VALUE_COLUMNS = [
    *["series_id", "year", "value", "unit", "measure", "vintage", "quality", "comparator"],
    *["source_id", "used", "set_aside", "note"],
]


def targets_table(data: PlanData, series_id: str, as_of: int, language: Language) -> Html:
    """Every target a document sets for the series, what it asks for each year, and its verdict."""
    rows = cells.records(targets_of(data, series_id))
    said = _in_prose(data, series_id, rows, language)
    if not rows:
        return Html(said) if said else standing(label("no_target_printed", language))
    columns = [
        Column("document", label("document", language), header=True),
        Column("attribute", label("attribute", language), short=True),
        Column("baseline", label("baseline", language), numeric=True),
        Column("target", label("target", language), numeric=True),
        Column("actual", label("actual", language), numeric=True),
        Column("each_year", label("each_year", language), numeric=True),
        Column("verdict", label("verdict", language)),
        Column("source", label("source", language), numeric=True),
    ]
    counted = data.registry.series[series_id].counted
    body = [
        {
            "document": cells.aside(
                label(row["table_id"], language), label(data.specs[row["table_id"]].plan, language)
            ),
            "attribute": label(row["attribute"], language),
            "baseline": baseline_cell(row, 0, language),
            "target": cells.aside(cells.target(row, language), str(row["target_year"])),
            "actual": _actual(row, language),
            "each_year": each_year(row, counted, language),
            "verdict": status(verdict_of(data, row, as_of), language),
            "source": cells.source(row, language),
        }
        for row in rows
    ]
    found = table(label("targets_caption", language), columns, body)
    return Html(found.markup + said)


def _in_prose(
    data: PlanData, series_id: str, rows: list[dict[str, Any]], language: Language
) -> str:
    """Targets that only the documents' prose sets, for years without one in a table."""
    years = [int(row["target_year"]) for row in rows]
    prose = data.prose[(data.prose["series_id"] == series_id) & ~data.prose["other_name"]]
    said = prose[(prose["role"] == "target") & ~prose["year"].isin(years)]
    items = []
    for row in cells.records(said):
        printed = Number("", row["value"], row["rounding"], row["comparator"], row["unit"])
        text = label("prose_target", language).format(
            document=PLACES[row["document"]].text(language),
            line=row["line"],
            year=row["year"],
            target=said_value(printed, row["unit"], language),
        )
        items.append(Markup("<li>{}</li>").format(text))
    lead = Markup("<p>{}</p>").format(label("prose_targets", language))
    return str(lead + Markup("<ul>{}</ul>").format(Markup("").join(items))) if items else ""


def _actual(row: dict[str, Any], language: Language) -> Markup | str:
    text = cells.printed_value(row, "actual", language)
    return text if text == cells.NOTHING else cells.aside(text, str(int(row["actual_year"])))


def progress_years(data: PlanData, series_id: str, language: Language) -> Html:
    """How each annual report judged the series' 14th-plan targets."""
    years = sorted(int(year) for year in data.progress["as_of"].unique())
    blocks = [(year, progress.at(data, year)) for year in years]
    rows = [
        (year, row)
        for year, block in blocks
        for row in cells.records(block[block["series_id"] == series_id])
    ]
    if not rows:
        return standing(label("no_running_target", language))
    columns = [
        Column("report", label("report", language), header=True),
        Column("document", label("document", language), short=True),
        Column("value", label("latest", language), numeric=True),
        Column("progress", label("progress", language), numeric=True),
        Column("status", label("status", language)),
        Column("pace", label("required_pace", language), numeric=True),
        Column("reason", label("reason", language)),
    ]
    body = [
        {
            **cells_of(data, row, language),
            "report": Markup('<a href="progress-{}.html">{}</a>').format(year, year),
            "document": label(row["table_id"], language),
            "reason": _reason(row, language),
        }
        for year, row in rows
    ]
    return table(label("progress_caption", language), columns, body)


def _reason(row: dict[str, Any], language: Language) -> str:
    """Why there is no status; what is to know about one stands with it."""
    return (row["status"] == "no_status" and reason_text(row["reason"], language)) or cells.NOTHING


def projection_table(data: PlanData, series_id: str, as_of: int, language: Language) -> Html:
    """Where the series is heading, or why that is not said."""
    if not (targets_of(data, series_id)["table_id"].str.endswith("14fyp")).any():
        return standing(label("no_running_target", language))
    return outlook.series_outlook(data, series_id, as_of, language)


def values_of(data: PlanData, series_id: str) -> pd.DataFrame:
    """Every observed value of a series, rates last and latest first, with whether it is used.

    Returns
    -------
    pandas.DataFrame
        ``VALUE_COLUMNS``; ``used`` is ``true`` or ``false``, ``set_aside`` a reason's code.
    """
    own = data.known[data.known["series_id"] == series_id]
    key = ["measure", "year", "source_id", "value"]
    used = pd.MultiIndex.from_frame(data.observed.loc[data.observed["series_id"] == series_id, key])
    flags = pd.MultiIndex.from_frame(own[key]).isin(used)
    rows = own.assign(used=flags)
    rows["rate"] = rows["measure"].str.startswith("growth")
    order = ["rate", "measure", "year", "used", "source_id"]
    rows = rows.sort_values(order, ascending=[True, True, False, False, True], ignore_index=True)
    return rows.assign(used=rows["used"].map({True: "true", False: "false"}))[VALUE_COLUMNS]


def values_table(data: PlanData, series_id: str, language: Language) -> Html:
    """Every value found, which one counts, and where it comes from."""
    rows = values_of(data, series_id).merge(sources_of(data, language), on="source_id", how="left")
    if rows.empty:
        return standing(label("projection_no_value", language))
    growth = rows["measure"].str.startswith("growth")
    units = [*dict.fromkeys(unit_label(unit, language) for unit in rows.loc[~growth, "unit"]), "%"]
    aside = data.set_aside.set_index(["series_id", "year", "measure", "source_id"])
    columns = [
        Column("year", label("year", language), header=True, short=True),
        Column("value", f"{label('value', language)} ({units[0]})", numeric=True, short=True),
        Column("kind", label("measure", language), short=True),
        Column("used", label("used", language)),
        Column("vintage", label("vintage", language), short=True),
        Column("source", label("statistical_source", language)),
    ]
    unit = data.registry.series[series_id].unit
    counting = rows[rows["used"] == "true"].set_index(["measure", "year"])["value"]
    used = {key: float(value) for key, value in counting.items()}
    body = []
    for row in cells.records(rows):
        key = tuple(row[str(name)] for name in aside.index.names)
        why = str(aside.loc[key, f"reason_{language}"]) if row["set_aside"] else ""
        chosen = label(_standing(row, used), language)
        made = cells.aside(label(row["vintage"], language), label(row["quality"], language))
        body.append(
            {
                "year": str(row["year"]),
                "value": cells.observed(
                    row, language, unit_label(row["unit"], language) != units[0]
                ),
                "kind": label(cells.measure_shown(row["measure"], unit), language),
                "used": cells.aside(label("value_set_aside", language), why) if why else chosen,
                "vintage": made,
                "source": source_link({**row, "source_id": row["anchor"]}, language),
            }
        )
    return table(label("values_caption", language), columns, body)


def _standing(row: dict[str, Any], used: dict[Any, float]) -> str:
    """Whether a value is used, equals the one that is, or gives way to it."""
    if row["used"] == "true":
        return "value_used"
    return (
        "value_same"
        if row["value"] == used.get((row["measure"], row["year"]))
        else "value_not_used"
    )


def sources_of(data: PlanData, language: Language) -> pd.DataFrame:
    """Name, date and anchor of every source, the plans themselves among them.

    Returns
    -------
    pandas.DataFrame
        ``source_id, publisher, date, anchor``; a plan's ``source_id`` is its table's.
    """
    plans = [
        {
            "source_id": spec.table_id,
            "publisher": getattr(spec.document, f"title_{language}"),
            "date": spec.document.date.isoformat(),
            "anchor": document_anchor(spec.document.file),
        }
        for spec in data.specs.values()
    ]
    outside = data.sources[["source_id", "publisher", "date"]]
    outside = outside.assign(anchor=outside["source_id"])
    return pd.concat([outside, pd.DataFrame(plans)], ignore_index=True)


def breaks_table(data: PlanData, series_id: str, language: Language) -> Html:
    """Where the series changes its meaning, its base or its source, and what is known of it."""
    rows = data.breaks[data.breaks["series_id"] == series_id].sort_values(["year", "kind"])
    if rows.empty:
        return standing(label("no_break", language))
    columns = [
        Column("year", label("year", language), header=True, short=True),
        Column("kind", label("break_kind", language), short=True),
        Column("reason", label("break_reason", language)),
    ]
    body = [
        {
            "year": str(row["year"]),
            "kind": label(f"break_{row['kind']}", language),
            "reason": row[f"reason_{language}"] or "—",
        }
        for row in cells.records(rows)
    ]
    return table(label("breaks_caption", language), columns, body, stacked=True)


def checks_table(checks: Coherence, language: Language) -> Html:
    """What the cross-checks of the documents say of the series they are about."""
    if not checks.checks:
        return standing(label("no_check", language))
    return coherence.checks_table(
        checks, checks.checks, label("checks_caption", language), language
    )


def notes_list(data: PlanData, series_id: str, language: Language) -> Html:
    """What the documents' own notes say of the series."""
    targets = targets_of(data, series_id)
    notes = data.notes.merge(targets[["table_id", "number", "component"]].drop_duplicates())
    if notes.empty:
        return standing(label("no_note", language))
    items = [
        Markup("<li>{}{}</li>").format(
            f"{label(row['table_id'], language)}{'：' if language == 'zh' else ': '}",
            row[f"note_{language}"],
        )
        for row in cells.records(notes)
    ]
    return Html(Markup("<ul>{}</ul>").format(Markup("").join(items)))
