"""The processed tables for download, with their data dictionary."""

from markupsafe import Markup

from analysis.files import read_table
from analysis.paths import shown
from analysis.publish.dictionary import load_dictionary, meaning, published_files
from analysis.publish.display import Html
from analysis.publish.tables import Column, link, table
from analysis.publish.units import Language
from analysis.publish.wording import label

TO_ROOT: dict[Language, str] = {"zh": "..", "en": "../.."}


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
