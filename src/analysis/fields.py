"""What a field of the raw data may hold: one line of text, a code, a number, a year."""

import re
from typing import Annotated

from pydantic import AfterValidator

from analysis.errors import quoted
from analysis.paths import CODE
from analysis.reading import UNSEEN

FIRST_YEAR, LAST_YEAR = 2000, 2035
"""Years the raw data may speak of."""

MOST_DIGITS = 15
"""Digits a number may have: a float keeps no more."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WHOLE = re.compile(r"0|[1-9][0-9]*")


def is_number(text: str) -> bool:
    """Whether a text is a decimal number in plain ASCII digits that a float holds exactly."""
    few = sum(character.isdigit() for character in text) <= MOST_DIGITS
    return few and _NUMBER.fullmatch(text) is not None


def is_whole(text: str) -> bool:
    """Whether a text is a whole number, zero or above, in plain ASCII digits."""
    return len(text) <= MOST_DIGITS and _WHOLE.fullmatch(text) is not None


def is_year(text: str) -> bool:
    """Whether a text is a year from ``FIRST_YEAR`` to ``LAST_YEAR``."""
    return is_whole(text) and FIRST_YEAR <= int(text) <= LAST_YEAR


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text or UNSEEN.search(text):
        raise ValueError("must be one line of characters that can be seen; rewrite it")
    return text


def _worded(text: str) -> str:
    if text != text.strip() or not text:
        raise ValueError("must not be empty nor begin or end with a space; rewrite it")
    return _one_line(text)


def _coded(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(
            f"{quoted(text)} is no code; use small letters, digits and single hyphens between them"
        )
    return text


Text = Annotated[str, AfterValidator(_one_line)]
"""One line of text, perhaps empty."""

Name = Annotated[str, AfterValidator(_worded)]
"""One line of text with something in it."""

Code = Annotated[str, AfterValidator(_coded)]
"""What can become a file's name and an anchor, see ``CODE``."""
