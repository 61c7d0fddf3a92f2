"""Gazette text to plain text: widths, glyphs, vocabulary. Knows no table and no number format."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Literal

import opencc

Script = Literal["mainland", "taiwan"]

# The gazette's fonts map punctuation to Yi syllables and to a private-use code point.
YI_PUNCTUATION = str.maketrans({"ꎬ": ",", "ꎮ": "。", "ꎻ": ";"})
DECIMAL_GLYPH = re.compile("\U001001b0 ?")
TORN_UNIT_SPACE = re.compile(r"(?<=\d) (?=年)")


def repair_widths(text: str) -> str:
    """Fold full-width and compatibility characters (Unicode NFKC) and unify the minus sign."""
    return unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-")


def repair_glyphs(text: str) -> str:
    """Give Yi-syllable and private-use glyphs the punctuation they stand for.

    The private-use decimal point takes the space printed after it along: ``65􆀰 5`` is 65.5.
    """
    return DECIMAL_GLYPH.sub(".", text.translate(YI_PUNCTUATION))


def join_years(text: str) -> str:
    """Close the gap between a year and 年: ``2019 年`` is ``2019年``."""
    return TORN_UNIT_SPACE.sub("", text)


@cache
def _taiwan_to_mainland() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


def to_mainland(text: str, vocabulary: Mapping[str, str]) -> str:
    """Traditional characters and Taiwan terms to Simplified characters and mainland terms.

    OpenCC's ``tw2sp`` does most; ``vocabulary`` holds the terms it leaves.
    """
    converted: str = _taiwan_to_mainland().convert(text)
    for taiwan, mainland in vocabulary.items():
        converted = converted.replace(taiwan, mainland)
    return converted


def plain(text: str, script: Script, vocabulary: Mapping[str, str]) -> str:
    """Apply every repair that needs no knowledge of the table, and strip the ends."""
    repaired = join_years(repair_widths(repair_glyphs(text))).strip()
    return to_mainland(repaired, vocabulary) if script == "taiwan" else repaired
