"""Where the numbers come from: the planning documents, and every statistical source."""

import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.printed.prose import PROSE_ONLY
from analysis.printed.spec import Spec
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html, paragraphs
from analysis.publish.tables import Column, link, table
from analysis.publish.units import Language
from analysis.publish.wording import Words, label, source_name

QUALITIES = ("official", "secondary")
VINTAGES = ("final", "revised", "preliminary", "derived")
PROGRAMME = {
    "title": Words(
        "广州市加快培育建设国际消费中心城市实施方案",
        "Guangzhou implementation programme for becoming an international consumption centre city",
    ),
    "number": Words("穗府〔2021〕15号", "穗府〔2021〕15号"),
    "publisher": Words("广州市人民政府", "Guangzhou Municipal People's Government"),
}
"""The document without a table, as its own head names it; the text used prints no date."""


def text_language(text: str) -> str:
    """The language tag of a title or name: Japanese by its kana, Chinese by its characters."""
    if re.search(r"[\u3040-\u30ff]", text):
        return "ja"
    return "zh-Hans" if re.search(r"[\u4e00-\u9fff]", text) else "en"


def named(text: str) -> Markup:
    """A title or name in its own language."""
    return Markup('<span lang="{}">{}</span>').format(text_language(text), text)


def source_link(row: dict[str, Any], language: Language) -> Markup:
    """A source's publisher and date, linked to its entry on the Sources page.

    Parameters
    ----------
    row
        With ``source_id``, ``publisher`` and ``date``.
    """
    date, _ = _dates(row["date"])
    text = f"{source_name(row['publisher'], language)}, {date}".strip(", ")
    return Markup('<a href="sources.html#{}">{}</a>').format(row["source_id"], named(text))


def _dates(date: str) -> tuple[str, str]:
    """When a source was published and, if it was read in an archive, when it was archived."""
    published, _, archived = date.removesuffix(")").partition(" (archived ")
    return published, archived


def document_anchor(file: str) -> str:
    """The anchor of a planning document on the Sources page, from its file's number."""
    return f"document-{file.partition('_')[0]}"


def count_values(
    observations: pd.DataFrame, chosen: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """Join the sources with how many values come from each.

    Parameters
    ----------
    observations, chosen
        All observed values, and the ones the pages use; both with ``source_id``.
    sources
        The statistical sources.

    Returns
    -------
    pandas.DataFrame
        The sources with ``values`` and ``used`` (counts), ``mirrored`` (values read on a copy of
        the publisher's text) and ``vintages`` (a tuple), by quality, publisher and date.
    """
    by_source = observations.groupby("source_id")
    mirror = observations["note"].str.contains("mirror").groupby(observations["source_id"]).sum()
    counted = sources.set_index("source_id").assign(
        values=by_source.size(),
        used=chosen.groupby("source_id").size(),
        mirrored=mirror,
        vintages=by_source["vintage"].agg(
            lambda found: tuple(v for v in VINTAGES if v in set(found))
        ),
    )
    counts = counted[["values", "used", "mirrored"]].fillna(0).astype(int)
    counted = counted.assign(**counts).reset_index()
    return counted.sort_values(["quality", "publisher", "date", "source_id"], ignore_index=True)


def summary(counted: pd.DataFrame, language: Language) -> Html:
    """How many sources and values there are, and what could not be read at its publisher."""
    official = counted[counted["quality"] == "official"]
    total, values, used = len(counted), counted["values"].sum(), counted["used"].sum()
    bare = int((counted["url"] == "").sum())
    mirrored = counted["mirrored"].sum()
    if language == "zh":
        return paragraphs(
            f"观测值共{values}个，来自{total}个来源，其中官方来源{len(official)}个，"
            f"提供{official['values'].sum()}个。同一年份有几个值时各页采用一个，共采用{used}个。",
            f"有{mirrored}个值不是在发布者的网站读到，而是取自镜像或转载；{bare}个来源没有记录网址。"
            "官方来源给出链接，转引来源只写网址，因为其中不少是转载站点，内容随时可能改变。",
        )
    return paragraphs(
        f"The {values} observed values come from {total} sources; {len(official)} of these are "
        f"official and give {official['values'].sum()}. Where a year has several values the pages "
        f"use one, {used} in all.",
        f"{mirrored} values were read not at their publisher but on a mirror or reprint; {bare} "
        "sources have no recorded address. Official sources are linked. The addresses of "
        "secondary ones are only written out: many are reprint sites whose content can change.",
    )


def statistics_table(counted: pd.DataFrame, language: Language) -> Html:
    """Every statistical source with an anchor, official ones first."""
    columns = [
        Column("title", label("title_and_address", language), header=True),
        Column("publisher", label("publisher_of_source", language)),
        Column("date", label("date", language), short=True),
        Column("values", label("values", language), numeric=True),
        Column("used", label("values_used", language), numeric=True),
        Column("vintages", label("vintage", language)),
    ]
    groups = [
        (
            label(f"{quality}_sources", language),
            [
                _statistic(row, language)
                for row in cells.records(counted[counted["quality"] == quality])
            ],
        )
        for quality in QUALITIES
    ]
    caption = {"zh": "观测值的统计来源", "en": "Statistical sources of the observed values"}
    return table(caption[language], columns, groups=groups, stacked=True)


def _statistic(row: dict[str, Any], language: Language) -> dict[str, Any]:
    joint = "、" if language == "zh" else ", "
    date, archived = _dates(row["date"])
    return {
        "id": row["source_id"],
        "title": named(row["title"])
        + _coded(row["source_id"])
        + _address(row["url"], row["quality"]),
        "publisher": named(source_name(row["publisher"], language)),
        "date": cells.aside(date, label("archived", language).format(date=archived))
        if archived
        else date or cells.NOTHING,
        "values": row["values"],
        "used": row["used"],
        "vintages": joint.join(label(vintage, language) for vintage in row["vintages"]),
    }


def _coded(code: str) -> Markup:
    return Markup(' <span class="aside"><code>{}</code></span>').format(code)


def _address(url: str, quality: str) -> Markup:
    if not url:
        return Markup("")
    address = link(url, url) if quality == "official" else url
    return Markup(' <span class="aside address">{}</span>').format(address)


def documents_table(data: PlanData, prose: pd.DataFrame, language: Language) -> Html:
    """Every planning document, the tables it prints, and how many numbers of its text are used."""
    counts = prose["file"].value_counts()
    by_file: dict[str, list[Spec]] = {}
    for spec in data.specs.values():
        by_file.setdefault(spec.document.file, []).append(spec)
    rows = [_document(specs, language) for specs in by_file.values()]
    rows.append(
        {
            "title": _titled(PROGRAMME["title"], PROGRAMME["number"].zh, language),
            "publisher": PROGRAMME["publisher"].text(language),
        }
        | {"date": cells.NOTHING, "tables": cells.NOTHING, "file": PROSE_ONLY["consumption"]}
    )
    body = [
        row
        | {
            "id": document_anchor(row["file"]),
            "prose": int(counts.get(row["file"], 0)),
            "title": row["title"] + _coded(row["file"]),
        }
        for row in rows
    ]
    columns = [
        Column("title", label("document", language), header=True),
        Column("publisher", label("publisher", language)),
        Column("date", label("date", language), short=True),
        Column("tables", label("tables_printed", language)),
        Column("prose", label("prose_numbers", language), numeric=True),
    ]
    caption = {"zh": "规划文件", "en": "Planning documents"}
    return table(caption[language], columns, body)


def _document(specs: list[Spec], language: Language) -> dict[str, Any]:
    document = specs[0].document
    title = Words(document.title_zh, document.title_en)
    return {
        "title": _titled(title, document.number, language),
        "publisher": Words(document.publisher_zh, document.publisher_en).text(language),
        "date": document.date.isoformat(),
        "tables": Markup("<br>").join(_printed(spec, language) for spec in specs),
        "file": document.file,
    }


def _titled(title: Words, number: str, language: Language) -> Markup:
    """A document's title with its Chinese one and its number below."""
    below = [title.zh] * (language == "en") + [number] * bool(number)
    asides = [
        Markup(' <span class="aside" lang="zh-Hans">{}</span>').format(text) for text in below
    ]
    return Markup("{}{}").format(title.text(language), Markup("").join(asides))


def _printed(spec: Spec, language: Language) -> Markup:
    place = label("printed_table", language).format(number=spec.title[2:3])
    plan = label(spec.plan, language)
    text = f"{place}：{plan}" if language == "zh" else f"{place}: {plan}"
    return link(f"printed.html#{spec.table_id}-L{spec.source_lines[0]}", text)
