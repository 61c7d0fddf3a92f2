"""From printed text to targets.csv: the tiny table, bad input, and the five real tables."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.files import stack
from analysis.paths import PROCESSED, TABLES
from analysis.printed.targets import COLUMNS, read_targets
from analysis.registry import Registry
from tests.conftest import Writer

Key = tuple[str, str]


def by_key(frame: pd.DataFrame) -> dict[Key, dict[str, str]]:
    return {
        (row["number"], row["component"]): {str(k): str(v) for k, v in row.items()}
        for row in frame.to_dict("records")
    }


def test_tiny_table(tiny: Writer, registry: Registry) -> None:
    frame = read_targets(tiny(), registry)
    rows = by_key(frame)
    assert list(frame.columns) == COLUMNS
    assert list(rows) == [("1", "1"), ("1", "2"), ("2", "1"), ("3", "1")]
    cargo = rows["1", "2"]
    assert (cargo["series_id"], cargo["unit"], cargo["unit_inferred"]) == (
        "airport-cargo",
        "万吨",
        "false",
    )
    assert (cargo["baseline_value"], cargo["baseline_year"], cargo["target_value"]) == (
        "192",
        "2019",
        "350",
    )
    assert cargo["baseline_raw"] == "7339/192(2019年)"
    assert cargo["source_line"] == "11"
    physicians = rows["3", "1"]
    assert (physicians["unit"], physicians["unit_inferred"]) == ("人", "true")
    assert physicians["attribute"] == "binding"
    assert rows["2", "1"]["target_comparator"] == "~"


BAD_TABLES = {
    "an unparseable cell": (("3.4左右", "3.4左右吧"), "'3.4左右吧' fits no column"),
    "a row that fits no column": (("%\n3\n", "%\n3\n9\n"), "fits no column"),
    "a missing cell": (("3.5\n4\n", "3.5\n"), "target is due"),
    "a number out of sequence": (("-\n3\n每千", "-\n5\n每千"), "number 3 or name is due"),
    "an unknown series": (("研发经费支出", "研发经费收入"), "is no series of the registry"),
    "a duplicate": (
        ("研发经费支出(R&D)占地区生产总值比重\n%", "每千人口拥有执业(助理)医师数"),
        "is the series physicians-per-1000 again",
    ),
    "a value missing from a bundle": (("10000/350", "10000"), "prints 1 values for 2 series"),
    "a unit missing from a bundle": (("万人次/\n万吨", "万人次"), "prints 1 units for 2 series"),
    "another unit than registered": (("%\n3\n", "亿元\n3\n"), "is registered in %"),
    "another title": (("专栏1", "专栏2"), "is not the title"),
    "another header": (("2025年\n目标值", "2030年\n目标值"), "is not followed by the header"),
    "a table that stops early": (("4\n约束性\n", "4\n"), "ends the table"),
}


@pytest.mark.parametrize(("edit", "sentence"), BAD_TABLES.values(), ids=BAD_TABLES.keys())
def test_a_bad_table_is_one_sentence_with_file_and_mend(
    tiny: Writer, registry: Registry, edit: tuple[str, str], sentence: str
) -> None:
    path = tiny(edit)
    with pytest.raises(InputError) as caught:
        read_targets(path, registry)
    message = str(caught.value)
    assert sentence in message
    assert "/tiny.txt, line " in message
    assert "of plan.txt)" in message
    assert "; " in message
    assert "\n" not in message


BAD_SPECS = {
    "an unknown key": (('plan = "14fyp"', 'plan = "14fyp"\nplann = 1'), "key plann: unknown key"),
    "a missing key": (('script = "mainland"\n', ""), "key layout.script: missing key"),
    "a wrong value": (('kind = "cells"', 'kind = "cell"'), "key layout.kind"),
    "a year the header does not print": (("target = 2025", "target = 2030"), "2030年"),
    "another name than the file's": (('"tiny"', '"other"'), "is not the file's name"),
    "broken TOML": (("[years]", "[years"), "not valid TOML"),
}


@pytest.mark.parametrize(("edit", "sentence"), BAD_SPECS.values(), ids=BAD_SPECS.keys())
def test_a_bad_spec_is_one_sentence(
    tiny: Writer, registry: Registry, edit: tuple[str, str], sentence: str
) -> None:
    path = tiny(edit_spec=edit)
    with pytest.raises(InputError, match=r"tiny\.toml") as caught:
        read_targets(path, registry)
    assert sentence in str(caught.value)


def test_a_lost_line_is_noticed_where_the_number_of_lines_is_right(
    tmp_path: Path, registry: Registry
) -> None:
    """Found by the fuzzer: a blank line more at the start, the last row gone."""
    for name in ("services-14fyp.txt", "services-14fyp.toml"):
        shutil.copyfile(TABLES / name, tmp_path / name)
    path = tmp_path / "services-14fyp.txt"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(["\n", *lines[:-1]]), encoding="utf-8")
    with pytest.raises(InputError, match=r"services-14fyp\.txt: 6 components were read, but .* 7;"):
        read_targets(path, registry)


def test_a_missing_file_is_named(tiny: Writer, registry: Registry) -> None:
    path = tiny()
    path.unlink()
    with pytest.raises(InputError, match=r"tiny\.txt: the file is missing"):
        read_targets(path, registry)


def test_text_that_is_not_utf8_is_named_with_its_line(tiny: Writer, registry: Registry) -> None:
    path = tiny()
    path.write_bytes(path.read_bytes().replace("研发".encode(), "研发".encode("gb18030")))
    with pytest.raises(InputError, match=r"tiny\.txt, line 19: not UTF-8"):
        read_targets(path, registry)


def test_an_ambiguous_table_is_refused(tiny: Writer, registry: Registry) -> None:
    """A second unit-like line can belong to the name or not; neither is chosen."""
    path = tiny(("%\n3\n3.4左右", "%\n%\n3\n3.4左右"))
    with pytest.raises(InputError):
        read_targets(path, registry)


# -- the five real tables -----------------------------------------------------------------------

SIZES = {
    "outline-13fyp": (36, 47),
    "outline-14fyp": (24, 28),
    "services-13fyp": (3, 3),
    "services-14fyp": (7, 7),
    "commerce-14fyp": (15, 15),
}


@pytest.mark.parametrize(("table_id", "size"), SIZES.items())
def test_numbers_and_components(
    read: dict[str, pd.DataFrame], table_id: str, size: tuple[int, int]
) -> None:
    frame = read[table_id]
    assert (frame["number"].nunique(), len(frame)) == size


def test_every_cell_agrees_with_the_independent_transcription(
    read: dict[str, pd.DataFrame], transcription: pd.DataFrame
) -> None:
    key = ["table_id", "number", "component"]
    mine = stack(list(read.values()), ["table_id"]).set_index(key)
    theirs = transcription.set_index(key)
    assert len(mine) == len(theirs) == 100
    assert set(mine.index) == set(theirs.index)
    shared = [column for column in theirs.columns if column in mine.columns]
    assert len(shared) == 13
    for column in shared:
        differing = mine[column].reindex(theirs.index) != theirs[column]
        assert not differing.any(), f"{column}: {list(theirs.index[differing])}"


def test_units_agree_with_the_transcription(
    read: dict[str, pd.DataFrame], transcription: pd.DataFrame
) -> None:
    key = ["table_id", "number", "component"]
    mine = stack(list(read.values()), ["table_id"]).set_index(key)
    for row in transcription.to_dict("records"):
        component = mine.loc[(row["table_id"], row["number"], row["component"])]
        printed = row["unit_printed"].replace("兆位/秒", "兆比特/秒")
        assert component["unit_inferred"] == ("false" if printed else "true")
        assert printed in ("", component["unit"])


def test_every_component_stands_on_its_source_line(read: dict[str, pd.DataFrame]) -> None:
    """The raw text of target and baseline is found, digit by digit, at or below the name's line."""
    for table_id, frame in read.items():
        lines = (TABLES / f"{table_id}.txt").read_text("utf-8").splitlines()
        first = {"outline-13fyp": 125, "outline-14fyp": 504, "services-13fyp": 153}
        first |= {"services-14fyp": 389, "commerce-14fyp": 783}
        for row in frame.to_dict("records"):
            start = int(row["source_line"]) - first[table_id]
            below = "".join("".join(lines[start : start + 12]).split())
            for column in ("baseline_raw", "target_raw", "actual_raw"):
                merged = row["component"] != "1" and column == "target_raw"
                if row[column] and not merged:
                    assert "".join(row[column].split()) in below, (row["series_id"], column)


def test_the_committed_table_is_what_the_raw_tables_say(read: dict[str, pd.DataFrame]) -> None:
    committed = (PROCESSED / "targets.csv").read_bytes().decode("utf-8")
    fresh = stack(list(read.values()), ["table_id"]).to_csv(index=False, lineterminator="\n")
    assert committed == fresh


def test_raw_tables_are_the_documents_own_lines() -> None:
    """Where the source collection lies beside the project, the raw files equal its lines."""
    seeds = Path(__file__).parents[2] / "shared" / "seeds"
    if not seeds.is_dir():
        pytest.skip("the source collection is not beside the project")
    ranges = {
        "outline-13fyp": ("003_572ee757b22c10b1.txt", 125, 461),
        "outline-14fyp": ("003_572ee757b22c10b1.txt", 504, 689),
        "services-13fyp": ("001_cef83d33c0da2e54.txt", 153, 161),
        "services-14fyp": ("001_cef83d33c0da2e54.txt", 389, 405),
        "commerce-14fyp": ("000_ca9c1c1f41e09613.txt", 783, 882),
    }
    for table_id, (file, first, last) in ranges.items():
        lines = (seeds / file).read_bytes().split(b"\n")[first - 1 : last]
        assert (TABLES / f"{table_id}.txt").read_bytes() == b"\n".join(lines) + b"\n"
