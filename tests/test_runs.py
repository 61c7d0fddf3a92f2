"""Runs: the lock, narrowing, why a page is stale, and the log."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from doit.dependency import JSONCodec

from analysis.errors import InputError
from analysis.graph.lock import BUSY_STATUS, BusyError, hold
from analysis.graph.runlog import KEPT_RUNS, RunLog, place_of
from analysis.graph.state import AppendingDB
from analysis.paths import ROOT, python
from analysis.publish.selection import read_selection
from analysis.publish.sitemap import OTHER, PAGES, page_path, remove_leftovers, series_codes

DODO = """
import os
import time
from pathlib import Path

from doit import get_var

from analysis.errors import InputError
from analysis.graph import (
    MD5Checker, Reporter, Settings, inputs_kept, note_inputs, outputs_intact,
)

DOIT_CONFIG = {
    "reporter": Reporter, "dep_file": ".doit-state.json", "backend": "lines", "continue": True,
    "check_file_uptodate": MD5Checker,
    "num_process": 2, "par_type": "process", "default_tasks": ["site"],
}
THRESHOLD = 1


def table():
    text = Path("raw.csv").read_text()
    if text == "slow":
        Path("slow").touch()
        time.sleep(60)
    if text == "edited":
        Path("raw.csv").write_text("2")
    if text == "bad":
        raise InputError("notebooks/table.ipynb: code cell 2 (`x = 1`) failed: no year")
    Path("table.csv").write_text(text)


def task(name, action, inputs, output):
    return {
        "name": name, "actions": [note_inputs, action], "file_dep": inputs, "targets": [output],
        "uptodate": [
            outputs_intact, inputs_kept, Settings({"threshold": THRESHOLD}, "pandas 3.1.1"),
        ],
    }


def task_table():
    yield task("one", table, ["raw.csv"], "table.csv")


def task_page():
    for language in ("zh", "en"):
        page = f"{language}.html"
        inputs = ["table.csv", "code.py"]
        yield task(f"reports/a:{language}", f"cat table.csv code.py > {page}", inputs, page)
    yield task("reports/b:zh", "cp code.py b.html", ["code.py"], "b.html")


def task_site():
    return {"actions": None, "task_dep": ["page"]}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dodo.py").write_text(DODO)
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (tmp_path / "raw.csv").write_text("1")
    (tmp_path / "code.py").write_text("x = 1\n")
    return tmp_path


def front(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analysis.graph", *words], cwd=project, env=environment(),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def log_of(project: Path) -> list[dict[str, object]]:
    lines = (project / "reports" / "run-log.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def start_slowly(project: Path) -> subprocess.Popen[str]:
    (project / "raw.csv").write_text("slow")
    run = subprocess.Popen([sys.executable, "-m", "analysis.graph", "report"], cwd=project,
                           env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                           text=True, start_new_session=True)  # fmt: skip
    wait_until((project / "slow").exists)
    return run


def wait_until(holds: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_second_run_says_who_is_at_work_and_a_killed_one_blocks_nobody(project: Path) -> None:
    run = start_slowly(project)
    workers = psutil.Process(run.pid).children(recursive=True)
    try:
        for command in (["analysis.graph", "report"], ["doit"]):
            second = subprocess.run([sys.executable, "-m", *command], cwd=project,
                                    env=environment(), capture_output=True, text=True, check=False)  # fmt: skip
            assert second.returncode == (BUSY_STATUS if command[-1] == "report" else 3)
            assert f"another run is at work in {project.name} (process {run.pid})" in second.stderr
            assert "Traceback" not in second.stderr
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert workers
    wait_until(lambda: not any(is_alive(worker) for worker in workers))
    (project / "raw.csv").write_text("2")
    assert front(project, "report").returncode == 0
    assert (project / "en.html").read_text() == "2x = 1\n"


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_ends_with_a_sentence_when_one_of_its_workers_is_killed(
    project: Path, which: int, signum: int
) -> None:
    """The one that is at work, or the one that waits for work."""
    run = start_slowly(project)
    wait_for_the_other_worker(project)
    workers = psutil.Process(run.pid).children()
    assert len(workers) == 2
    workers[which].send_signal(signum)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 3
    assert said == (
        f"ERROR: a worker of this run was killed (process {workers[which].pid}, status "
        f"-{int(signum)}), perhaps for want of memory: free some, then run it again.\n"
    )
    assert not any(is_alive(worker) for worker in workers)
    assert (log_of(project)[-1]["event"], log_of(project)[-1]["status"]) == ("end", "failed")
    (project / "raw.csv").write_text("2")
    after = front(project, "report")
    assert (after.returncode, after.stderr) == (0, "")
    assert (project / "en.html").read_text() == "2x = 1\n"


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("everyone", [False, True], ids=["the run", "as by a terminal"])
def test_an_interrupted_run_is_one_sentence(project: Path, everyone: bool) -> None:
    run = start_slowly(project)
    wait_for_the_other_worker(project)
    workers = psutil.Process(run.pid).children()
    interrupt = os.killpg if everyone else os.kill
    interrupt(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said.splitlines()[-1].startswith("interrupted: what was finished is kept")
    assert "Traceback" not in said
    assert "was killed" not in said
    assert not any(is_alive(worker) for worker in workers)


INTERRUPTED_AGAIN = """
import _signal, os, signal, sys
from analysis.errors import interruptible

def interrupt_again(_frame, event, called):
    if event == "c_call" and called is _signal.signal:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

@interruptible
def main():
    sys.setprofile(interrupt_again)
    raise KeyboardInterrupt  # as a worker reports it

sys.exit(main())
"""


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_another_is_handled_is_the_same_one() -> None:
    run = subprocess.run([sys.executable, "-c", INTERRUPTED_AGAIN], env=environment(),
                         capture_output=True, text=True, check=False)  # fmt: skip
    said = "interrupted: what was finished is kept, the next run goes on from there.\n"
    assert (run.returncode, run.stderr) == (130, said)


def wait_for_the_other_worker(project: Path) -> None:
    """Until it has done the one task it can, beside a run that was started slowly."""
    wait_until(lambda: "page:reports/b:zh" in {line.get("task") for line in log_of(project)})
    time.sleep(0.2)  # for the run to wait again


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_holding_a_lock_twice_is_one_hold(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert hold(path) is hold(path)
    code = (
        f"from pathlib import Path; from analysis.graph.lock import hold; hold(Path({str(path)!r}))"
    )
    other = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True,
                           text=True, check=False)  # fmt: skip
    assert f"{BusyError.__name__}: another run is at work" in other.stderr
    assert f"(process {os.getpid()})" in other.stderr


@pytest.mark.parametrize("damage", ['{"page:a', "[]", '{"page:a": 3}', "\0\0"])
def test_a_damaged_state_file_is_noticed_and_everything_made_again(
    project: Path, damage: str
) -> None:
    assert front(project, "report").returncode == 0
    (project / ".doit-state.json").write_text(damage)
    mended = front(project, "report")
    assert mended.returncode == 0, mended.stderr
    assert mended.stderr.startswith(".doit-state.json: a line could not be read, after a killed")
    assert "done: 4 run, 0 up to date" in mended.stdout
    again = front(project, "report")
    assert again.stdout.startswith("nothing to do")
    assert again.stderr == ""


def test_a_damaged_line_of_the_state_file_costs_only_its_task(project: Path) -> None:
    assert front(project, "report").returncode == 0
    state = project / ".doit-state.json"
    lines = state.read_text().splitlines(keepends=True)
    assert len(lines) == 6
    state.write_text(
        "".join(line[:20] + "\n" if '"page:reports/b:zh"' in line else line for line in lines)
    )
    mended = front(project, "report")
    assert "page reports/b zh" in mended.stdout
    assert "done: 1 run, 3 up to date" in mended.stdout


def test_what_a_killed_run_has_finished_is_not_made_again(project: Path) -> None:
    assert front(project, "report").returncode == 0
    (project / "code.py").write_text("x = 2\n")
    run = start_slowly(project)
    wait_until(
        lambda: {"page:reports/b:zh"} <= {str(line.get("task")) for line in log_of(project)[6:]}
    )
    run.send_signal(signal.SIGKILL)
    run.wait()
    (project / "raw.csv").write_text("2")
    after = front(project, "report")
    assert after.stderr == ""
    assert "page reports/b zh" not in after.stdout
    assert "done: 3 run, 1 up to date" in after.stdout
    assert (project / "zh.html").read_text() == "2x = 2\n"


def test_an_input_of_the_same_size_is_noticed(project: Path) -> None:
    assert front(project, "report").returncode == 0
    (project / "raw.csv").write_text("7")
    assert "done: 3 run, 1 up to date" in front(project, "report").stdout
    os.utime(project / "raw.csv")
    assert front(project, "report").stdout.startswith("nothing to do")


def test_an_input_of_another_size_is_noticed_though_its_time_is_the_same(project: Path) -> None:
    assert front(project, "report").returncode == 0
    raw = project / "raw.csv"
    before = raw.stat()
    raw.write_text("22")
    os.utime(raw, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "done: 3 run, 1 up to date" in front(project, "report").stdout
    assert (project / "en.html").read_text() == "22x = 1\n"
    assert front(project, "report").stdout.startswith("nothing to do")


def test_an_input_that_is_changed_while_it_is_read_is_read_again(project: Path) -> None:
    (project / "raw.csv").write_text("edited")
    first = front(project, "report")
    assert first.returncode == 0
    assert first.stdout.count("; raw.csv changed meanwhile, the next run reads it\n") == 1
    assert (project / "table.csv").read_text() == "edited"
    assert front(project, "why", "reports/a").stdout.startswith(
        "reports/a (zh) is fresh so far, but table:one, which it needs, is stale: "
        "file raw.csv changed while it was read\n"
    )
    second = front(project, "report")
    assert "done: 3 run, 1 up to date" in second.stdout
    assert "meanwhile" not in second.stdout
    assert (project / "en.html").read_text() == "2x = 1\n"
    assert front(project, "report").stdout.startswith("nothing to do")


@pytest.mark.parametrize("command", ["report", "pages", "why"])
def test_a_damaged_notebook_is_one_sentence_before_anything_is_made(
    project: Path, command: str
) -> None:
    """Tasks are made from the code their notebook imports; `python -m doit` says the same."""
    (project / "x.ipynb").write_text("[]")
    with (project / "dodo.py").open("a") as dodo:
        dodo.write(
            "def task_notebook():\n"
            "    from analysis.graph import code_used_by\n"
            "    yield task('x', table, code_used_by(Path('x.ipynb')), 'x.csv')\n"
        )
    refused = front(project, command, *(["reports/a"] if command == "why" else []))
    assert (refused.returncode, refused.stdout) == (3, "")
    sentence = "ERROR: x.ipynb: no readable notebook: restore it or correct the path\n"
    assert refused.stderr == sentence
    plain = subprocess.run([sys.executable, "-m", "doit"], cwd=project, env=environment(),
                           capture_output=True, text=True, check=False)  # fmt: skip
    assert (plain.returncode, plain.stderr) == (3, sentence)


def opened(path: Path) -> AppendingDB:
    return AppendingDB(str(path), JSONCodec())


def test_the_state_is_in_the_file_before_the_run_ends(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"a": {"deps:": ["one"]}, "b": {"deps:": []}}')
    state = opened(path)
    assert state.get("a", "deps:") == ["one"]
    state.set("a", "deps:", ["two"])
    state.remove("b")
    state.set("c", "x", 1)
    killed = opened(path)
    assert killed.get("a", "deps:") == ["two"]
    assert not killed.in_("b")
    assert not killed.in_("c")
    state.dump()
    assert path.read_text() == '{"a": {"deps:": ["two"]}}\n{"c": {"x": 1}}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_line_after_one_that_a_kill_cut_off_counts(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"a": {"deps:": []}}\n{"b": {"deps')
    opened(path).set("c", "deps:", [])
    state = opened(path)
    assert [state.in_(name) for name in "abc"] == [True, False, True]


def test_a_state_that_has_not_changed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"a":{"deps:":[]}}')
    opened(path).dump()
    assert path.read_text() == '{"a":{"deps:":[]}}'


def selected(**typed: str) -> set[str]:
    selection = read_selection(typed.get("as_of"), typed.get("plan"), typed.get("language"))
    return {
        f"{page.name}:{language}" for page in PAGES for language in selection.languages_of(page)
    }


def test_narrowing_selects_the_pages_with_those_parameters() -> None:
    assert selected(as_of="2024") == {f"reports/progress-2024:{language}" for language in OTHER}
    assert selected(as_of="2024", plan="14fyp", language="en") == {"reports/progress-2024:en"}
    assert selected(plan="13fyp") == {f"reports/completion-13fyp:{language}" for language in OTHER}
    assert selected() == {f"{page.name}:{language}" for page in PAGES for language in OTHER}
    english = {name for name in selected() if name.endswith(":en")}
    assert selected(language="en") == english


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"as_of": "2019"}, "AS_OF=2019 is not known: allowed are 2021, 2022, 2023, 2024, 2025."),
        ({"plan": "15fyp"}, "PLAN=15fyp is not known: allowed are 13fyp, 14fyp."),
        ({"language": "de"}, "LANGUAGE=de is not known: allowed are en, zh."),
        ({"as_of": "2024", "plan": "13fyp"}, "no page has both AS_OF=2024 and PLAN=13fyp"),
    ],
)
def test_an_unknown_value_is_one_sentence(typed: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        selected(**typed)
    words = [f"{name}={value}" for name, value in typed.items()]
    run = subprocess.run([sys.executable, "-m", "doit", "list", *words], cwd=ROOT,
                         env=environment(), capture_output=True, text=True, check=False)  # fmt: skip
    assert run.returncode == 3
    assert run.stderr.startswith(f"ERROR: {sentence}")
    assert run.stderr.count("\n") == 1


def test_narrowing_needs_the_other_pages(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"index\.ipynb is not made yet, and the site needs it"):
        read_selection("2024", None, None).check_rest(tmp_path)
    read_selection(None, None, None).check_rest(tmp_path)
    (tmp_path / "index.ipynb").write_text('{"cells": [')
    with pytest.raises(InputError, match=r"index\.ipynb is damaged, and the site needs it"):
        read_selection(None, None, "en").check_rest(tmp_path)


@pytest.mark.parametrize(
    "text", ["[series.gdp]\nname_zh = ", "series = 5", '[series."../../x"]', "a"]
)
def test_an_unreadable_registry_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "indicators.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"indicators\.toml[:,] ") as error:
        series_codes(path)
    assert "\n" not in str(error.value)


AWKWARD = """/srv/o'brien "x" $HOME $(touch made); touch made; `touch made`"""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("report", "graph report"),
        ("report AS_OF=2024 LANGUAGE=en", "graph report --as-of=2024 --language=en"),
        ("report PLAN=13fyp", "graph report --plan=13fyp"),
        (
            "report SCHEDULER=tcp://host:8786 STORAGE=s3://bucket/x",
            "graph report --scheduler=tcp://host:8786 --storage=s3://bucket/x",
        ),
        ("why PAGE=reports/progress-2025", "graph why -- reports/progress-2025"),
        ("publish DEST=web:/srv/www", "delivery publish web:/srv/www"),
        ("publish DEST=/srv/www KEEP=10", "delivery publish /srv/www --keep=10"),
        ("rollback DEST=/srv/www", "delivery rollback /srv/www"),
        ("verify DEST=/srv/www", "delivery verify /srv/www"),
        ("verify DEST=AWKWARD", "delivery verify AWKWARD"),
        ("publish", "delivery publish NOTHING"),
        ("publish DEST=", "delivery publish NOTHING"),
    ],
)
def test_only_what_is_typed_counts_as_it_is_typed(typed: str, words: str, tmp_path: Path) -> None:
    """An environment with a LANGUAGE, as desktops have, does not; nor does a shell read it."""
    (tmp_path / "python").write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    (tmp_path / "python").chmod(0o755)
    command = ["make", "--no-print-directory", "-f", ROOT / "Makefile", "INSTALLED="]
    others = {"LANGUAGE": "en", "SCHEDULER": "tcp://other:1", "DEST": "/other", "KEEP": "1"}
    run = subprocess.run(
        [*command, f"BIN={tmp_path}/", *(word.replace("AWKWARD", AWKWARD) for word in typed.split())],
        cwd=tmp_path, env={**os.environ, **others, "PAGE": "x", "MAKEFLAGS": "", "MAKELEVEL": "0"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    meant = {"AWKWARD": AWKWARD, "NOTHING": ""}
    expected = [meant.get(word, word) for word in words.split()]
    assert run.stdout.splitlines() == ["-m", f"analysis.{expected[0]}", *expected[1:]]
    assert [path.name for path in tmp_path.iterdir()] == ["python"]


def test_why_names_what_changed(project: Path) -> None:
    def why(page: str = "reports/a") -> list[str]:
        run = front(project, "why", page)
        assert run.returncode == 0, run.stderr
        return run.stdout.splitlines()

    assert why()[0] == "reports/a (zh) is stale: no complete run of it is on record"
    front(project, "report")
    assert why() == ["reports/a (zh) is fresh", "reports/a (en) is fresh"]
    assert why("en/reports/a.html") == why()
    (project / "code.py").write_text("x = 2\n")
    assert why()[1] == "reports/a (en) is stale: code code.py changed"
    (project / "code.py").write_text("x = 1\n")
    (project / "zh.html").unlink()
    (project / "en.html").write_text("damaged")
    assert why() == [
        "reports/a (zh) is stale: output zh.html is missing",
        "reports/a (en) is stale: output en.html was changed",
    ]
    front(project, "report")
    (project / "raw.csv").write_text("2")
    assert why()[0] == (
        "reports/a (zh) is fresh so far, but table:one, which it needs, is stale: "
        "file raw.csv changed"
    )
    assert why("reports/b") == ["reports/b (zh) is fresh"]
    (project / "raw.csv").write_text("1")
    changed = DODO.replace("THRESHOLD = 1", "THRESHOLD = 2").replace("pandas 3.1.1", "pandas 3.1.2")
    (project / "dodo.py").write_text(changed)
    assert why("reports/b") == [
        "reports/b (zh) is stale: library pandas is 3.1.2, was 3.1.1; parameter threshold is 2, was 1"
    ]


def test_why_of_an_unknown_page_names_the_nearest(project: Path) -> None:
    run = front(project, "why", "report/a")
    assert run.returncode == 3
    assert 'no page is called "report/a": give PAGE=reports/a or' in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "no page is given"), ("a=b", "PAGE=a=b is no page"), ("-x=1", "PAGE=-x=1 is no page")],
)
def test_why_of_no_page_is_one_sentence(project: Path, typed: str, sentence: str) -> None:
    run = front(project, "why", "--", typed)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr == (
        f"error: {sentence}: add one as in its address, like PAGE=reports/progress-2025.\n"
    )


def test_the_log_has_a_line_for_every_task_and_says_how_to_repeat_a_failure(project: Path) -> None:
    front(project, "report")
    (project / "raw.csv").write_text("bad")
    failed = front(project, "report")
    assert failed.returncode == 2
    command = f"{python()} -m doit table:one"
    assert failed.stdout.endswith(f"failed: no year\n  to run it again: {command}\n")
    first, second = log_of(project)[:6], log_of(project)[6:]
    assert first[0]["event"] == "start"
    assert {(line["task"], line["result"]) for line in first[1:5]} == {
        (name, "run")
        for name in ("table:one", "page:reports/a:zh", "page:reports/a:en", "page:reports/b:zh")
    }
    assert (first[5]["status"], first[5]["run"], first[5]["failed"]) == ("ok", 4, 0)
    results = {line["task"]: line for line in second[1:-1]}
    assert {name: line["result"] for name, line in results.items()} == {
        "table:one": "failed", "page:reports/a:zh": "skipped", "page:reports/a:en": "skipped",
        "page:reports/b:zh": "up-to-date",
    }  # fmt: skip
    failure = results["table:one"]
    assert (failure["notebook"], failure["cell"]) == (
        "notebooks/table.ipynb",
        "code cell 2 (`x = 1`)",
    )
    assert failure["command"] == command
    again = shlex.split(command.replace(python(), sys.executable))
    repeated = subprocess.run(again, cwd=project, env=environment(), capture_output=True, text=True, check=False)  # fmt: skip
    assert repeated.returncode == 2 and "failed: no year" in repeated.stdout
    assert "no year" in str(failure["last_lines"])
    end = second[-1]
    assert (end["event"], end["status"], end["failed"], end["skipped"]) == ("end", "failed", 1, 2)


def test_the_log_keeps_the_last_runs_and_survives_damage(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "log.jsonl"
    for number in range(KEPT_RUNS + 5):
        RunLog(path).task(str(number), "run", 1.0)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["task"] for line in lines if line["event"] == "task"] == [
        str(number) for number in range(5, KEPT_RUNS + 5)
    ]
    path.write_bytes(b"\xff\xfe")
    RunLog(path).end({"run": 0}, 0.1)
    assert [json.loads(line)["event"] for line in path.read_text("utf-8").splitlines()] == [
        "start",
        "end",
    ]


def test_a_sentence_without_a_notebook_names_none() -> None:
    assert place_of("data/raw/notes.csv, row 3: no year") == {"notebook": None, "cell": None}


def test_what_other_series_left_behind_goes_folders_too(tmp_path: Path) -> None:
    """Quarto and nbconvert put a notebook's figures into a folder beside it."""
    kept = tmp_path / page_path(PAGES[-2].name, "en")
    (kept.parent / "series-gone_files" / "figures").mkdir(parents=True)
    (kept.parent / "series-gone_files" / "figures" / "one.svg").write_text("")
    (kept.parent / "series-gone.csv").write_text("")
    (kept.parent / "series-link").symlink_to(kept.parent / "other")
    (kept.parent / "other").mkdir()
    kept.write_text("")
    remove_leftovers(tmp_path)
    assert sorted(kept.parent.iterdir()) == [kept.parent / "other", kept]
