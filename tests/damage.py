"""Damage a file the ways files get damaged: by disks, editors, spreadsheets, conversions and typing."""

import random
import re
from collections.abc import Callable

NUMBERS = (
    *("nan", "NaN", "inf", "-inf", "1e999", "1e5", "9" * 400, "99999999999999999999", "0", "-0"),
    *("-1", "1_000", "1,000", "１２３", "٣", "0x10", "007", "5.", ".5", "1.2.3", "½", "", " 7"),
)
CELLS = (
    *("", " ", '"', "'", '"a"b', "=1+1", "<script>", "{{< x >}}", "a,b", "a\nb", "../../x", "null"),
    *("—", "-", "x" * 5000, "\u202etxt", "\ufeff", "\u200b", "é", "𝟛", "约", "%", "亿元", "2025"),
)
Mutation = Callable[[random.Random, bytes], bytes]


def _text(change: Callable[[random.Random, str], str]) -> Mutation:
    return lambda chance, content: change(chance, content.decode("utf-8")).encode("utf-8")


def _lines(change: Callable[[random.Random, list[str]], None]) -> Mutation:
    def changed(chance: random.Random, text: str) -> str:
        lines = text.splitlines(keepends=True)
        change(chance, lines)
        return "".join(lines)

    return _text(changed)


def _at(chance: random.Random, content: bytes) -> int:
    return chance.randrange(len(content))


def flip(chance: random.Random, content: bytes) -> bytes:
    at = _at(chance, content)
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def cut(chance: random.Random, content: bytes) -> bytes:
    return content[: _at(chance, content)]


def lose(chance: random.Random, content: bytes) -> bytes:
    at = _at(chance, content)
    return content[:at] + content[at + chance.randint(1, 40) :]


def insert(chance: random.Random, content: bytes) -> bytes:
    at = _at(chance, content)
    piece = chance.choice([b"\0", b"\x0c", b"\x85", b"\r", b"\xff", b'"', b",", b"\n", b"\t", b"|"])
    return content[:at] + piece + content[at:]


def recode(chance: random.Random, content: bytes) -> bytes:
    return content.decode("utf-8").encode(chance.choice(["utf-16", "gb18030", "utf-8-sig"]))


def _repeat(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    lines.insert(chance.choice([at, len(lines)]), lines[at])


def _drop(chance: random.Random, lines: list[str]) -> None:
    del lines[chance.randrange(len(lines))]


def _swap(chance: random.Random, lines: list[str]) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _blank(chance: random.Random, lines: list[str]) -> None:
    lines.insert(chance.randrange(len(lines) + 1), "\n")


def _replaced(pattern: str, values: tuple[str, ...]) -> Mutation:
    """Another value in place of one match."""

    def changed(chance: random.Random, text: str) -> str:
        found = chance.choice(list(re.finditer(pattern, text)))
        return text[: found.start()] + chance.choice(values) + text[found.end() :]

    return _text(changed)


def _digit(chance: random.Random, text: str) -> str:
    found = chance.choice(list(re.finditer(r"\d", text)))
    return text[: found.start()] + chance.choice("0123456789０５") + text[found.end() :]


def _exchanged(chance: random.Random, text: str) -> str:
    """Two cells of a table change places."""
    one, other = sorted(
        chance.sample([match.span() for match in re.finditer(r"[^,\s=\"]+", text)], 2)
    )
    middle = text[one[1] : other[0]]
    moved = text[other[0] : other[1]] + middle + text[one[0] : one[1]]
    return text[: one[0]] + moved + text[other[1] :]


def _full_width(_: random.Random, text: str) -> str:
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


def _crlf(_: random.Random, text: str) -> str:
    return text.replace("\n", "\r\n")


MUTATIONS: tuple[Mutation, ...] = (
    *(flip, cut, lose, insert, recode),
    *map(_lines, (_repeat, _drop, _swap, _blank)),
    *(_replaced(r"\d+(\.\d+)?", NUMBERS), _replaced(r"[^,\s=\"]+", (*NUMBERS, *CELLS))),
    *map(_text, (_digit, _digit, _exchanged, _full_width, _crlf)),
    lambda chance, content: b"",
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content after one mutation, at times two."""
    for _ in range(chance.choice([1, 1, 1, 2])):
        try:
            content = chance.choice(MUTATIONS)(chance, content)
        except (UnicodeDecodeError, IndexError, ValueError):
            continue  # nothing left to mutate in that way
    return content
