"""Writing tables: whole or not at all, the same bytes for the same numbers."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.files import read_table, stack, to_csv, write_table

FRAME = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 2.5], "flag": [True, False]})


def test_csv_text() -> None:
    assert to_csv(FRAME) == "name,value,flag\na,1,true\nb,2.5,false\n"


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"value": [1.0, 2.5 * (1 + 1e-7)]}, True),
        ({"value": [1.0, 2.5 * (1 + 1e-3)]}, False),
        ({"value": [1.0, None]}, False),
        ({"name": ["a", "c"]}, False),
        ({"flag": [True, True]}, False),
    ],
)
def test_noise_keeps_the_file_and_a_change_does_not(
    tmp_path: Path, change: dict[str, list[object]], kept: bool
) -> None:
    path = tmp_path / "table.csv"
    write_table(path, FRAME)
    before = path.read_bytes()
    write_table(path, FRAME.assign(**change), tolerance=1e-5)
    assert (path.read_bytes() == before) == kept


def test_without_a_tolerance_every_digit_counts(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, FRAME)
    write_table(path, FRAME.assign(value=[1.0, 2.5 * (1 + 1e-7)]))
    assert "2.50000025" in path.read_text("utf-8")


def test_other_shapes_are_written(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, FRAME)
    write_table(path, FRAME.iloc[:1], tolerance=1e-5)
    assert len(read_table(path)) == 1


def test_no_table_with_a_formula_is_written(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, FRAME)
    with pytest.raises(InputError, match=r"table\.csv, line 3, column name: '=1\+1' begins like a"):
        write_table(path, FRAME.assign(name=["a", "=1+1"]))
    assert read_table(path)["name"].tolist() == ["a", "b"]
    write_table(path, FRAME.assign(value=[-1.5, 2.5e-20]))


def test_a_failed_write_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "table.csv"
    path.parent.mkdir()
    path.mkdir()
    with pytest.raises(
        InputError, match=r"table\.csv cannot be written \(Is a directory\): move away what"
    ):
        write_table(path, FRAME)
    assert [entry.name for entry in path.parent.iterdir()] == ["table.csv"]


def test_stacked_rows_keep_their_order() -> None:
    stacked = stack([FRAME.assign(key="y"), FRAME.assign(key="x")], ["key"])
    assert stacked["key"].tolist() == ["x", "x", "y", "y"]
    assert stacked["name"].tolist() == ["a", "b", "a", "b"]


def test_a_broken_csv_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b\n1,"2\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"table\.csv: not a readable CSV"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1,2\n3\n", "line 3: 1 cells under 2 column names; put"),
        (b"a,b\n1,2,3\n", "line 2: 3 cells under 2 column names; put"),
        (b"a,b\n\n1,2\n", "line 2: the line is empty; remove it"),
        (b'a,b\n1,"2\n3"\n', "line 2: a cell goes over the line's end; close"),
        (b"a,a\n1,2\n", "line 1: two columns have the same name; correct one"),
        (b"a,b\n1,\0\n", "line 2: holds the character U\\+0000, which cannot be seen"),
        ("a,b\n\u202e1,2\n".encode(), "line 2: holds the character U\\+202E"),
        (b"", "not a readable CSV \\(it is empty\\)"),
    ],
)
def test_a_misshapen_csv_is_refused_with_its_line(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"table\.csv.*{sentence}"):
        read_table(path)


def test_what_a_spreadsheet_saves_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes('a,b\r\n甲,"1,5"\r\n'.encode("utf-8-sig"))
    assert read_table(path).to_dict("records") == [{"a": "甲", "b": "1,5"}]
