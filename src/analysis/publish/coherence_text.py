"""What a cross-check compares and what it means, in words."""

from decimal import Decimal

from markupsafe import Markup

from analysis.measures.agreement import Check, Number
from analysis.publish import cells
from analysis.publish.coherence_words import (
    APART_NOTES,
    ARITHMETIC,
    IN_SENTENCES,
    INPUT_UNITS,
    NOTE_PLACE,
    PAIR_NOTES,
    PLACES,
    PROSE_PLACE,
    UNITS_OF_CHECK,
)
from analysis.publish.crosschecks import Coherence
from analysis.publish.units import MINUS, Language, amount, convert, number, signed
from analysis.publish.wording import compared

BARE_IN_ENGLISH = {"个", "家"}
PAIRS = ("same_series", "prose")


def note(check: Check, coherence: Coherence, language: Language) -> str:
    """What a check means, in one sentence."""
    words: dict[str, str] = {
        "left": _said(check.left, check.unit, language),
        "right": _said(check.right, check.unit, language),
        "difference": difference(check, language).lstrip("+" + MINUS),
    }
    if check.kind in PAIRS:
        words |= {
            "left_place": place(check.left, coherence, language),
            "right_place": place(check.right, coherence, language),
            "left_year": str(check.inputs["year"]),
            "right_year": str(check.inputs["right_year"]),
        }
        apart = str(check.inputs["apart"])
        if "scope" in apart:
            source = coherence.prose[check.left.ref.removeprefix("prose/")]
            words["other_name"] = source[f"name_{language}"]
        template = APART_NOTES[apart] if apart else PAIR_NOTES[check.verdict]
        return _sentence(template.text(language).format(**words))
    units = UNITS_OF_CHECK.get(check.check_id, {})
    for key, given in check.inputs.items():
        unit = units.get(key, INPUT_UNITS.get(key, check.unit))
        words[key] = _amount(float(given), unit, language)
    words["floor"] = _amount(check.right.value, check.unit, language)
    words["fall"] = words["difference"]
    # Where a number is about so much, the sentence says so itself.
    words |= {
        which: _amount(side.value, check.unit, language)
        for which, side in (("left", check.left), ("right", check.right))
        if side.comparator == "~"
    }
    return _sentence(ARITHMETIC[check.check_id].note.text(language).format(**words))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def place(side: Number, coherence: Coherence, language: Language) -> str:
    """Where a number is printed, in words."""
    origin, _, rest = side.ref.partition("/")
    if origin == "prose":
        row = coherence.prose[rest]
        where = PLACES[row["document"]].text(language)
        return PROSE_PLACE.text(language).format(place=where, line=row["line"])
    where = PLACES[rest.partition("/")[0]].text(language)
    return NOTE_PLACE.text(language).format(place=where) if origin == "notes" else where


def _said(side: Number, unit: str, language: Language) -> str:
    template = IN_SENTENCES[side.comparator].text(language)
    return template.format(_amount(side.value, unit, language))


def value(side: Number, unit: str, language: Language) -> str:
    """A number with its unit and comparator."""
    return compared(_amount(side.value, unit, language), side.comparator, language)


def _amount(given: float, unit: str, language: Language) -> str:
    text = number(convert(_shown(given), unit, language) if unit else _shown(given), language)
    if not unit or (language == "en" and unit in BARE_IN_ENGLISH):
        return text
    if unit == "%":
        return f"{text}%"
    return amount(text, unit, language)


def _shown(given: float) -> Decimal:
    """Printed digits as they are; a computed number to two decimals, large ones to fewer."""
    exact = Decimal(format(given, ".12g"))
    if exact == round(exact, 2):
        return exact
    return round(exact, 2 if abs(exact) < 100 else 1 if abs(exact) < 1000 else 0)


def difference(check: Check, language: Language) -> str:
    exact = _shown(check.difference)
    if not check.unit:
        return signed(exact, language)
    text = signed(convert(exact, check.unit, language), language)
    if check.unit == "%":
        return cells.points(text, language)
    sign = text[:1] if text[:1] in ("+", MINUS) else ""
    bare = language == "en" and check.unit in BARE_IN_ENGLISH
    rest = text.removeprefix(sign)
    return sign + (rest if bare else amount(rest, check.unit, language))


def title(check: Check, coherence: Coherence, language: Language) -> Markup | str:
    """What is compared: a series with its year, or the title of an arithmetic check."""
    if check.kind not in PAIRS:
        return ARITHMETIC[check.check_id].title.text(language)
    name = coherence.names[str(check.inputs["series_id"])][language]
    return cells.aside(name, _when(check, language))


def _when(check: Check, language: Language) -> str:
    year, target = int(check.inputs["year"]), check.inputs["role"] == "target"
    if not year:
        return "目标" if language == "zh" else "target"
    span = f"{year - 4}–{year}" if check.inputs["span"] == "plan" else str(year)
    if language == "zh":
        return f"{span}年{'目标' if target else '值'}"
    return f"{span} {'target' if target else 'value'}"
