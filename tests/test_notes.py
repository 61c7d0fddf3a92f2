"""The facts of the tables' notes."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.paths import RAW
from analysis.printed.notes import baseline_kind, load_notes

HEADER = "table_id,number,component,code,year,value,unit,note_zh,note_en\n"
GOOD = "outline-13fyp,4,1,value_of_year,2020,65.1,%,说明,Note\n"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("outline-13fyp,40,1,value_of_year,2020,65.1,%,x,x\n", "there is no component"),
        ("outline-13fyp,4,1,value_of_yaer,2020,65.1,%,x,x\n", "unknown code 'value_of_yaer'"),
        ("outline-13fyp,4,1,value_of_year,2020,65;1,%,x,x\n", "value '65;1' is not a number"),
        ("outline-13fyp,4,1,value_of_year,,65.1,%,x,x\n", "needs a year and a value"),
        ("outline-13fyp,4,1,value_of_year,2020,65.1,亿元,x,x\n", "is not the component's '%'"),
        (GOOD, "says again what an earlier line says"),
    ],
)
def test_a_bad_note_names_file_line_and_mend(
    tmp_path: Path, targets: pd.DataFrame, line: str, sentence: str
) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(HEADER + GOOD + line, encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.csv, line 3: ") as caught:
        load_notes(targets, path)
    assert sentence in str(caught.value)


def test_wrong_columns_are_refused(tmp_path: Path, targets: pd.DataFrame) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(HEADER.replace("code", "kind"), encoding="utf-8")
    with pytest.raises(InputError, match="the columns must be"):
        load_notes(targets, path)


def test_every_stand_in_value_is_explained(targets: pd.DataFrame, notes: pd.DataFrame) -> None:
    """A value printed for another year has a note, with that year's value or the reason."""
    key = ["table_id", "number", "component"]
    explained = {
        tuple(row)
        for row in notes[notes["code"].isin(["value_of_year", "stand_in_year"])][key].to_numpy()
    }
    other = targets[
        (targets["actual_year"].notna() & (targets["actual_year"] != 2020))
        | (targets["baseline_year"].notna() & targets["baseline_year"].isin([2019]))
    ]
    outline = other[other["table_id"].str.startswith("outline")]
    assert len(outline) == 13
    assert {tuple(row) for row in outline[key].to_numpy()} <= explained


def test_what_a_baseline_is(targets: pd.DataFrame, notes: pd.DataFrame) -> None:
    kinds = baseline_kind(targets, notes)
    named = dict(zip(targets["table_id"] + "/" + targets["series_id"], kinds, strict=True))
    assert named["outline-14fyp/gdp-growth-real"] == "period_mean"
    assert named["commerce-14fyp/bonded-zone-trade-growth"] == "single_year_rate"
    assert named["outline-14fyp/new-urban-jobs"] == "period_total"
    assert named["commerce-14fyp/fdi-used-cny"] == "year_value"
    assert named["commerce-14fyp/retail-sales"] == "year_value"
    assert named["commerce-14fyp/import-zone-imports-growth"] == ""
    assert named["outline-13fyp/gdp"] == ""


def test_a_rate_nobody_explains_is_an_error(targets: pd.DataFrame, notes: pd.DataFrame) -> None:
    silent = notes[notes["code"] != "period_mean"]
    with pytest.raises(InputError, match="period_mean or a single_year_rate"):
        baseline_kind(targets, silent)


def test_notes_are_in_both_languages(notes: pd.DataFrame) -> None:
    raw = (RAW / "notes.csv").read_text("utf-8")
    assert raw.startswith(HEADER)
    assert (notes["note_zh"] != "").all()
    assert (notes["note_en"] != "").all()


@pytest.mark.parametrize(
    ("series_id", "half_unit"),
    [("port-cargo", 0.005), ("port-containers", 0.5), ("labour-productivity", 0.05)],
)
def test_rounding_is_half_the_last_printed_digit(
    targets: pd.DataFrame, series_id: str, half_unit: float
) -> None:
    row = targets[(targets["table_id"] == "outline-14fyp") & (targets["series_id"] == series_id)]
    assert row["baseline_rounding"].tolist() == pytest.approx([half_unit])
