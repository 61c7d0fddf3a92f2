"""Whether targets were reached: the rules, and the verdicts recomputed from the transcription."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.completion import (
    COLUMNS,
    completion_table,
    count_verdicts,
    judge,
    on_basis,
    with_population,
    worst_of_number,
)
from analysis.paths import PROCESSED

TABLES = ["outline-13fyp", "services-13fyp"]


def one(actual: float, target: float, direction: str = "up", of: str = "=", is_: str = "=") -> str:
    sign = {"up": 1.0, "down": -1.0, "neutral": float("nan")}[direction]
    series = [
        pd.Series([value]) for value in (sign * (actual - target), target, of, is_, direction)
    ]
    return str(judge(*series).iloc[0])


@pytest.mark.parametrize(
    ("verdict", "case"),
    [
        ("met", one(3, 3)),
        ("exceeded", one(3.1, 3)),
        ("missed", one(2.9, 3)),
        ("exceeded", one(23, 30, "down", "<=")),
        ("missed", one(31, 30, "down", "<=")),
        ("met", one(0, 0, "down")),
        ("met", one(71.4, 70, of="~")),
        ("met", one(68.6, 70, of="~")),
        ("exceeded", one(71.5, 70, of="~")),
        ("missed", one(68.5, 70, of="~")),
        ("met", one(98, 98, of=">=", is_=">=")),
        ("exceeded", one(97, 95, is_=">")),
        ("exceeded", one(95, 95, is_=">")),
        ("not_comparable", one(94, 95, is_=">=")),
        ("missed", one(94, 95, is_="<=")),
        ("not_comparable", one(96, 95, is_="<")),
        ("not_comparable", one(31, 30, "down", is_="<=")),
        ("exceeded", one(29, 30, "down", is_="<=")),
        ("missed", one(31, 30, "down", is_=">=")),
        ("not_comparable", one(1800, 1550, "neutral")),
        ("no_number", one(7.9, float("nan"))),
        ("not_comparable", one(float("nan"), 3)),
    ],
)
def test_rules(verdict: str, case: str) -> None:
    assert case == verdict


@given(st.floats(0.1, 1e4), st.floats(0.1, 1e4))
def test_turning_the_direction_turns_the_verdict(actual: float, target: float) -> None:
    opposite = {"exceeded": "missed", "missed": "exceeded", "met": "met"}
    assert one(actual, target, "down") == opposite[one(actual, target, "up")]


@given(st.floats(0.1, 1e4), st.floats(0.1, 1e4))
def test_a_floor_never_proves_a_miss(actual: float, target: float) -> None:
    assert one(actual, target, is_=">=") != "missed"
    assert one(actual, target, "down", is_="<=") != "missed"


@pytest.fixture(scope="module")
def completion(targets: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    return completion_table(targets[targets["table_id"].isin(TABLES)], notes)


PLAN_YEAR = {  # printed in the notes below the table
    (4, 1): 65.1,
    (8, 1): 4377,
    (8, 2): 176,
    (11, 1): 9219,
    (12, 1): 9530,
    (28, 1): 82.9,
    (33, 1): 65,
}


def test_verdicts_by_a_second_path(completion: pd.DataFrame, transcription: pd.DataFrame) -> None:
    """Every verdict from the transcribed digits, by rules written out again."""
    rows = transcription[transcription["table_id"] == "outline-13fyp"].to_dict("records")
    expected: dict[tuple[int, int, str], str] = {}
    for row in rows:
        key = (int(row["number"]), int(row["component"]))
        values = {"as_printed": float(row["actual_value"])}
        if key in PLAN_YEAR:
            values["plan_year"] = PLAN_YEAR[key]
        for basis, value in values.items():
            if not row["target_value"]:
                verdict = "no_number"
            elif key == (24, 1):
                verdict = "not_comparable"
            else:
                target = float(row["target_value"])
                lower_is_better = key in [(18, 2), (20, 1)]
                gap = round(target - value if lower_is_better else value - target, 9)
                slack = 0.02 * target if row["target_comparator"] == "~" else 0
                strict = row["actual_comparator"] == ">" and basis == "as_printed"
                if gap > slack or (gap == 0 and strict):
                    verdict = "exceeded"
                else:
                    verdict = "met" if gap >= -slack else "missed"
            expected[(*key, basis)] = verdict
    outline = completion[completion["table_id"] == "outline-13fyp"]
    found = {
        (row["number"], row["component"], row["basis"]): row["verdict"]
        for row in outline.to_dict("records")
    }
    assert found == expected
    assert len(found) == 47 + 7


def test_the_official_claim_holds_for_binding_targets(completion: pd.DataFrame) -> None:
    counts = count_verdicts(on_basis(completion, "as_printed")).set_index(
        ["table_id", "attribute", "count_by"]
    )
    by_number = counts.loc[("outline-13fyp", "binding", "number")]
    by_component = counts.loc[("outline-13fyp", "binding", "component")]
    assert by_number["total"] == 14
    assert by_component["total"] == 19
    assert by_number["missed"] == by_component["missed"] == 0
    expected = counts.loc[("outline-13fyp", "expected", "number")]
    assert (expected["total"], expected["missed"]) == (22, 7)


def test_a_number_takes_its_worst_component(completion: pd.DataFrame) -> None:
    worst = worst_of_number(on_basis(completion, "as_printed"))
    ports = worst[(worst["table_id"] == "outline-13fyp") & (worst["number"] == 9)]
    assert ports["verdict"].tolist() == ["missed"]
    assert len(worst[worst["table_id"] == "outline-13fyp"]) == 36


def test_gap_is_positive_when_better(completion: pd.DataFrame) -> None:
    rows = completion.set_index("series_id")
    assert rows.loc["pm25", "gap"] == 7
    assert rows.loc["gdp", "gap"] == -2981
    assert pd.isna(rows.loc["population", "gap"])
    assert pd.isna(rows.loc["class-v-water-share", "ratio_pct"])


def test_the_tolerance_is_a_parameter(targets: pd.DataFrame, notes: pd.DataFrame) -> None:
    wide = completion_table(targets[targets["table_id"] == "outline-13fyp"], notes, 6.0)
    assert wide.set_index("series_id").loc["services-share-of-gdp", "verdict"] == "met"


def test_revised_targets_carry_their_code(completion: pd.DataFrame) -> None:
    revised = completion[completion["note"].str.contains("target_before_revision")]
    assert set(revised["series_id"]) == {"retail-sales", "forest-cover", "forest-stock"}


def test_figures_per_resident_with_the_census_population(
    targets: pd.DataFrame, notes: pd.DataFrame
) -> None:
    """Recomputed by hand: 18 · 1800 / 1867.66 = 17.348, 3.5 · 1800 / 1867.66 = 3.373, and so on."""
    found = with_population(targets, notes, 1867.66).set_index("series_id")
    assert list(found["estimated"].unique()) == [1800]
    assert found["actual_value"].round(3).to_dict() == {
        "gdp-per-capita": 13.493,
        "patents-per-10k": 38.165,
        "park-green-area-per-capita": 17.348,
        "physicians-per-1000": 3.373,
    }
    assert found["verdict"].to_dict() == {
        "gdp-per-capita": "missed",
        "patents-per-10k": "exceeded",
        "park-green-area-per-capita": "missed",
        "physicians-per-1000": "exceeded",
    }
    same = with_population(targets, notes, 1800).set_index("series_id")["verdict"]
    assert same["park-green-area-per-capita"] == "met"


def test_committed_completion_is_fresh(completion: pd.DataFrame) -> None:
    assert list(completion.columns) == COLUMNS
    text = completion.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    assert (PROCESSED / "completion.csv").read_text("utf-8") == text
