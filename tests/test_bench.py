"""The benchmark: a tiny version of every part, and the page put together from them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.paths import ROOT
from analysis.registry import load_registry
from benchmarks.__main__ import main
from benchmarks.build import against_clean, full_set_rows, no_change, one_wording
from benchmarks.checkout import Run, copy_built, edit, environment
from benchmarks.city import scaled
from benchmarks.loop import NotebookRun, sample_of
from benchmarks.loop import scaled as scaled_up
from benchmarks.measures import measures_alone
from benchmarks.page import TITLES, page
from benchmarks.reports import many_reports
from benchmarks.result import Part, Row, keep, kept
from benchmarks.synthetic import YEARS, make_cities

TINY_LOOP = """
import json
from benchmarks.loop import all_runs, measure
runs = all_runs()
print(json.dumps(measure(runs, [runs[0], runs[-1]])))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench").resolve() / "copy"
    copy_built(ROOT, folder)
    return folder


def test_the_loop_makes_the_same_site(built: Path) -> None:
    words = [sys.executable, "-c", TINY_LOOP]
    result = subprocess.run(
        words, cwd=built, env=environment(built), stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["differences"] == []
    assert found["sampled"] == 2
    assert 0 < found["warm_cells"] < found["loop"]


def test_no_change_runs_nothing(built: Path) -> None:
    (row,) = no_change(built, times=1)
    assert "none did anything" in row.note
    assert re.fullmatch(r"[\d.]+ s", row.measured)


def test_a_changed_line_is_one_row_with_the_tasks_it_cost(built: Path) -> None:
    change = ("notebooks/search.ipynb", '# zh or en"', '# zh or en."')
    (row,) = one_wording(built, change)
    assert "execute 2" in row.note
    assert row.goal == ""


def test_a_page_that_stayed_as_it_was_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(folder: Path) -> None:
        for name in ("a", "b"):
            (folder / "_site").mkdir(exist_ok=True)
            (folder / "_site" / name).write_text((folder / "raw").read_text())

    monkeypatch.setattr("benchmarks.build.report", build)
    folder, clean = tmp_path / "copy", tmp_path / "clean"
    for made in (folder, clean):
        made.mkdir()
        (made / "raw").write_text("1.5")
    edit(folder / "raw", "1.5", "1.6")
    build(folder)
    row = against_clean(folder, clean, ("raw", "1.5", "1.6"))
    assert (row.measured, row.reached) == ("0 of 2 files differ", True)
    (folder / "_site" / "b").write_text("1.5")
    (clean / "raw").write_text("1.5")
    row = against_clean(folder, clean, ("raw", "1.5", "1.6"))
    assert (row.measured, row.reached, row.note) == ("1 of 2 files differ", False, "b differs")


def test_reports_of_synthetic_cities(tmp_path: Path) -> None:
    rows = many_reports(tmp_path, counts=(1, 2), annual=1)
    assert [row.what.split()[0] for row in rows] == ["1", "2", "time", "1"]
    for row in (*rows[:2], rows[3]):
        assert re.fullmatch(r"\d+\.\d\d s a report, \d+ MB a worker", row.measured)
    made = sorted(path.name for path in tmp_path.rglob("cities/*/**/*.html"))
    assert made[0] == "progress-2025.html"
    assert len({name for name in made if name.startswith("series-")}) == 1
    for worker in tmp_path.iterdir():
        sources = worker / "data" / "raw" / "sources.csv"
        if (worker / "build" / "cities").exists():
            assert sources.read_text("utf-8").count("Synthetic, for a benchmark") > 100


def test_the_measures_on_a_few_cities() -> None:
    (row,) = measures_alone(cities=3, indicators=10)
    assert row.what == "3 cities × 10 indicators × 16 years"
    assert row.reached
    assert "Projections are not in it" in row.note


def test_synthetic_cities_are_reproducible_and_named_so() -> None:
    one, same, other = (make_cities(load_registry(), ["t"] * 4, 2, seed) for seed in (1, 1, 2))
    assert one.observed.equals(same.observed)
    assert not one.observed["value"].equals(other.observed["value"])
    assert len(one.observed) == 2 * 4 * len(YEARS)
    assert one.targets["series_id"].str.startswith("synthetic-").all()


def test_a_city_s_numbers_keep_their_decimals() -> None:
    table = pd.DataFrame({"series_id": ["a", "b"], "value": ["10.50", ""]})
    assert scaled(table, ["value"], {"a": 0.9, "b": 1.0})["value"].tolist() == ["9.45", ""]


def test_a_sample_has_every_notebook_and_is_scaled_by_notebook() -> None:
    names = [("series", number) for number in range(10)] + [("home", 0), ("home", 1)]
    runs = [NotebookRun(Path(f"{name}.ipynb"), Path(f"{name}{n}.ipynb")) for name, n in names]
    chosen = sample_of(runs, 3, seed=1)
    assert [run.source.stem for run in chosen].count("series") == 3
    assert [run.source.stem for run in chosen].count("home") == 1
    assert chosen == sample_of(runs, 3, seed=1)
    assert scaled_up([("series", 1.0), ("series", 3.0), ("home", 5.0)], runs) == 10 * 2 + 2 * 5


@pytest.mark.parametrize(("seconds", "reached"), [(100.0, True), (300.0, False)])
def test_the_goal_of_the_full_set(seconds: float, reached: bool) -> None:
    found = {"runs": 240, "sampled": 40, "loop": 1200.0, "rendering": 8.0, "differences": []}
    found |= {"plain_cells": 700.0, "warm_cells": 160.0}
    rows = full_set_rows(Run(seconds, ("a",)), found, cores=2)
    assert "scaled up from 40 runs" in rows[1].note
    assert rows[2].measured == "1.3 min"
    assert rows[3].reached is reached
    assert bool(rows[3].note) is not reached


def test_the_page_is_a_table_with_what_is_missing() -> None:
    rows = (Row("one", "1 s", "< 1 s", False, "why not"), Row("two", "3"))
    text = page([Part("b", "2 cores", rows)])
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {6}
    assert table[2] == "| b | one | < 1 s | 1 s | no (see below) |"
    assert "- one: why not" in text
    assert f"(a) {TITLES['a']}" in text and f"(b) {TITLES['b']}," not in text
    assert str(ROOT) not in text


def test_parts_are_kept_one_by_one(tmp_path: Path) -> None:
    keep("f", [Row("one", "1 s")], tmp_path)
    keep("b", [Row("two", "2 s", "< 1 s", False, "slow")], tmp_path)
    keep("f", [Row("three", "3 s")], tmp_path)
    assert [(part.name, part.rows[0].what) for part in kept(tmp_path)] == [
        ("b", "two"),
        ("f", "three"),
    ]
    assert str(ROOT) not in kept(tmp_path)[0].conditions


@pytest.mark.parametrize("words", [["--parts", "ax"], ["--sample", "0"], ["--counts", "500,50"]])
def test_a_wrong_option_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(words)


def test_an_edit_must_find_its_text_once(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("a a")
    with pytest.raises(InputError, match="2 times"):
        edit(path, "a", "b")
