"""How a notebook becomes a page of the site in one language."""

import copy
import re
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_raw_cell

from analysis.notebooks.output import normalise, to_text
from analysis.paths import ROOT
from analysis.publish.citation import cite_box
from analysis.publish.embedded import FRAME_WORDS
from analysis.publish.frame import LANG, frame
from analysis.publish.front import front_matter_of
from analysis.publish.sitemap import OTHER, PAGES, Page, other_language, page_path
from analysis.publish.units import Language
from analysis.versions import code_version, data_version
from analysis.writing import write_text

THEME = "reports/theme"
SWITCH = {"zh": "本页中文版", "en": "This page in English"}


def assemble_page(page: Page, language: Language, executed: Path, root: Path = ROOT) -> None:
    """Make a page of the site of an executed notebook: prose, frame and citation.

    Raises
    ------
    InputError
        If the notebook has no front matter for the language.
    """
    notebook = nbformat.read(executed, as_version=4)
    text = to_text(normalise(as_page(notebook, page, language)))
    write_text(root / page_path(page.name, language), text)


def as_page(notebook: NotebookNode, page: Page, language: Language) -> NotebookNode:
    """The notebook with one language's front matter, prose, language switch and citation.

    Cells tagged with the other language go; cells tagged with neither stay.
    """
    result = copy.deepcopy(notebook)
    front = front_matter_of(result.cells[0], page, language)
    plain = {key: literal(front[key]) for key in ("title", "description")}
    keys = {**front, **plain, **frame(page, language)}
    text = yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=10_000)
    other = OTHER[language]
    switch = (
        "::: {.language-switch}\n"
        f"[{SWITCH[other]}]({other_language(page.name, language)})"
        f'{{lang="{LANG[other]}" hreflang="{LANG[other]}"}}\n'
        ":::"
    )
    kept = [cell for cell in result.cells[1:] if other not in cell.metadata.get("tags", [])]
    cite = cite_box(front["title"], page, language, code_version(), data_version())
    head = [new_raw_cell(f"---\n{text}---"), new_markdown_cell(switch)]
    result.cells = [*head, *kept, new_markdown_cell(cite)]
    return result


def literal(text: str) -> str:
    """A text as Markdown that says just that: no emphasis, formula, link, list or shortcode."""
    escaped = re.sub(r"[\\`*_{}\[\]<>#$|~^@!&]", r"\\\g<0>", text)
    return re.sub(r"^(\d*)([-+:=%.)])", r"\1\\\2", escaped)


def page_characters(root: Path = ROOT) -> str:
    """Every character the executed pages and their frame can show, sorted."""
    texts = [(root / name).read_text("utf-8") for name in ("_quarto.yml", "404.qmd")]
    texts += [path.read_text("utf-8") for path in sorted((root / THEME).glob("*.js"))]
    texts += [FRAME_WORDS]
    for page in PAGES:
        for language in OTHER:
            notebook = nbformat.read(root / page_path(page.name, language), as_version=4)
            texts += [nbformat.writes(notebook)]
    return "".join(sorted(set("".join(texts))))
