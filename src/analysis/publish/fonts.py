"""A web font with just the characters the site uses, so that Chinese looks the same everywhere.

Light to import: the figures of every page take their font from here.
"""

import string
import unicodedata
from importlib.resources import files
from pathlib import Path

from analysis.errors import InputError
from analysis.writing import writing

FONT_PATH = Path(str(files("mplfonts"))) / "fonts" / "NotoSansCJKsc-Regular.otf"
MINUS, EN_DASH = 0x2212, 0x2013  # the font's minus is a full em wide, its en dash is not
TYPOGRAPHIC = "‘’“”–—…\N{NO-BREAK SPACE}"  # what smart punctuation makes of plain text
BASE = "".join(char for char in string.printable if char.isprintable()) + TYPOGRAPHIC
SYSTEM = "↩"  # Pandoc's footnote arrow: the font has none, every system font does
VARIATION_SELECTORS = "".join(map(chr, range(0xFE00, 0xFE10)))
LICENCE_NAMES = (
    0,
    7,
    13,
    14,
)  # copyright, trademark, licence, licence URL: the OFL asks to keep them


def drawn(text: str) -> set[int]:
    """Return the code points of `text` that need a glyph: no controls, joiners or selectors."""
    skipped = SYSTEM + VARIATION_SELECTORS
    return {
        ord(char)
        for char in text
        if unicodedata.category(char) not in ("Cc", "Cf") and char not in skipped
    }


def subset_font(text: str, out: Path) -> None:
    """Write a woff2 font with the characters of `text` and printable ASCII.

    Parameters
    ----------
    text
        The characters the site uses, as from `analysis.publish.pages.page_characters`.
    out
        The font file; equal text gives equal bytes.

    Raises
    ------
    InputError
        When the font lacks a character, and nothing is written; when the file cannot be written.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    wanted = drawn(text + BASE)
    font = TTFont(FONT_PATH, recalcTimestamp=False)
    missing = sorted(wanted - font.getBestCmap().keys())
    if missing:
        names = ", ".join(f"{chr(code)} (U+{code:04X})" for code in missing)
        raise InputError(f"{FONT_PATH.name} has no glyph for {names}.")
    options = Options(
        layout_features=[
            "kern",
            "halt",
            "pwid",
        ],  # halt closes up Chinese punctuation, pwid is for English quotes
        name_IDs=[1, 2, 4, 6, *LICENCE_NAMES],
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        bidi_closure=False,  # no mirror image of ≥ and the like
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    for table in font["cmap"].tables:
        if MINUS in table.cmap and EN_DASH in table.cmap:
            table.cmap[MINUS] = table.cmap[EN_DASH]
    font.flavor = "woff2"
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        font.save(out)
