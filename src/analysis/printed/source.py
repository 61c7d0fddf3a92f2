"""A raw table as tokens: title and header checked, fillers dropped, places remembered."""

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError, quoted
from analysis.paths import shown
from analysis.printed.spec import Spec
from analysis.printed.text import plain
from analysis.reading import read_text
from analysis.registry import Registry


@dataclass(frozen=True)
class Token:
    """A piece of the table: repaired text, the characters printed, and its line in the raw file."""

    text: str
    raw: str
    line: int


def squeeze(text: str) -> str:
    """Text without any white space."""
    return re.sub(r"\s+", "", text)


@dataclass(frozen=True)
class Source:
    """A raw table, the spec that lies beside it, and the registry that knows its words."""

    path: Path
    spec: Spec
    registry: Registry

    def error(self, line: int, cell: str, problem: str, mend: str) -> InputError:
        """The sentence for a cell that cannot be used."""
        source_line = self.spec.source_lines[0] + line - 1
        return InputError(
            f"{shown(self.path)}, line {line} (line {source_line} of {self.spec.document.file}): "
            f"{quoted(cell)} {problem}; {mend}."
        )

    def body(self) -> list[Token]:
        """Non-blank lines below the title, without headers and fillers.

        Raises
        ------
        InputError
            If the number of lines, the title or the header is not what the spec says.
        """
        raw_lines = read_text(self.path).splitlines()
        first, last = self.spec.source_lines
        if len(raw_lines) != last - first + 1:
            raise InputError(
                f"{shown(self.path)}: {len(raw_lines)} lines, but the spec's source_lines "
                f"{first}-{last} say {last - first + 1}; copy the table again or correct the spec."
            )
        script, vocabulary = self.spec.layout.script, self.registry.vocabulary
        tokens = [
            Token(plain(raw, script, vocabulary), raw.strip(), line)
            for line, raw in enumerate(raw_lines, start=1)
        ]
        printed = [token for token in tokens if token.text]
        if not printed:
            raise InputError(f"{shown(self.path)}: the table is empty; copy it again.")
        title, *body = printed
        if squeeze(title.text) != squeeze(self.spec.title):
            problem = f"is not the title {self.spec.title!r}"
            raise self.error(title.line, title.text, problem, "correct one of them")
        filler = self.spec.layout.filler
        return [token for token in self._without_headers(title, body) if token.text != filler]

    def _without_headers(self, title: Token, tokens: list[Token]) -> list[Token]:
        header = squeeze(self.spec.layout.header)
        kept: list[Token] = []
        start, found = 0, False
        while start < len(tokens):
            end, text = start, ""
            while end < len(tokens) and len(text) < len(header):
                text += squeeze(tokens[end].text)
                end += 1
            if text == header:
                start, found = end, True
            else:
                kept.append(tokens[start])
                start += 1
        if not found:
            problem = f"is not followed by the header {header!r}"
            raise self.error(title.line, title.text, problem, "correct the header in the spec")
        return kept

    def words(self, line: Token) -> list[Token]:
        """Split a line into words, each with the raw characters it was printed with."""
        raw = re.sub(r"\s+", " ", line.raw)
        if len(squeeze(raw)) != len(squeeze(line.text)):
            problem = "has a character that stands for several"
            raise self.error(line.line, line.text, problem, "write them out")
        words, position = [], 0
        for text in line.text.split():
            start, left = position, len(text)
            while left:
                left -= raw[position] != " "
                position += 1
            words.append(Token(text, raw[start:position].strip(), line.line))
        return words
