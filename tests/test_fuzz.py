"""Damaged inputs: each is refused in one sentence, or read as exactly what it says.

`--fuzz` and `--seed` choose how many are tried in all, and which: `pytest tests/test_fuzz.py
--fuzz=1000`. What is accepted is held against the file's own text by other means than the loaders'.
"""

import ast
import random
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.files import read_table, to_csv, write_table
from analysis.notebooks.parameters import check_parameters, parse_value
from analysis.observed.breaks import load_break_reasons, load_breaks
from analysis.observed.observations import load_observations, load_set_aside, load_sources
from analysis.paths import RAW, TABLES
from analysis.printed.layout import read_rows
from analysis.printed.notes import load_notes
from analysis.printed.prose import load_prose
from analysis.printed.quantity import QuantityError, parse_cell
from analysis.printed.spec import load_spec
from analysis.printed.targets import load_targets, read_targets
from analysis.publish.selection import read_selection
from analysis.publish.sitemap import series_codes
from analysis.registry import Registry, load_registry
from tests.damage import CELLS, NUMBERS, damaged

REGISTRY = load_registry()
TARGETS = load_targets()
TABLE_FILES = sorted(TABLES.glob("*.txt"))
FREE = {"baseline_year", "target_year", "actual_year", "attribute", "source_line", "table_id"}
"""Columns of targets.csv that a spec alone decides."""


def digits(text: str) -> str:
    """The digits of a printed text, whatever their width."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))


def printed_digits(path: Path) -> Counter[str]:
    """How often each digit stands in the rows read: numbers, names, units, values."""
    said: Counter[str] = Counter()
    for row in read_rows(path, load_spec(path.with_suffix(".toml")), REGISTRY):
        said += Counter(digits(row.name.raw + (row.unit.raw if row.unit else "")))
        said += Counter(digits("".join(cell.raw for cell in row.values.values())))
    return said


def as_printed(path: Path, original: Path) -> None:
    """The numbers read are those of the text, and a changed digit is a changed digit in a row."""
    frame = read_targets(path, REGISTRY)
    before, after = (digits(file.read_text("utf-8-sig")) for file in (original, path))
    change = Counter(after)
    change.subtract(before)
    read = Counter(printed_digits(path))
    read.subtract(printed_digits(original))
    assert {digit: n for digit, n in change.items() if n} == {d: n for d, n in read.items() if n}
    for role in ("baseline", "target", "actual"):
        for value, raw in zip(frame[f"{role}_value"], frame[f"{role}_raw"], strict=True):
            assert digits(value) in digits(raw)
    assert len(frame) == len(read_targets(original, REGISTRY))


def table(path: Path) -> None:
    original = TABLES / path.name
    path.with_suffix(".toml").write_bytes(original.with_suffix(".toml").read_bytes())
    as_printed(path, original)


def spec(path: Path) -> None:
    original = (TABLES / path.name).with_suffix(".txt")
    path.with_suffix(".txt").write_bytes(original.read_bytes())
    now, before = (read_targets(file.with_suffix(".txt"), REGISTRY) for file in (path, original))
    kept = [name for name in before.columns if name not in FREE]
    pd.testing.assert_frame_equal(now[kept], before[kept])


def rows_kept(path: Path, loaded: pd.DataFrame) -> pd.DataFrame:
    """The file's own cells: as many rows, the same after writing and reading again."""
    lines = path.read_text("utf-8-sig").splitlines()
    cells = read_table(path)
    assert len(loaded) == len(cells) == len(lines) - 1
    copy = path.with_suffix(".copy.csv")
    write_table(copy, cells)
    pd.testing.assert_frame_equal(read_table(copy), cells)
    text = [name for name in cells.columns if name not in ("value", "unit", "name_zh", "name_en")]
    assert (loaded[text].astype(str).fillna("") == cells[text]).all(axis=None)
    return cells


def values_kept(path: Path, loaded: pd.DataFrame, shift: int) -> None:
    """Every number is the printed one, times a power of ten where its unit was changed."""
    cells = rows_kept(path, loaded)
    for row, cell, unit in zip(
        loaded.to_dict("records"), cells["value"], cells["unit"], strict=True
    ):
        if cell:
            factor = Decimal(1) if row["unit"] == unit else Decimal(10) ** shift
            assert round(Decimal(cell) * factor, 6) == round(Decimal(repr(row["value"])), 6)
        else:
            assert pd.isna(row["value"])


def observations(path: Path) -> None:
    values_kept(path, load_observations(REGISTRY, path), -4)


def sources(path: Path) -> None:
    rows_kept(path, load_sources(path))


def set_aside(path: Path) -> None:
    observed = load_observations(REGISTRY, set_aside=path)
    rows_kept(path, load_set_aside(path))
    assert (observed["set_aside"] != "").sum() == len(load_set_aside(path))


def breaks(path: Path) -> None:
    rows_kept(path, load_breaks(REGISTRY, path))


def break_reasons(path: Path) -> None:
    rows_kept(path, load_break_reasons(REGISTRY, path))


def notes(path: Path) -> None:
    values_kept(path, load_notes(TARGETS, path), 0)


def prose(path: Path) -> None:
    values_kept(path, load_prose(REGISTRY, path), 4)


def registry(path: Path) -> None:
    loaded = load_registry.__wrapped__(path)
    assert Registry.model_validate(loaded.model_dump()) == loaded
    said = tomllib.loads(path.read_text("utf-8-sig"))["series"]
    assert list(said) == list(loaded.series) == list(series_codes(path))
    for code, series in loaded.series.items():
        assert (series.name_zh, series.unit) == (said[code]["name_zh"], said[code]["unit"])
    flat = loaded.table()
    assert len(flat) == len(said)
    assert "\n" not in "".join(flat["name_zh"])


KINDS: dict[str, tuple[Callable[[Path], None], list[Path]]] = {
    "table": (table, TABLE_FILES),
    "spec": (spec, [path.with_suffix(".toml") for path in TABLE_FILES]),
    "observations": (observations, [RAW / "observations.csv"]),
    "sources": (sources, [RAW / "sources.csv"]),
    "set_aside": (set_aside, [RAW / "set_aside.csv"]),
    "breaks": (breaks, [RAW / "breaks.csv"]),
    "break_reasons": (break_reasons, [RAW / "break_reasons.csv"]),
    "notes": (notes, [RAW / "notes.csv"]),
    "prose": (prose, [RAW / "prose.csv"]),
    "registry": (registry, [RAW / "indicators.toml"]),
}


def refusal(call: Callable[..., object], *words: object) -> str:
    """The sentence by which a call refuses its input; empty where it takes it."""
    try:
        call(*words)
    except InputError as error:
        return str(error)
    return ""


def check_sentence(message: str, name: str) -> None:
    assert name in message
    assert "\n" not in message
    assert message.endswith(".")
    assert len(message) < 1500


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_refused_in_a_sentence_or_read_as_it_is(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    check, files = KINDS[kind]
    seed, wanted = request.config.getoption("--seed"), request.config.getoption("--fuzz")
    counts = Counter({"refused": 0, "accepted": 0})
    for number in range(wanted // (len(KINDS) + 1)):
        chance = random.Random(f"{seed}-{kind}-{number}")
        original = chance.choice(files)
        path = tmp_path / original.name
        path.write_bytes(damaged(original.read_bytes(), chance))
        try:
            message = refusal(check, path)
        except Exception as error:
            what = f"{kind} {number}: {type(error).__name__}: {error}"
            raise AssertionError(f"{what}; the file: {path.read_bytes()[:300]!r}") from error
        counts["refused" if message else "accepted"] += 1
        if message:
            check_sentence(message, path.stem)
    print(f"{kind}: {dict(counts)}")
    assert counts["refused"] > 0


DEFAULTS: tuple[object, ...] = (2.0, 2025, "zh", True, ["a"], {"slow": 2.0})


def test_a_damaged_parameter_is_refused_in_a_sentence_or_is_what_was_typed(
    request: pytest.FixtureRequest,
) -> None:
    seed, wanted = request.config.getoption("--seed"), request.config.getoption("--fuzz")
    typed = (*NUMBERS, *CELLS, "2025", "2.0", "zh", "True", "[1, 2]", "{'slow': 1}", "(" * 300)
    for number in range(wanted // (len(KINDS) + 1)):
        chance = random.Random(f"{seed}-parameter-{number}")
        text = chance.choice(typed)
        if text and chance.random() < 0.5:
            text = damaged(text.encode("utf-8"), chance).decode("utf-8", "replace")
        default = chance.choice(DEFAULTS)
        value = parse_value(text, default)
        message = refusal(check_parameters, {"name": value}, {"name": default})
        if message:
            assert "name" in message
            assert "\n" not in message
        elif isinstance(default, str):
            assert value == text
        else:
            assert type(value) is type(default) or (type(value), type(default)) == (int, float)
            assert ast.literal_eval(repr(value)) == value
        for where in ("as_of", "plan", "language"):
            words = [text if name == where else None for name in ("as_of", "plan", "language")]
            if message := refusal(read_selection, *words):
                assert where.upper() in message
                assert "\n" not in message
            else:
                assert getattr(read_selection(*words), where) == text


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2), max_size=4)
)
def test_a_table_of_any_texts_comes_back_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    frame = pd.DataFrame(rows, columns=["one", "two"], dtype=str)
    path.write_bytes(to_csv(frame).encode("utf-8"))
    if message := refusal(read_table, path):
        check_sentence(message, "any.csv")
    else:
        pd.testing.assert_frame_equal(read_table(path), frame)


@given(st.text(alphabet="0123456789.-/%[]【】约≥≤<>年均以上左右增速()亿元— ５", max_size=12))
def test_a_cell_is_read_as_its_digits_or_refused(cell: str) -> None:
    try:
        quantities = parse_cell(cell, ["亿元", "%"])
    except QuantityError:
        return
    said = "".join(f"{'' if quantity.value is None else quantity.value}" for quantity in quantities)
    years = {str(quantity.year) for quantity in quantities if quantity.year}
    assert digits(said + "".join(years)) == digits(cell)
