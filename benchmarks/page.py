"""`docs/benchmarks.md`, put together from what the parts found."""

from collections.abc import Sequence

from benchmarks.result import Part, Row

HEAD = """# Benchmarks

`make bench` measures this side by side on one machine and writes this page; `PARTS=abf` chooses
parts, `SAMPLE=20` shortens (a). Figures vary with the machine and with what else it does. Every
part works in a temporary copy of the checkout.

| part | what | goal | measured | reached |
|---|---|---|---|---|
"""
TITLES = {
    "a": "The full report set",
    "b": "No change",
    "c": "One changed observation",
    "d": "One changed line of wording",
    "e": "Many reports",
    "f": "The measures alone",
}


def page(parts: Sequence[Part]) -> str:
    """The page's Markdown: a table of all rows, then how each part was measured."""
    lines = [_line(part.name, row) for part in parts for row in part.rows]
    missing = [f"({name}) {title}" for name, title in TITLES.items() if name not in _names(parts)]
    if missing:
        lines += ["", f"Not measured yet: {', '.join(missing)}."]
    lines += ["", "## How"]
    for part in parts:
        lines += ["", f"### ({part.name}) {TITLES[part.name]}", ""]
        lines += [f"- {row.what}: {row.note}" for row in part.rows if row.note]
        lines += [f"- Measured on: {part.conditions}."]
    return HEAD + "\n".join(lines) + "\n"


def _names(parts: Sequence[Part]) -> set[str]:
    return {part.name for part in parts}


def _line(name: str, row: Row) -> str:
    reached = {True: "yes", False: "no (see below)", None: ""}[row.reached]
    return f"| {name} | {row.what} | {row.goal} | {row.measured} | {reached} |"
