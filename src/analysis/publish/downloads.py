"""The tables for download, with their data dictionary."""

from pathlib import Path

from markupsafe import Markup

from analysis.files import read_table
from analysis.paths import shown
from analysis.publish.dictionary import (
    load_dictionary,
    meaning,
    parquet_path,
    published_files,
)
from analysis.publish.display import Html
from analysis.publish.tables import Column, link, table
from analysis.publish.units import Language, number
from analysis.publish.wording import label

TO_ROOT: dict[Language, str] = {"zh": "..", "en": "../.."}


def files_table(language: Language) -> Html:
    """Every table with what it holds, its rows and columns, and links to both formats."""
    dictionary = load_dictionary()["files"]
    rows = []
    for path in published_files():
        frame = read_table(path)
        rows.append(
            {
                "table": Markup("<code>{}</code>").format(path.stem),
                "meaning": dictionary[path.name][language],
                "rows": len(frame),
                "columns": len(frame.columns),
                "csv": _download(path, language),
                "parquet": _download(parquet_path(path), language),
            }
        )
    columns = [
        Column("table", label("table", language), header=True),
        Column("meaning", label("meaning", language)),
        Column("rows", label("rows", language), numeric=True),
        Column("columns", label("columns", language), numeric=True),
        Column("csv", "CSV", numeric=True),
        Column("parquet", "Parquet", numeric=True),
    ]
    caption = {"zh": "可下载的数据表", "en": "Tables for download"}
    return table(caption[language], columns, rows)


def _download(path: Path, language: Language) -> Markup:
    """A link that says how large the file is."""
    size = f"{number(path.stat().st_size / 1000, language, 0)}\N{NO-BREAK SPACE}kB"
    return link(f"{TO_ROOT[language]}/{shown(path)}", size, f"{path.name}, {size}")


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
