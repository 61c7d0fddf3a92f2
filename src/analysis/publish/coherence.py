"""The documents against each other and against arithmetic, as tables and a summary."""

from pathlib import Path

import pandas as pd
from markupsafe import Markup

from analysis.files import write_table
from analysis.measures.agreement import KINDS, VERDICTS, Check, Number
from analysis.measures.coherence import COLUMNS
from analysis.paths import PROCESSED
from analysis.publish import cells
from analysis.publish.coherence_text import PAIRS, difference, note, place, title, value
from analysis.publish.coherence_words import ARITHMETIC
from analysis.publish.crosschecks import Coherence, load_coherence
from analysis.publish.display import Html, paragraphs
from analysis.publish.tables import Column, link, status, table
from analysis.publish.units import Language
from analysis.publish.wording import label

AGREES = ("equal", "rounding")


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
            "difference": difference(check, language),
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
        f"The tables, notes and text of four documents hold {len(pairs)} pairs of figures for the "
        f"same thing: {agree} are equal or differ by rounding, {fits} are worded differently but "
        f"fit, in {asked} one asks for more than the other, {basis} differ in year, period or "
        f"scope, and {open_ones or 'none'} disagree.",
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
