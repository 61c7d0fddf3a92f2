"""The documents against each other and against arithmetic, as sentences and tables."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.files import write_table
from analysis.measures.agreement import KINDS, VERDICTS, Check, Number
from analysis.measures.coherence import COLUMNS, coherence_checks
from analysis.paths import PROCESSED
from analysis.printed.notes import baseline_kind, load_notes
from analysis.printed.prose import load_prose
from analysis.printed.targets import load_targets
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
from analysis.publish.data import load_numeric
from analysis.publish.display import Html, paragraphs
from analysis.publish.tables import Column, link, status, table
from analysis.publish.units import MINUS, Language, amount, convert, number, signed
from analysis.publish.wording import compared, label
from analysis.registry import load_registry

BARE_IN_ENGLISH = {"个", "家"}
AGREES = ("equal", "rounding")
PAIRS = ("same_series", "prose")


@dataclass(frozen=True)
class Coherence:
    """The checks, and where the numbers they speak of were printed."""

    checks: list[Check]
    names: dict[str, dict[str, str]]
    prose: dict[str, dict[str, Any]]
    lines: dict[tuple[str, str], int]

    def select(self, wanted: Callable[[Check], bool]) -> list[Check]:
        """The checks for which ``wanted`` is true, in order."""
        return [check for check in self.checks if wanted(check)]


def load_coherence() -> Coherence:
    """Compute every check from the processed tables and the prose."""
    targets, registry = load_targets(), load_registry()
    notes, prose = load_notes(targets), load_prose(registry)
    completion = load_numeric(PROCESSED / "completion.csv")
    checks = coherence_checks(targets, notes, prose, baseline_kind(targets, notes), completion)
    names = {
        row["series_id"]: {"zh": row["name_zh"], "en": row["name_en"]}
        for row in cells.records(prose)
    }
    names |= {
        name: {"zh": series.name_zh, "en": series.name_en}
        for name, series in registry.series.items()
    }
    places = zip(targets["table_id"], targets["series_id"], targets["source_line"], strict=True)
    return Coherence(
        checks=checks,
        names=names,
        prose={row["prose_id"]: row for row in cells.records(prose)},
        lines={(table_id, series_id): int(line) for table_id, series_id, line in places},
    )


def coherence_table(coherence: Coherence) -> pd.DataFrame:
    """The columns of ``coherence.csv``: every check with its sentence in both languages."""
    rows = [
        {
            "check_id": check.check_id,
            "kind": check.kind,
            "left": check.left.ref,
            "left_value": check.left.value,
            "right": check.right.ref,
            "right_value": check.right.value,
            "difference": check.difference,
            "verdict": check.verdict,
            "note_zh": note(check, coherence, "zh"),
            "note_en": note(check, coherence, "en"),
        }
        for check in coherence.checks
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def write_coherence(path: Path = PROCESSED / "coherence.csv") -> None:
    """Write ``coherence.csv``."""
    write_table(path, coherence_table(load_coherence()))


# -- sentences -----------------------------------------------------------------------------------


def note(check: Check, coherence: Coherence, language: Language) -> str:
    """What a check means, in one sentence."""
    words: dict[str, str] = {
        "left": _said(check.left, check.unit, language),
        "right": _said(check.right, check.unit, language),
        "difference": _difference(check, language).lstrip("+" + MINUS),
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


def _difference(check: Check, language: Language) -> str:
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


# -- tables --------------------------------------------------------------------------------------


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
    return f"{'target' if target else 'value'}, {span}"


def checks_table(
    coherence: Coherence,
    checks: list[Check],
    caption: str,
    language: Language,
    sentences: bool = True,
) -> Html:
    """Checks with both numbers, where each stands, the difference and the verdict.

    Parameters
    ----------
    sentences
        Whether each row ends with what the check means, after its verdict.
    """
    rows = [
        {
            "check": title(check, coherence, language),
            "left": _side(check, "left", coherence, language),
            "right": _side(check, "right", coherence, language),
            "difference": _difference(check, language),
            "verdict": status(check.verdict, language),
            "note": Markup("{} {}").format(
                status(check.verdict, language), note(check, coherence, language)
            ),
        }
        for check in checks
    ]
    columns = [
        Column("check", label("check", language), header=True),
        Column("left", label("first_number", language), numeric=True),
        Column("right", label("second_number", language), numeric=True),
        Column("difference", label("difference", language), numeric=True),
        Column("note", label("verdict_and_note", language))
        if sentences
        else Column("verdict", label("verdict", language), short=True),
    ]
    return table(caption, columns, rows)


def _side(check: Check, which: str, coherence: Coherence, language: Language) -> Markup:
    side: Number = getattr(check, which)
    shown = value(side, check.unit, language)
    if check.kind not in PAIRS:
        what = getattr(ARITHMETIC[check.check_id], which).text(language)
        return cells.aside(shown, what)
    where: Markup | str = place(side, coherence, language)
    if side.ref.startswith("targets/"):
        table_id, series_id = side.ref.split("/")[1:3]
        line = coherence.lines[table_id, series_id]
        name = label("source_line_name", language).format(line=line)
        where = link(f"printed.html#{table_id}-L{line}", str(where), f"{where}, {name}")
    return cells.aside(shown, where)


def counts_table(coherence: Coherence, language: Language) -> Html:
    """How many checks of each kind came to each verdict; verdicts that never came are left out."""

    def count(kind: str, verdict: str) -> str:
        found = coherence.select(
            lambda check: kind in ("total", check.kind) and verdict in ("total", check.verdict)
        )
        return str(len(found))

    kinds = [*KINDS, "total"]
    rows = [
        {
            "verdict": label("total", language)
            if verdict == "total"
            else status(verdict, language),
            **{kind: count(kind, verdict) for kind in kinds},
        }
        for verdict in [*VERDICTS, "total"]
        if count("total", verdict) != "0"
    ]
    columns = [
        Column("verdict", label("verdict", language), header=True, short=True),
        *[Column(kind, label(f"kind_{kind}", language), numeric=True) for kind in KINDS],
        Column("total", label("total", language), numeric=True),
    ]
    caption = {"zh": "核对结果", "en": "What the checks found"}
    return table(caption[language], columns, rows)


def summary(coherence: Coherence, language: Language) -> Html:
    """The finding in words: how many agree, and what the others are."""
    pairs = coherence.select(lambda check: check.kind in PAIRS)
    claims = coherence.select(lambda check: check.kind == "claim")

    def count(checks: list[Check], *verdicts: str) -> int:
        return sum(check.verdict in verdicts for check in checks)

    agree = count(pairs, *AGREES)
    basis, asked = count(pairs, "other_basis"), count(pairs, "stricter", "looser")
    fits = count(pairs, "wording", "holds")
    open_ones = count(pairs, "different", "fails")
    good = count(claims, "holds", *AGREES)
    if language == "zh":
        return paragraphs(
            f"同一个数在四份文件的表、注和正文中印了不止一次的，共{len(pairs)}对：{agree}对相同或只差舍入，"
            f"{fits}对写法不同但相符，{asked}对的要求一高一低，{basis}对口径不同（年份、时段或范围），"
            f"{f'{open_ones}对不一致' if open_ones else '没有不一致的'}。",
            f"文件对“十三五”的{len(claims)}项说法重算后，{good}项成立或只差舍入。",
        )
    return paragraphs(
        f"Across the tables, notes and text of four documents {len(pairs)} pairs print one number "
        f"more than once: {agree} are equal or differ by rounding, {fits} are worded differently "
        f"but fit, in {asked} one asks for more than the other, {basis} are of another basis "
        f"(year, period or scope), and {open_ones or 'none'} disagree.",
        f"Of {len(claims)} statements about the 13th plan, recomputed, {good} hold or differ by "
        "rounding.",
    )


def implies(coherence: Coherence, language: Language) -> Html:
    """The arithmetic that leads to a number nobody printed."""
    checks = coherence.select(lambda c: c.kind == "implied" and not _is_recomputed(c))
    caption = {"zh": "合起来隐含的数", "en": "What printed numbers imply together"}
    return checks_table(coherence, checks, caption[language], language)


def differs(coherence: Coherence, language: Language) -> Html:
    """Pairs that are neither equal nor apart by rounding only, those asking for more first."""
    checks = coherence.select(lambda c: c.kind in PAIRS and c.verdict not in AGREES)
    order = ["different", "fails", "stricter", "looser", "other_basis", "wording", "holds"]
    checks = sorted(checks, key=lambda check: order.index(check.verdict))
    caption = {
        "zh": "写法或口径不同的成对的数",
        "en": "Pairs worded differently or of another basis",
    }
    return checks_table(coherence, checks, caption[language], language)


def recomputed(coherence: Coherence, language: Language) -> Html:
    """Printed numbers and statements that follow from other printed numbers."""
    checks = coherence.select(lambda c: c.kind == "claim" or _is_recomputed(c))
    caption = {"zh": "由其他数重算的结果", "en": "Recomputed from other numbers"}
    return checks_table(coherence, checks, caption[language], language)


def same(coherence: Coherence, language: Language) -> Html:
    """Pairs that are equal or differ by rounding."""
    checks = coherence.select(lambda c: c.kind in PAIRS and c.verdict in AGREES)
    caption = {"zh": "相同或只差舍入的成对的数", "en": "Pairs equal or apart by rounding"}
    return checks_table(coherence, checks, caption[language], language, sentences=False)


def _is_recomputed(check: Check) -> bool:
    return check.kind == "implied" and check.verdict in (*AGREES, "different")
