"""The processed tables for download, with their data dictionary."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.files import read_table
from analysis.paths import PROCESSED, RAW, shown
from analysis.publish.display import Html
from analysis.publish.tables import Column, link, table
from analysis.publish.units import Language
from analysis.publish.wording import label

TO_ROOT: dict[Language, str] = {"zh": "..", "en": "../.."}


def load_dictionary() -> dict[str, Any]:
    """The data dictionary: ``files``, ``common`` and a section per file."""
    text = (resources.files("analysis.publish") / "dictionary.toml").read_text("utf-8")
    return tomllib.loads(text)


def published_files() -> list[Path]:
    """The tables for download: the processed ones in order of name, then the raw ones."""
    raw = ["notes", "prose", "observations", "sources", "breaks", "set_aside"]
    return [*sorted(PROCESSED.glob("*.csv")), *[RAW / f"{name}.csv" for name in raw]]


def meaning(dictionary: dict[str, Any], file: str, column: str, language: Language) -> str:
    """What a column means; raises KeyError for one the dictionary does not know."""
    entry = dictionary[file].get(column) or dictionary["common"][column]
    return str(entry[language])


def files_table(language: Language) -> Html:
    """Every table with what it holds, its size and a link."""
    dictionary = load_dictionary()["files"]
    rows = [
        {
            "file": link(f"{TO_ROOT[language]}/{shown(path)}", path.name),
            "meaning": dictionary[path.name][language],
            "rows": len(read_table(path)),
        }
        for path in published_files()
    ]
    columns = [
        Column("file", label("file", language), header=True),
        Column("meaning", label("meaning", language)),
        Column("rows", label("rows", language), numeric=True),
    ]
    caption = {"zh": "可下载的数据表（CSV，UTF-8）", "en": "Tables for download (CSV, UTF-8)"}
    return table(caption[language], columns, rows)


def dictionary_table(language: Language) -> Html:
    """Every column of every table and what it means."""
    dictionary = load_dictionary()
    groups = [
        (
            path.name,
            [
                {
                    "column": Markup("<code>{}</code>").format(column),
                    "meaning": meaning(dictionary, path.name, column, language),
                }
                for column in read_table(path).columns
            ],
        )
        for path in published_files()
    ]
    columns = [
        Column("column", label("column", language), header=True),
        Column("meaning", label("meaning", language)),
    ]
    caption = {"zh": "数据字典", "en": "Data dictionary"}
    return table(caption[language], columns, groups=groups)


def codes_table(language: Language) -> Html:
    """Every note code and what it means."""
    rows = [
        {"code": Markup("<code>{}</code>").format(code), "meaning": meanings[language]}
        for code, meanings in load_dictionary()["codes"].items()
    ]
    columns = [
        Column("code", label("code", language), header=True),
        Column("meaning", label("meaning", language)),
    ]
    caption = {"zh": "说明代码", "en": "Note codes"}
    return table(caption[language], columns, rows)
