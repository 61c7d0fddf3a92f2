"""A page's source as Markdown: what Quarto makes of a notebook before Pandoc sees it."""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import yaml

from analysis.publish.embedded.project import Project, RenderError

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---(?:\n|\Z)", re.DOTALL)
MIME_TYPES = ("text/html", "text/markdown", "text/plain")  # best first
LABELS = {
    "zh": {
        "skip": "跳到正文",
        "site": "全站",
        "contents": "目录",
        "toc": "本页内容",
        "code": "代码",
    },
    "en": {
        "skip": "Skip to content",
        "site": "Site",
        "contents": "Contents",
        "toc": "On this page",
        "code": "Code",
    },
}


@dataclass(frozen=True)
class Source:
    """A page before Pandoc: what its front matter says, and its body in Pandoc Markdown."""

    title: str
    subtitle: str
    description: str
    lang: str
    toc: bool
    sidebar: str | bool | None
    in_header: list[str]
    before_body: list[str]
    aliases: list[str]
    body: str


@dataclass(frozen=True)
class CodeStyle:
    """How a page shows its code unless a cell says otherwise."""

    language: str
    echo: bool
    fold: bool
    summary: str


def labels(lang: str) -> dict[str, str]:
    """Return the frame's own words in the page's language, or in English."""
    return LABELS.get(lang.split("-")[0], LABELS["en"])


def fenced(text: str, attributes: str) -> str:
    """Return `text` in a code fence longer than any run of backticks inside it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{attributes}\n{text.rstrip()}\n{fence}"


def output_markdown(output: nbformat.NotebookNode) -> str:
    """Return one stored output as Markdown, in its best representation."""
    if output.output_type == "error":
        raise RenderError(f"a cell stored the error {output.ename}: {output.evalue}")
    if output.output_type == "stream":
        return fenced(output.text, f"{{.cell-output .cell-output-{output.name}}}")
    mime = next((mime for mime in MIME_TYPES if mime in output.data), "")
    if mime != "text/html" and any(key.startswith("image/") for key in output.data):
        raise RenderError("an output is an image without text/html, so it has no text alternative")
    text = output.data.get(mime, "")
    if mime == "text/html":
        text = fenced(text, "{=html}")
    elif mime == "text/plain":
        text = fenced(text, "")
    return f"::: {{.cell-output .cell-output-display}}\n{text}\n:::"


def cell_markdown(cell: nbformat.NotebookNode, style: CodeStyle) -> str:
    """Return one cell as Markdown, by the tags and `#|` options Quarto knows."""
    tags = cell.metadata.get("tags", [])
    if "remove-cell" in tags:
        return ""
    if cell.cell_type != "code":
        return str(cell.source)
    lines = cell.source.splitlines()
    options = yaml.safe_load("\n".join(line[3:] for line in lines if line.startswith("#| "))) or {}
    source = "\n".join(line for line in lines if not line.startswith("#|")).strip("\n")
    parts = []
    if source and "hide-code" not in tags and options.get("echo", style.echo):
        code = fenced(source, f"{{.{style.language} .cell-code}}")
        if options.get("code-fold", style.fold):
            summary = escape(options.get("code-summary", style.summary))
            opening = fenced(f'<details class="code-fold"><summary>{summary}</summary>', "{=html}")
            code = "\n\n".join([opening, code, fenced("</details>", "{=html}")])
        parts.append(code)
    parts += [output_markdown(output) for output in cell.outputs]
    return "\n\n".join(["::: {.cell}", *parts, ":::"]) if parts else ""


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter a text begins with, and the rest of the text."""
    match = FRONT_MATTER.match(text)
    return (yaml.safe_load(match[1]) or {}, text[match.end() :]) if match else ({}, text)


def included(front: dict[str, Any], key: str) -> list[str]:
    """Return the HTML that front matter includes as `text`."""
    entries = front.get(key, [])
    if not all(isinstance(entry, dict) and entry.keys() == {"text"} for entry in entries):
        raise RenderError(f"{key} must be a list of `text:` entries")
    return [entry["text"] for entry in entries]


def plain(text: str) -> str:
    """Markdown without emphasis as plain text: what its backslashes protect."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def read_source(path: Path, project: Project) -> Source:
    """Read a page: a notebook with its stored outputs, or Markdown."""
    cells: list[nbformat.NotebookNode] = []
    language = ""
    if path.suffix == ".ipynb":
        notebook = nbformat.read(path, as_version=4)
        text = notebook.cells[0].source if notebook.cells else ""
        cells = notebook.cells[1:]
        language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    else:
        text = path.read_text("utf-8")
    front, lead = split_front_matter(text)
    if not front.get("title"):
        raise RenderError("the front matter has no title")
    lang = front.get("lang", project.lang)
    style = CodeStyle(
        language=language,
        echo=front.get("execute", {}).get("echo", True),
        fold=front.get("code-fold", project.format.html.code_fold),
        summary=front.get("code-summary", labels(lang)["code"]),
    )
    return Source(
        title=str(front["title"]),
        subtitle=front.get("subtitle", ""),
        description=front.get("description", ""),
        lang=lang,
        toc=front.get("toc", project.format.html.toc),
        sidebar=front.get("sidebar"),
        in_header=included(front, "include-in-header"),
        before_body=included(front, "include-before-body"),
        aliases=front.get("aliases", []),
        body="\n\n".join([lead, *(cell_markdown(cell, style) for cell in cells)]),
    )
