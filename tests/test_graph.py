import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.graph import code_of, code_used_by, versions
from analysis.graph.estimate import about, in_words, needed_by, time_left
from analysis.paths import python

DODO = """
from pathlib import Path

from doit.tools import config_changed

from analysis.errors import InputError
from analysis.graph import Reporter, code_of, outputs_intact, versions

DOIT_CONFIG = {"reporter": Reporter, "backend": "json", "dep_file": ".doit.json"}


def write(name):
    text = Path("seed.txt").read_text()
    if name == "growth" and text == "bad":
        raise InputError("seed.txt: the year is missing: add it")
    if name == "growth" and text == "crash":
        1 / 0
    Path(f"{name}.txt").write_text(text + name)


def task_make():
    for name in ("growth", "progress"):
        yield {
            "name": name,
            "actions": [(write, [name])],
            "file_dep": ["seed.txt", *code_of(f"analysis.{name}", Path("src"))],
            "targets": [f"{name}.txt"],
            "uptodate": [outputs_intact, config_changed(versions(["pytest"]))],
        }


def task_page():
    return {
        "actions": ["cat growth.txt progress.txt > page.txt"],
        "file_dep": ["growth.txt", "progress.txt"],
        "targets": ["page.txt"],
        "uptodate": [outputs_intact],
    }


def task__hidden():
    return {"actions": ["true"]}
"""
CODE = {
    "__init__.py": "",
    "growth.py": "import math\nfrom analysis import units\n",
    "progress.py": "def f():\n    from .rules import cutoffs as c\n",
    "units.py": "",
    "rules/__init__.py": "from .limits import LIMIT\n",
    "rules/limits.py": "LIMIT = 1\n",
    "rules/cutoffs.py": "from . import LIMIT\nfrom .. import shared\n",
    "shared.py": "import analysis.rules.cutoffs as own_importer\n",
    "unused.py": "",
}
PARALLEL = [(), ("-n", "2", "-P", "process"), ("-n", "2", "-P", "thread")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in CODE.items():
        path = tmp_path / "src" / "analysis" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "dodo.py").write_text(DODO)
    (tmp_path / "seed.txt").write_text("seed ")
    return tmp_path


def doit(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    source = str(Path(__file__).resolve().parents[1] / "src")
    return subprocess.run(
        [sys.executable, "-m", "doit", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def names(paths: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root / "src" / "analysis").as_posix() for path in paths]


def executed(run: subprocess.CompletedProcess[str]) -> set[str]:
    lines = [line for line in run.stdout.splitlines() if line.startswith("[")]
    return {line.partition("] ")[2].partition(" …")[0] for line in lines}


@pytest.mark.parametrize(
    ("module", "files"),
    [
        ("analysis.growth", ["__init__.py", "growth.py", "units.py"]),
        (
            "analysis.progress",
            [
                "__init__.py",
                "progress.py",
                "rules/__init__.py",
                "rules/cutoffs.py",
                "rules/limits.py",
                "shared.py",
            ],
        ),
        ("analysis.rules", ["__init__.py", "rules/__init__.py", "rules/limits.py"]),
    ],
)
def test_code_of_follows_imports_within_the_package(
    project: Path, module: str, files: list[str]
) -> None:
    assert names(code_of(module, project / "src"), project) == files


def test_code_of_names_the_file_with_a_wrong_import(project: Path) -> None:
    (project / "src/analysis/units.py").write_text("import analysis.unit")
    with pytest.raises(InputError, match=r"units\.py imports analysis\.unit, which is not in"):
        code_of("analysis.growth", project / "src")


def test_code_of_names_the_file_that_is_not_python(project: Path) -> None:
    (project / "src/analysis/units.py").write_text("x = 1\ny = (")
    with pytest.raises(InputError, match=r"units\.py, line 2: not Python"):
        code_of("analysis.growth", project / "src")


def test_code_used_by_reads_code_cells_only(project: Path) -> None:
    source = ["%matplotlib inline\n", "!ls\n", "from analysis.growth import f\n"]
    cells = [
        {"cell_type": "markdown", "source": "import analysis.unused"},
        {"cell_type": "code", "source": source},
        {"cell_type": "code", "source": "import analysis.units as u"},
    ]
    notebook = project / "x.ipynb"
    notebook.write_text(json.dumps({"cells": cells}))
    found = names(code_used_by(notebook, project / "src"), project)
    assert found == ["__init__.py", "growth.py", "units.py"]


def test_code_used_by_says_that_a_notebook_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.ipynb: no readable notebook"):
        code_used_by(tmp_path / "gone.ipynb")


@pytest.mark.parametrize(
    "content",
    [
        "[]", "null", "3", "{", '{"cells": 3}', '{"cells": [3]}', '{"cells": [{"source": "x"}]}',
        '{"cells": [{"cell_type": "code"}]}', '{"cells": [{"cell_type": "code", "source": null}]}',
    ],
)  # fmt: skip
def test_code_used_by_says_that_a_notebook_is_damaged(tmp_path: Path, content: str) -> None:
    notebook = tmp_path / "x.ipynb"
    notebook.write_text(content)
    with pytest.raises(InputError, match=r"x\.ipynb: no readable notebook: restore it"):
        code_used_by(notebook)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", r"units\.py cannot be read as Python \(.*\): restore it$"),
        (b"x = 1\0", r"units\.py: not Python: correct it$"),
    ],
)
def test_code_of_names_the_file_that_is_not_text(
    project: Path, content: bytes, sentence: str
) -> None:
    (project / "src/analysis/units.py").write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        code_of("analysis.growth", project / "src")


def test_versions_are_those_installed() -> None:
    python = ".".join(map(str, sys.version_info[:3]))
    assert versions(["pytest", "doit"]).endswith(f", pytest {pytest.__version__}, python {python}")
    with pytest.raises(InputError, match="pip install no-such-thing"):
        versions(["no-such-thing"])


def test_time_left_adds_what_waits_and_what_runs() -> None:
    durations = {"a": 4.0, "b": 10.0, "c": 6.0}
    assert time_left(["a", "new"], {"b": 3.0, "c": 99.0}, durations, 1) == 4 + 6 + 7
    assert time_left(["a"], {}, durations, 2) == 2


def test_needed_by_is_transitive_and_survives_a_circle() -> None:
    assert needed_by(["a"], {"a": ["b"], "b": ["c"], "c": ["a"], "d": []}) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("seconds", "exact", "rough"),
    [
        (0.04, "0.0 s", "0 s"),
        (4.12, "4.1 s", "4 s"),
        (21.6, "22 s", "20 s"),
        (59.6, "1 min 0 s", "1 min"),
        (125, "2 min 5 s", "2 min"),
    ],
)
def test_times_in_words(seconds: float, exact: str, rough: str) -> None:
    assert (in_words(seconds), about(seconds)) == (exact, rough)


@pytest.mark.parametrize("options", PARALLEL)
def test_second_run_does_nothing(project: Path, options: tuple[str, ...]) -> None:
    first = doit(project, *options)
    assert first.returncode == 0, first.stdout + first.stderr
    assert executed(first) == {"make growth", "make progress", "page"}
    assert "[3/3] page … " in first.stdout
    assert "\ndone: 3 run, 0 up to date (" in first.stdout
    assert (project / "page.txt").read_text() == "seed growthseed progress"
    stamp = (project / "page.txt").stat().st_mtime_ns

    second = doit(project, *options)
    assert second.returncode == 0
    assert second.stdout.startswith("nothing to do: 3 tasks are up to date (")
    assert len(second.stdout.splitlines()) == 1
    assert (project / "page.txt").stat().st_mtime_ns == stamp


@pytest.mark.parametrize("options", PARALLEL)
@pytest.mark.parametrize("damage", ["growth.txt", None])
def test_damaged_target_is_rebuilt(
    project: Path, options: tuple[str, ...], damage: str | None
) -> None:
    doit(project, *options)
    (project / "growth.txt").unlink()
    if damage is not None:
        (project / "growth.txt").write_text(damage)
    run = doit(project, *options)
    assert executed(run) == {"make growth"}
    assert "done: 1 run, 2 up to date" in run.stdout
    assert (project / "growth.txt").read_text() == "seed growth"


def test_changed_code_reruns_only_what_imports_it(project: Path) -> None:
    doit(project)
    (project / "src/analysis/shared.py").write_text("changed = 1")
    assert executed(doit(project)) == {"make progress"}
    (project / "src/analysis/unused.py").write_text("changed = 1")
    assert executed(doit(project)) == set()


@pytest.mark.parametrize("options", PARALLEL)
def test_user_error_is_one_sentence_and_a_command(project: Path, options: tuple[str, ...]) -> None:
    (project / "seed.txt").write_text("bad")
    run = doit(project, *options)
    assert run.returncode == 2
    sentence = "error: make growth: seed.txt: the year is missing: add it"
    assert run.stdout.count(sentence) == 2
    assert run.stdout.endswith(f"{sentence}\n  to run it again: {python()} -m doit make:growth\n")
    assert "make growth … failed after" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert "File" not in run.stdout + run.stderr
    assert not (project / "page.txt").exists()


def test_unexpected_error_shows_where_it_happened_once(project: Path) -> None:
    (project / "seed.txt").write_text("crash")
    run = doit(project)
    assert run.returncode == 2
    assert run.stdout.count("dodo.py") == 1
    assert run.stdout.count("error: make growth: ZeroDivisionError: division by zero") == 2


def test_failed_command_shows_what_it_printed_and_keeps_going(project: Path) -> None:
    with (project / "dodo.py").open("a") as dodo:
        dodo.write(
            'def task_shell():\n    return {"actions": ["echo why >&2; exit 3"], "verbosity": 0}\n'
        )
    (project / "seed.txt").write_text("bad")
    run = doit(project, "-c")
    assert run.returncode == 2
    assert "\nwhy\n" in run.stdout
    assert "error: shell: Command failed: 'echo why >&2; exit 3' returned 3" in run.stdout
    assert "failed: 2 of 4 tasks; 1 run, 0 up to date, 1 not run (" in run.stdout


def test_missing_input_is_reported(project: Path) -> None:
    doit(project)
    (project / "seed.txt").unlink()
    run = doit(project)
    assert run.returncode == 2
    assert "make growth … cannot run" in run.stdout
    assert "Dependent file 'seed.txt' does not exist" in run.stdout


def test_earlier_durations_give_the_time_left(project: Path) -> None:
    (project / ".doit-durations.json").write_text('{"page": 30, "make:progress": 10}')
    run = doit(project)
    assert "make growth" in run.stdout.splitlines()[0]
    assert run.stdout.splitlines()[0].endswith(", about 40 s left")
    assert run.stdout.splitlines()[1].endswith(", about 30 s left")
    kept = json.loads((project / ".doit-durations.json").read_text())
    assert sorted(kept) == ["make:growth", "make:progress", "page"]
    assert kept["page"] < 30


def test_damaged_durations_are_forgotten(project: Path) -> None:
    (project / ".doit-durations.json").write_text('{"page": ')
    assert doit(project).returncode == 0
