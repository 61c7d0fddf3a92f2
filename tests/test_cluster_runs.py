"""Whole runs of a task graph on a real Dask cluster, and what becomes of them when it fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from analysis.cluster import session
from analysis.cluster.session import Cluster, connect, run_there
from analysis.errors import InputError
from analysis.paths import ROOT
from benchmarks.checkout import LOG, copy_made, environment, executed_tasks
from tests.local_cluster import SECONDS, LocalCluster, wait_until, write_notebook

DODO = """
from functools import partial
from pathlib import Path

from doit import get_var

from analysis.cluster.session import connect, run_there
from analysis.graph import MD5Checker, Reporter, outputs_intact
from analysis.notebooks import run_notebook

ROOT = Path.cwd()
CLUSTER = connect(get_var("scheduler"), "", ["pandas"], ROOT) if get_var("scheduler") else None
DOIT_CONFIG = {
    "reporter": Reporter, "dep_file": ".doit-state.json", "backend": "lines", "continue": True,
    "check_file_uptodate": MD5Checker, "default_tasks": ["site"],
    "num_process": CLUSTER.lanes if CLUSTER else 2, "par_type": "process",
}


def run(source, targets):
    if CLUSTER:
        run_there(CLUSTER, source, targets[0], {}, [source], targets, ROOT)
    else:
        run_notebook(source, targets[0], {})


def task_page():
    for source in sorted(ROOT.glob("notebooks/*.ipynb")):
        targets = [ROOT / "build" / source.name, ROOT / f"{source.stem}.txt"]
        yield {
            "name": source.stem, "actions": [partial(run, source, targets)],
            "file_dep": [str(source)], "targets": list(map(str, targets)),
            "uptodate": [outputs_intact], "verbosity": 0,
        }


def task_site():
    return {"actions": ["echo new > _site"], "task_dep": ["page"], "targets": ["_site"]}
"""
MADE_ANEW = ("targets", "growth", "completion", "progress")
MADE = ("build", "data", "reports", "en")
WRITE = "Path('../{0}.txt').write_text('{0}')"
KILL_WORKER = """import os, psutil, signal
worker = next(p for p in psutil.Process().parents() if 'distributed.cli.dask_worker' in p.cmdline())
os.kill(worker.pid, signal.SIGKILL)"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    """Two workers; the tests add others and kill some."""
    (tmp_path / "cluster").mkdir()
    local = LocalCluster(tmp_path / "cluster", 2, KERNEL="plain")
    yield local
    local.stop()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a site made before, and no page."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "dodo.py").write_text(DODO)
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (root / "_site").write_text("old")
    return root


def start(root: Path, *words: str) -> subprocess.Popen[str]:
    """What `make report` runs."""
    return subprocess.Popen(
        [sys.executable, "-m", "analysis.graph", "report", *words], cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "KERNEL": "plain"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run_word(sent: Cluster, root: Path, word: str) -> str:
    """Run notebook `x` with a word; the text of its page."""
    page = root / f"{word}.txt"
    targets = [root / "build" / f"{word}.ipynb", page]
    run_there(sent, root / "notebooks" / "x.ipynb", targets[0], {"word": word}, [], targets, root)
    return page.read_text()


def test_the_real_graph_survives_a_killed_worker_byte_for_byte(
    tmp_path: Path, cluster: LocalCluster
) -> None:
    """Tables, measures, progress and a page in two languages are made anew, the rest is there."""
    if not (ROOT / "index.ipynb").is_file():
        pytest.fail("the pages are not made; run `make pages`, as `make test` does")
    copy = tmp_path / "copy"
    copy_made(ROOT, copy)
    gone = [path for name in MADE_ANEW for path in (copy / "build" / name).iterdir()]
    gone += copy.glob("**/series-gdp.ipynb")
    assert len(gone) > 15
    for path in gone:
        path.unlink()
    pages = [f"page:reports/series-gdp:{language}" for language in ("zh", "en")]
    run = subprocess.Popen(
        [sys.executable, "-m", "doit", "run", f"scheduler={cluster.address}", *pages], cwd=copy,
        env=environment(copy), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until(lambda: any((copy / "build" / "targets").iterdir()))
    wait_until(lambda: list(cluster.folder.glob("w1/**/data/raw/tables")))
    children = psutil.Process(cluster.workers["w1"].pid).children(recursive=True)
    assert children
    cluster.kill("w1")
    wait_until(lambda: not any(map(is_alive, children)))
    assert run.poll() is None
    stdout, stderr = run.communicate(timeout=SECONDS)
    assert run.returncode == 0, stdout + stderr
    assert stderr == ""
    assert {*executed_tasks(copy / LOG)} >= {"follow:2025", "execute:reports/series-gdp:en"}
    assert all(path.is_file() for path in gone)
    for path in (path for folder in MADE for path in (copy / folder).rglob("*")):
        if path.is_file() and path.name != LOG.name:
            assert path.read_bytes() == (ROOT / path.relative_to(copy)).read_bytes(), path


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_a_lost_scheduler_is_one_sentence_and_the_next_run_completes(
    tmp_path: Path, project: Path, cluster: LocalCluster
) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    write_notebook(project, "a", WRITE.format("a"))
    for name in "bcdef":
        wait = f"import time\nPath({str(begun)!r}).touch()\nwhile not Path({str(go)!r}).exists():\n    time.sleep(0.05)"
        write_notebook(project, name, f"{wait}\n{WRITE.format(name)}")
    run = start(project, "--scheduler", cluster.address)
    wait_until(lambda: begun.exists() and (project / "a.txt").exists())
    cluster.kill_scheduler()
    stdout, stderr = run.communicate(timeout=SECONDS)
    assert run.returncode == 2
    sentence = f"the scheduler {cluster.address} was lost: see that it runs and start the run again"
    assert stdout.count(sentence) == 2
    assert stdout.splitlines()[-2].startswith("error: page ")
    assert stdout.splitlines()[-2].endswith(f" and 4 more: {sentence}")
    for noise in ("Traceback", 'File "', "distributed", "Cancelled"):
        assert noise not in stdout
    assert stderr == ""
    assert (project / "_site").read_text() == "old"
    go.touch()
    other = LocalCluster(cluster.folder, 1, KERNEL="plain")
    try:
        run = start(project, "--scheduler", other.address)
        stdout, stderr = run.communicate(timeout=SECONDS)
    finally:
        other.stop()
    assert run.returncode == 0, stdout + stderr
    assert "done: 6 run, 1 up to date" in stdout
    assert (project / "_site").read_text() == "new\n"
    (project / "b.txt").unlink()
    run = start(project)
    stdout, stderr = run.communicate(timeout=SECONDS)
    assert run.returncode == 0, stdout + stderr
    assert (project / "b.txt").read_text() == "b"


def test_a_notebook_that_kills_its_workers_fails_and_the_others_complete(
    project: Path, cluster: LocalCluster
) -> None:
    for name in "abcde":
        write_notebook(project, name, WRITE.format(name))
    write_notebook(project, "poison", KILL_WORKER)
    cluster.add(3, KERNEL="plain")
    run = start(project, "--scheduler", cluster.address)
    stdout, stderr = run.communicate(timeout=SECONDS)
    assert run.returncode == 2
    last = stdout.splitlines()[-2]
    assert last.startswith("error: page poison: notebooks/poison.ipynb: 4 workers died while they")
    assert stdout.splitlines()[-3].startswith("failed: 1 of 7 tasks; 5 run")
    assert "Traceback" not in stdout + stderr
    assert stderr == ""
    assert {path.stem for path in project.glob("*.txt")} == set("abcde")
    assert (project / "_site").read_text() == "old"


def test_a_cluster_without_workers_is_one_sentence(
    project: Path, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(session, "WORKERLESS_SECONDS", 1)
    write_notebook(project, "x", KILL_WORKER)
    sent = connect(cluster.address, "", [], project)
    with pytest.raises(InputError, match="has no workers any more: see their output, start some"):
        run_word(sent, project, "a")


def test_a_worker_that_joins_late_gets_work(
    tmp_path: Path, project: Path, cluster: LocalCluster
) -> None:
    """Three notebooks that wait for each other: one runs on a worker that was not there at first."""
    source = f"""import time
Path({str(tmp_path)!r}, word).touch()
while len(list(Path({str(tmp_path)!r}).glob('met-*'))) < 3:
    time.sleep(0.05)
Path(f'../{{word}}.txt').write_text(word)"""
    write_notebook(project, "x", source)
    sent = connect(cluster.address, "", [], project)
    with ThreadPoolExecutor(3) as threads:
        runs = [threads.submit(run_word, sent, project, f"met-{number}") for number in range(3)]
        wait_until(lambda: len(list(tmp_path.glob("met-*"))) == 2)
        cluster.add(1, KERNEL="plain")
        assert [run.result(timeout=SECONDS) for run in runs] == ["met-0", "met-1", "met-2"]


def test_a_late_worker_with_other_libraries_is_refused(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "more" / "only_here-1.5.dist-info" / "METADATA"
    about.parent.mkdir(parents=True)
    about.write_text("Metadata-Version: 2.1\nName: only-here\nVersion: 1.5\n")
    monkeypatch.syspath_prepend(tmp_path / "more")
    write_notebook(project, "x", "Path(f'../{word}.txt').write_text(word)")
    cluster = LocalCluster(tmp_path, 1, KERNEL="plain", PYTHONPATH=str(tmp_path / "more"))
    try:
        sent = connect(cluster.address, "", ["pandas", "only-here"], project)
        assert run_word(sent, project, "a") == "a"
        cluster.add(1)
        cluster.kill("w0")
        with pytest.raises(InputError) as refused:
            run_word(sent, project, "b")
    finally:
        cluster.stop()
    assert str(refused.value).startswith("worker tcp://127.0.0.1:")
    assert str(refused.value).endswith(
        "has other libraries (only-here missing instead of 1.5): install requirements/lock.txt there"
    )
    assert not (project / "b.txt").exists()


def test_a_scheduler_that_was_restarted_is_one_sentence(
    project: Path, cluster: LocalCluster
) -> None:
    """It has new workers and none of the code."""
    write_notebook(project, "x", "")
    sent = connect(cluster.address, "", [], project)
    other = Cluster(sent.address, sent.storage, "notebooks-lost", sent.lanes, sent.code)
    with pytest.raises(InputError, match="the scheduler was restarted and has lost the code"):
        run_word(other, project, "a")
