"""Read text and TOML strictly. Light to import: the task graph reads it."""

import re
import tomllib
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.paths import shown

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd]"
)
"""Controls, characters without a shape, and the sign of a character lost in conversion."""


def read_text(path: Path) -> str:
    """Read a UTF-8 text file, with or without a byte order mark; line ends stay as they are.

    Raises
    ------
    InputError
        If the file is missing, is not UTF-8, or holds a character nobody can see.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"{shown(path)}: the file is missing; put it back or take its table out."
        ) from None
    except OSError as error:
        raise InputError(
            f"{shown(path)}: cannot be read ({error.strerror}); make it a readable file."
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(
            f"{shown(path)}, line {line}: not UTF-8 text; save the file as UTF-8."
        ) from None
    if unseen := UNSEEN.search(text):
        line = text[: unseen.start()].count("\n") + 1
        raise InputError(
            f"{shown(path)}, line {line}: holds the character U+{ord(unseen[0]):04X}, which cannot "
            "be seen; remove it."
        )
    return text


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises InputError where it is missing or malformed."""
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise InputError(f"{shown(path)}: not valid TOML ({said}); mend that line.") from None
