"""The tables for download: the data package, the Parquet copies, and cells a spreadsheet runs."""

import csv
import hashlib
import json
import math
import shutil
from pathlib import Path
from typing import Any, get_args

import frictionless
import pyarrow.parquet as pq
import pytest

from analysis.errors import InputError
from analysis.files import read_table
from analysis.formulas import check_no_formula, is_formula
from analysis.measures import agreement, completion, projection
from analysis.observed import breaks, observations
from analysis.paths import ROOT, shown
from analysis.printed import prose
from analysis.publish import dictionary as dictionary_module
from analysis.publish.dictionary import (
    DESCRIPTOR,
    entry,
    load_dictionary,
    parquet_path,
    published_files,
)
from analysis.publish.package import describe, table_schema, write_package
from analysis.publish.parquet import as_arrow
from analysis.publish.sitemap import PAGES, downloads
from analysis.registry import Direction, Measure, load_registry

TABLES = published_files()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package in a folder of its own, as the site holds it."""
    folder = tmp_path_factory.mktemp("package")
    write_package(folder)
    for table in TABLES:
        copy = folder / shown(table)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(table, copy)
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(built, tmp_path / "copy"))


def descriptor(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / DESCRIPTOR).read_text("utf-8"))
    return content


def errors_of(folder: Path) -> list[str]:
    """What the frictionless tool finds wrong with a package."""
    report = frictionless.validate(str(folder / DESCRIPTOR))
    return [str(error.message) for task in report.tasks for error in task.errors] + [
        str(error.message) for error in report.errors
    ]


def test_the_package_is_valid(built: Path) -> None:
    assert errors_of(built) == []


def test_the_package_lists_every_table_twice(built: Path) -> None:
    paths = {resource["path"] for resource in descriptor(built)["resources"]}
    csvs = {shown(table).removeprefix("data/") for table in TABLES}
    assert paths == csvs | {f"parquet/{table.stem}.parquet" for table in TABLES}
    assert len(csvs) == 14


def replace(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / "data" / table
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


DAMAGES = {
    "a number": ("raw/prose.csv", ",117,", ",x,", "integer"),
    "a code": ("raw/breaks.csv", ",census,", ",senses,", "enum"),
    "a series": ("raw/breaks.csv", "gdp,2015", "gpd,2015", "gpd"),
    "a source": ("raw/observations.csv", "s051", "s999", "s999"),
    "a component": ("processed/growth.csv", "commerce-14fyp,1,1", "commerce-14fyp,1,7", "targets"),
    "a row twice": ("processed/indicators.csv", "airport-passengers", "airport-cargo", "primary key"),
    "an empty name": ("processed/indicators.csv", ",机场旅客吞吐量,", ",,", "required"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_schema_finds(copied: Path, damage: str) -> None:
    """Without the digests, which find every change of a byte."""
    content = descriptor(copied)
    for resource in content["resources"]:
        del resource["hash"], resource["bytes"]
    (copied / DESCRIPTOR).write_text(json.dumps(content), encoding="utf-8")
    assert errors_of(copied) == []
    table, old, new, named = DAMAGES[damage]
    replace(copied, table, old, new)
    assert any(named in error for error in errors_of(copied))


def test_the_digests_find_a_changed_digit_and_a_changed_parquet_file(copied: Path) -> None:
    replace(copied, "processed/growth.csv", "5.491172", "5.491173")
    parquet = copied / "data" / "parquet" / "notes.parquet"
    parquet.write_bytes(parquet.read_bytes()[::-1])
    assert sum("hash" in error for error in errors_of(copied)) == 2


def test_a_missing_file_is_found(copied: Path) -> None:
    (copied / "data" / "parquet" / "notes.parquet").unlink()
    assert any("notes.parquet" in error for error in errors_of(copied))


def test_hashes_and_sizes_are_those_of_the_files(built: Path) -> None:
    for resource in descriptor(built)["resources"]:
        content = (built / "data" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_two_builds_have_the_same_bytes(built: Path, tmp_path: Path) -> None:
    write_package(tmp_path)
    assert (tmp_path / DESCRIPTOR).read_bytes() == (built / DESCRIPTOR).read_bytes()
    for table in TABLES:
        assert parquet_path(table, tmp_path).read_bytes() == parquet_path(table, built).read_bytes()


def test_a_table_that_nobody_knows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook's `scenario_output` may be put there by mistake."""
    monkeypatch.setattr(dictionary_module, "PROCESSED", tmp_path)
    (tmp_path / "targets.csv").write_text("")
    assert tmp_path / "targets.csv" in published_files()
    (tmp_path / "scenario.csv").write_text("a\n")
    with pytest.raises(InputError, match=r"scenario\.csv is no table of the project.*: move it"):
        published_files()


def test_a_parquet_file_of_a_table_that_is_gone_goes(tmp_path: Path) -> None:
    stale = tmp_path / "data" / "parquet" / "gone.parquet"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"")
    write_package(tmp_path)
    assert not stale.exists()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_parquet_holds_what_the_csv_holds(built: Path, table: Path) -> None:
    """Cell by cell against the CSV read without the project's code; empty cells are nulls."""
    with table.open(encoding="utf-8", newline="") as stream:
        expected = list(csv.DictReader(stream))
    read = pq.read_table(parquet_path(table, built))
    assert read.column_names == list(expected[0])
    assert read.num_rows == len(expected)
    for number, row in enumerate(read.to_pylist()):
        for column, value in row.items():
            cell = expected[number][column]
            match value:
                case None:
                    assert cell == ""
                case bool():
                    assert cell == str(value).lower()
                case int() | float():
                    assert math.isclose(float(cell), value, rel_tol=0, abs_tol=0)
                case _:
                    assert cell == value != ""


def test_parquet_fields_say_what_they_mean(built: Path) -> None:
    field = pq.read_schema(parquet_path(ROOT / "growth.csv", built)).field("pp_per_year")
    assert field.metadata[b"unit"] == b"percentage points"
    assert b"Yearly change" in field.metadata[b"description"]


def test_a_cell_of_another_type_is_refused(registry: object) -> None:
    dictionary = load_dictionary()
    table = ROOT / "data" / "processed" / "targets.csv"
    frame = read_table(table)
    schema = table_schema(dictionary, table, list(frame.columns))
    for column, wrong in (("number", "1.5"), ("target_value", "n/a"), ("unit_inferred", "no")):
        with pytest.raises(ValueError, match=wrong.replace(".", r"\.")):
            as_arrow(frame.assign(**{column: wrong}), schema)


def test_closed_lists_are_those_of_the_code() -> None:
    dictionary = load_dictionary()
    models = set(projection.MODELS)
    wanted = {
        ("indicators.csv", "direction"): set(get_args(Direction)),
        ("indicators.csv", "measure"): set(get_args(Measure)),
        ("targets.csv", "measure"): set(get_args(Measure)),
        ("completion.csv", "verdict"): set(get_args(completion.Verdict)),
        ("completion.csv", "basis"): set(get_args(completion.Basis)),
        ("coherence.csv", "kind"): set(get_args(agreement.Kind)),
        ("coherence.csv", "verdict"): set(agreement.VERDICTS),
        ("observations.csv", "measure"): set(observations.MEASURES),
        ("observations.csv", "vintage"): set(observations.VINTAGES),
        ("observations.csv", "quality"): set(observations.QUALITIES),
        ("observations.csv", "comparator"): set(observations.COMPARATORS),
        ("breaks.csv", "kind"): set(breaks.KINDS),
        ("break_reasons.csv", "kind"): set(breaks.KINDS),
        **{("prose.csv", column): values for column, values in prose.ALLOWED.items()},
    }
    for (file, column), values in wanted.items():
        assert set(entry(dictionary, file, column)["enum"]) == values, (file, column)
    assert models < set(entry(dictionary, "projections.csv", "model")["enum"])


def test_the_registry_is_flat_and_complete() -> None:
    registry = load_registry()
    frame = read_table(ROOT / "data" / "processed" / "indicators.csv").set_index("series_id")
    assert set(frame.index) == set(registry.series)
    for series_id, series in registry.series.items():
        row = frame.loc[series_id]
        assert (row["name_zh"], row["name_en"], row["unit"]) == (
            series.name_zh,
            series.name_en,
            series.unit,
        )
        assert tuple(name for name in row["printed_names"].split("|") if name) == series.printed
        assert row["counted"] == str(series.counted).lower()


def test_sources_of_the_package_are_documents_and_statistics() -> None:
    frame = observations.load_sources()
    titles = [source["title"] for source in describe([], frame)["sources"]]
    assert len(titles) == len(set(titles)) == 3 + len(frame)
    assert sum("14th Five-Year Plan" in title and "广州市" in title for title in titles[:3]) == 3


@pytest.mark.parametrize(
    "cell", ["=1+1", "=cmd|' /C calc'!A0", "+1+2", "-2+3", "@SUM(A1)", "\tx", "\r=1", "==", "＝1", "-", "+x"]
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_known(cell: str) -> None:
    assert is_formula(cell)


@pytest.mark.parametrize(
    "cell", ["", "=", ">=", "~", "-1.5", "+3", "-1e-05", "－１０ ３％", "—", "a=b", "[≥23]"]
)
def test_numbers_comparators_and_text_are_not_formulas(cell: str) -> None:
    assert not is_formula(cell)


def test_no_published_cell_is_a_formula() -> None:
    for table in TABLES:
        check_no_formula(table, read_table(table))


def test_no_download_of_a_series_page_has_a_formula() -> None:
    pages = [downloads(page, "zh").get("csv_output") for page in PAGES]
    files = [ROOT / path for path in pages if path]
    assert len(files) > 90
    for path in files:
        check_no_formula(path, read_table(path))


def test_a_formula_is_refused_with_its_place() -> None:
    path = ROOT / "data" / "raw" / "notes.csv"
    frame = read_table(path)
    frame.loc[3, "note_en"] = "=HYPERLINK(1)"
    with pytest.raises(InputError, match=r"data/raw/notes\.csv, line 5, column note_en.*formula"):
        check_no_formula(path, frame)
