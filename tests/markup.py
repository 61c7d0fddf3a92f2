"""Read tables back from the markup a reader gets."""

from html.parser import HTMLParser


class TableParser(HTMLParser):
    """Rows of cell texts; asides are kept after a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True
        elif tag == "span" and ("class", "aside") in attrs:
            self.rows[-1][-1] = f"{self.rows[-1][-1].strip()}|"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.rows[-1][-1] = self.rows[-1][-1].strip().replace("\u00a0", " ")
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def rows_of(markup: str) -> list[list[str]]:
    """The rows of a table: header first, group headings as single cells."""
    parser = TableParser()
    parser.feed(markup)
    return parser.rows
