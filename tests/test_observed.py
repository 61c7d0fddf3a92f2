"""Observed values: bad data is refused with its place, and the choice of vintage is explicit."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.observed.baselines import with_revised_baselines
from analysis.observed.breaks import KEY, load_break_reasons, load_breaks
from analysis.observed.observations import jumps, load_observations, load_sources
from analysis.observed.plan_values import load_known
from analysis.observed.vintage import choose
from analysis.paths import PROCESSED, RAW
from analysis.registry import Registry, load_registry

GOOD = "gdp,2021,28231.97,亿元,level,preliminary,secondary,=,s103,\n"
HEADER = "series_id,year,value,unit,measure,vintage,quality,comparator,source_id,note\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("sources.csv", "breaks.csv"):
        shutil.copyfile(RAW / name, tmp_path / name)
    header = "series_id,year,measure,source_id,code,reason_zh,reason_en\n"
    (tmp_path / "set_aside.csv").write_text(header, encoding="utf-8")
    return tmp_path


def load(folder: Path, lines: str, registry: Registry) -> pd.DataFrame:
    (folder / "observations.csv").write_text(HEADER + GOOD + lines, encoding="utf-8")
    names = ("observations.csv", "sources.csv", "set_aside.csv")
    return load_observations(registry, *(folder / name for name in names))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "gpd,2022,1,亿元,level,final,official,=,s001,\n",
            "series_id 'gpd' cannot be used; add it",
        ),
        ("gdp,2022,1,亿元,level,final,official,=,s999,\n", "source_id 's999' cannot be used"),
        ("gdp,2022,1,万元,level,final,official,=,s001,\n", "unit '万元' cannot be used; convert"),
        ("gdp,2022,1,亿元,growth_real,final,official,=,s001,\n", "unit '亿元'"),
        (
            "gdp,2022,x,亿元,level,final,official,=,s001,\n",
            "value 'x' cannot be used; write digits",
        ),
        (
            "gdp,1822,1,亿元,level,final,official,=,s001,\n",
            "year '1822' cannot be used; use a year",
        ),
        (
            "gdp,2022,1,亿元,levle,final,official,=,s001,\n",
            "measure 'levle' cannot be used; use one",
        ),
        (
            "gdp,2022,1,亿元,level,finl,official,=,s001,\n",
            "vintage 'finl' cannot be used; use one of",
        ),
        ("gdp,2022,1,亿元,level,final,oficial,=,s001,\n", "quality 'oficial' cannot be used"),
        ("gdp,2022,1,亿元,level,final,official,<,s001,\n", "comparator '<' cannot be used"),
        (GOOD, "cannot be used; remove the duplicate"),
    ],
)
def test_a_bad_row_is_one_sentence(
    folder: Path, registry: Registry, line: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=r"observations\.csv, line 3 \(") as caught:
        load(folder, line, registry)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_wrong_columns_are_refused(folder: Path, registry: Registry) -> None:
    path = folder / "observations.csv"
    path.write_text(HEADER.replace("vintage", "kind") + GOOD, encoding="utf-8")
    with pytest.raises(InputError, match="the columns must be series_id, year"):
        load_observations(registry, path, folder / "sources.csv", folder / "set_aside.csv")


def test_a_reason_for_a_value_that_is_gone_is_refused(folder: Path, registry: Registry) -> None:
    path = folder / "set_aside.csv"
    path.write_text(path.read_text("utf-8") + "gdp,2030,level,s001,x,理由,reason\n", "utf-8")
    with pytest.raises(InputError, match="line 2: gdp 2030 level s001 is not in the observations"):
        load(folder, "", registry)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("gpd,2020,census,x\n", "unknown series 'gpd'"),
        ("gdp,2020,cencus,x\n", "unknown kind 'cencus'"),
        ("gdp,MMXX,census,x\n", "year 'MMXX' cannot be used; use a year from 2000"),
    ],
)
def test_a_bad_break_is_one_sentence(
    folder: Path, registry: Registry, line: str, sentence: str
) -> None:
    path = folder / "breaks.csv"
    path.write_text("series_id,year,kind,note\n" + line, encoding="utf-8")
    with pytest.raises(InputError, match=r"breaks\.csv, line 2: ") as caught:
        load_breaks(registry, path)
    assert sentence in str(caught.value)


REASON = "gdp,2020,census,理由,reason\n"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("gpd,2020,census,理由,reason\n", "line 2: unknown series 'gpd'"),
        ("gdp,2020,census,理由, \n", "line 2: reason_zh or reason_en is empty; give both"),
        (REASON + "gdp,2020,census,另一理由,other\n", "line 3: an earlier line has the same break"),
    ],
)
def test_a_bad_reason_of_a_break_is_one_sentence(
    tmp_path: Path, registry: Registry, lines: str, sentence: str
) -> None:
    path = tmp_path / "break_reasons.csv"
    path.write_text("series_id,year,kind,reason_zh,reason_en\n" + lines, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(sentence)):
        load_break_reasons(registry, path)


def test_every_break_has_its_reason_and_no_number_the_note_does_not_have(
    registry: Registry,
) -> None:
    breaks, reasons = load_breaks(registry), load_break_reasons(registry)
    assert list(breaks[KEY].itertuples(index=False)) == list(reasons[KEY].itertuples(index=False))
    for note, *said in zip(breaks["note"], reasons["reason_zh"], reasons["reason_en"], strict=True):
        noted = set(re.findall(r"\d+(?:\.\d+)?", note))
        first, second = (set(re.findall(r"\d+(?:\.\d+)?", text)) for text in said)
        written_out = {number for number in first ^ second if len(number) < 3}
        assert first - written_out == second - written_out, said
        years = {number for number in first | second if re.fullmatch(r"20[12]\d", number)}
        assert (first | second) - years - written_out <= noted, (said, note)


def test_values_come_in_the_plans_units(folder: Path, registry: Registry) -> None:
    frame = load(
        folder,
        "labour-productivity,2020,218000,元,level,preliminary,secondary,=,s019,\n"
        "railway-passengers,2020,8686,万人次,level,final,official,=,s011,\n"
        "public-school-places,2025,460000,个,cumulative,preliminary,secondary,=,s098,\n"
        "urban-income,2020,68304,元,level,final,secondary,=,s001,\n",
        registry,
    ).set_index("series_id")
    assert (
        frame.loc["labour-productivity", "value"],
        frame.loc["labour-productivity", "unit"],
    ) == (
        21.8,
        "万元/人",
    )
    assert frame.loc["railway-passengers", "value"] == 0.8686
    assert frame.loc["public-school-places", "value"] == 46
    assert (frame.loc["urban-income", "value"], frame.loc["urban-income", "unit"]) == (68304, "元")


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    return load_observations(load_registry())


def test_the_committed_data_load(observations: pd.DataFrame) -> None:
    assert len(observations) == 516
    assert observations["series_id"].nunique() == 67
    assert (observations["set_aside"] != "").sum() == 15
    assert len(load_sources()) == 138


def chosen(observations: pd.DataFrame, series_id: str, year: int, as_of: int = 2025) -> pd.Series:
    rows = choose(observations, as_of)
    match = rows[
        (rows["series_id"] == series_id)
        & (rows["year"] == year)
        & rows["measure"].isin(["level", "share"])
    ]
    assert len(match) == 1
    return match.iloc[0]


@pytest.mark.parametrize(
    ("series_id", "year", "value", "why"),
    [
        ("gdp", 2025, 32039.46, "an exact figure goes before the work report's round one"),
        ("gdp", 2015, 18100.41, "an encyclopaedia's figure is set aside"),
        ("airport-passengers", 2025, 8359, "an exact figure goes before a floor"),
        ("airport-passengers", 2024, 7637, "official before secondary"),
        ("physicians-per-1000", 2020, 3.326, "final before derived"),
        ("population", 2019, 1830.59, "revised before preliminary"),
        ("port-containers", 2022, 2486.7, "a ranking's partial figure is set aside"),
    ],
)
def test_which_value_counts(
    observations: pd.DataFrame, series_id: str, year: int, value: float, why: str
) -> None:
    assert chosen(observations, series_id, year)["value"] == value, why


@pytest.fixture(scope="module")
def known(targets: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    return load_known(load_registry(), targets, notes)


@pytest.mark.parametrize(
    ("series_id", "year", "value", "source", "why"),
    [
        ("airport-cargo", 2019, 192, "outline-13fyp", "only the plan has it"),
        ("airport-cargo", 2020, 176, "outline-13fyp", "official before secondary"),
        ("retail-sales", 2019, 9552, "outline-13fyp", "the plan prints the revised level"),
        ("urbanisation-rate", 2020, 86.19, "s116", "exact before the plan's estimate"),
        ("population", 2020, 1867.66, "s074", "exact before the plan's estimate"),
        ("railway-passengers", 2020, 0.8686, "s011", "final before preliminary"),
        ("life-expectancy", 2020, 82.9, "outline-13fyp", "from the table's notes"),
        ("public-transport-share", 2020, 65, "outline-13fyp", "from the notes, a forecast"),
    ],
)
def test_the_plans_own_values_count_by_the_same_rule(
    known: pd.DataFrame, series_id: str, year: int, value: float, source: str, why: str
) -> None:
    row = chosen(known, series_id, year)
    assert (row["value"], row["source_id"]) == (value, source), why


def test_every_yearly_value_of_the_plans_is_there(known: pd.DataFrame) -> None:
    """Counted again from the table: levels and shares, and flows printed for one year."""
    table = pd.read_csv(PROCESSED / "targets.csv", dtype=str, keep_default_na=False)
    notes = pd.read_csv(RAW / "notes.csv", dtype=str, keep_default_na=False)
    wanted = {
        (row["table_id"], row["series_id"], row[f"{role}_year"], float(row[f"{role}_value"]))
        for row in table.to_dict("records")
        for role in ("baseline", "actual")
        if row[f"{role}_value"]
        and not row[f"{role}_raw"].startswith(("[", "【"))
        and (row["measure"] in ("level", "share") or (role == "baseline" and row["unit"] != "%"))
    }
    key = ["table_id", "number", "component"]
    series = table.set_index(key)["series_id"]
    stated = notes[notes["code"] == "value_of_year"]
    wanted |= {
        (row["table_id"], series[tuple(row[k] for k in key)], row["year"], float(row["value"]))
        for row in stated.to_dict("records")
    }
    mine = known[known["source_id"].str.endswith("fyp")]
    keys = mine[["source_id", "series_id", "year", "value"]].astype({"year": str})
    assert set(keys.itertuples(index=False, name=None)) == wanted
    assert (mine.loc[mine["series_id"] == "urbanisation-rate", "comparator"] == "~").all()


def test_a_revised_baseline_is_taken_only_where_one_was_announced(
    known: pd.DataFrame, targets: pd.DataFrame, notes: pd.DataFrame
) -> None:
    running = targets[targets["target_year"] == 2025]
    found = with_revised_baselines(running, notes, choose(known, 2025))
    revised = found[found["revised"]].set_index("series_id")["baseline_value"].to_dict()
    assert revised == {"urbanisation-rate": 86.19, "physicians-per-1000": 3.326}
    rest = found.loc[~found["revised"], running.columns]
    pd.testing.assert_frame_equal(rest, running.loc[rest.index])


@given(st.integers(2009, 2026))
def test_nothing_after_as_of_is_used_and_each_key_is_once(as_of: int) -> None:
    rows = choose(load_observations(load_registry()), as_of)
    assert (rows["year"] <= as_of).all()
    assert not rows.duplicated(["series_id", "measure", "year"]).any()


def test_the_order_of_rows_does_not_matter(observations: pd.DataFrame) -> None:
    shuffled = observations.sample(frac=1, random_state=7)
    pd.testing.assert_frame_equal(choose(shuffled, 2025), choose(observations, 2025))


def test_a_jump_is_reported_not_dropped(observations: pd.DataFrame) -> None:
    rows = choose(observations, 2025)
    found = jumps(rows)
    assert found[["series_id", "year"]].to_numpy().tolist() == [["new-foreign-firms", 2023]]
    assert found["change_pct"].iloc[0] == pytest.approx(100 * (6629 / 3442 - 1))
    assert ((rows["series_id"] == "new-foreign-firms") & (rows["year"] == 2023)).any()
