"""What can go wrong on an unattended machine, done for real: the old site stays, a sentence says why.

`--kills` and `--seed` choose how often and when processes are killed: `pytest tests/test_faults.py
--kills=50`; `-m "not faults"` leaves this file out.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analysis.delivery.here import Here
from analysis.delivery.releases import publish, tree_digest
from analysis.errors import InputError
from analysis.graph.runlog import RunLog
from analysis.notebooks import NotebookError, run_notebook
from analysis.paths import ROOT, python
from analysis.publish.embedded import RenderError, render_site
from tests.served import current, releases

pytestmark = pytest.mark.faults
FILES = 150


def write_tree(folder: Path, text: str, files: int = FILES) -> Path:
    """A tree of small files that all say the same."""
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(files):
        path = folder / str(number % 7) / f"{number}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text * 500)
    return folder


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def start(code: str, *words: str | Path) -> subprocess.Popen[bytes]:
    """A process that has imported what it needs and waits for a line before it goes on."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def go(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.write(b"\n")
    process.stdin.flush()


def seconds_of(code: str, *words: str | Path) -> float:
    process = start(code, *words)
    begun = time.monotonic()
    _, said = process.communicate(b"\n")
    assert process.returncode == 0, said.decode()
    return time.monotonic() - begun


def kill_after(seconds: float, code: str, *words: str | Path) -> None:
    """Start, let go, and kill with everything it has started."""
    process = start(code, *words)
    go(process)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


PUBLISH = """
import sys
from pathlib import Path
from analysis.delivery.here import Here
from analysis.delivery.releases import publish
print("ready", flush=True)
sys.stdin.readline()
publish(Path(sys.argv[1]), Here(Path(sys.argv[2])), keep=2)
"""


def test_a_killed_publish_leaves_the_old_site_or_the_new_one(
    tmp_path: Path, moments: list[float]
) -> None:
    dest, site = tmp_path / "www", tmp_path / "site"
    length = seconds_of(PUBLISH, write_tree(site, "first"), dest)
    old = tree_digest(site)
    for number, moment in enumerate(moments):
        new = tree_digest(write_tree(site, f"site {number}"))
        kill_after(moment * length, PUBLISH, site, dest)
        served = tree_digest(dest / "current")
        assert served in {old, new}, f"moment {number}"
        assert seconds_of(PUBLISH, site, dest) > 0, "the next publish completes"
        assert tree_digest(dest / "current") == new
        assert not list((dest / "releases").glob(".undone-*"))
        assert len(releases(dest)) <= 2
        old = new


SWAP = """
import shutil, sys
from pathlib import Path
from analysis.publish.swap import put_in_place
out = Path(sys.argv[1])
new, spare = out.with_name("_site.new"), out.with_name("spare")
print("ready", flush=True)
sys.stdin.readline()
for number in range(10**9):
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(out.with_name("ab"[number % 2]), new)
    put_in_place(new, out)
"""


def test_a_kill_while_sites_change_places_leaves_a_whole_one(
    tmp_path: Path, moments: list[float]
) -> None:
    out = write_tree(tmp_path / "_site", "a", 20)
    whole = {tree_digest(write_tree(tmp_path / name, name, 20)) for name in "ab"}
    for number, moment in enumerate(moments):
        kill_after(0.05 + moment / 5, SWAP, out)
        assert tree_digest(out) in whole, f"moment {number}"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can exchange two names")
def test_nobody_who_looks_while_sites_change_places_finds_none(tmp_path: Path) -> None:
    out = write_tree(tmp_path / "_site", "a", 1)
    for name in "ab":
        write_tree(tmp_path / name, name, 1)
    process = start(SWAP, out)
    go(process)
    seen = {out.stat().st_ino for _ in range(500_000)}
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert len(seen) > 1, "the sites did change places"


RENDER = """
import sys
from pathlib import Path
from analysis.publish.embedded import render_site
print("ready", flush=True)
sys.stdin.readline()
render_site(Path(sys.argv[1]), Path(sys.argv[1], "_site"))
"""


def write_project(folder: Path, text: str, pages: int = 4) -> Path:
    folder.mkdir(exist_ok=True)
    names = [f"page{number:02}.qmd" for number in range(pages)]
    for name in names:
        (folder / name).write_text(f"---\ntitle: {text}\n---\n\n{text} on {name}\n")
    (folder / "_quarto.yml").write_text(
        f"project:\n  type: website\n  render: [{', '.join(names)}]\n"
        "website:\n  title: Plan\nformat:\n  html:\n    toc: false\n"
    )
    return folder


def test_a_killed_renderer_leaves_the_old_site_or_the_new_one(
    tmp_path: Path, moments: list[float]
) -> None:
    project = write_project(tmp_path / "project", "first")
    begun = time.monotonic()
    render_site(project, project / "_site")
    length = time.monotonic() - begun
    old = (project / "_site" / "page00.html").read_text()
    for number, moment in enumerate(moments[: max(3, len(moments) // 3)]):
        write_project(project, f"text {number}")
        kill_after(moment * length, RENDER, project)
        pages = [path.read_text() for path in sorted((project / "_site").rglob("*.html"))]
        assert len(pages) == 4
        said = {text for text in ("first", *(f"text {n}" for n in range(number + 1)))
                if any(f"{text} on" in page for page in pages)}  # fmt: skip
        assert len(said) == 1, "pages of two sites stand side by side"
        assert pages[0] == old or said == {f"text {number}"}
        render_site(project, project / "_site")
        old = (project / "_site" / "page00.html").read_text()
        assert f"text {number} on" in old
        assert sorted(path.name for path in project.glob("_site*")) == ["_site"]


DODO = """
import time
from pathlib import Path
from analysis.graph import Reporter, outputs_intact
from analysis.publish.swap import put_in_place
DOIT_CONFIG = {
    "reporter": Reporter, "dep_file": ".doit-state.json", "backend": "lines", "continue": True,
    "num_process": 2, "par_type": "process", "default_tasks": ["site"],
}
def page(name):
    time.sleep(0.05)
    Path(name).write_text(Path("raw.txt").read_text())
def site():
    new = Path("_site.new")
    new.mkdir(exist_ok=True)
    for number in range(6):
        (new / f"{number}.txt").write_bytes(Path(f"{number}.txt").read_bytes())
    put_in_place(new, Path("_site"))
def task_page():
    for number in range(6):
        name = f"{number}.txt"
        yield {"name": name, "actions": [(page, [name])], "file_dep": ["raw.txt"],
               "targets": [name], "uptodate": [outputs_intact]}
def task_site():
    return {"actions": [site], "file_dep": [f"{number}.txt" for number in range(6)],
            "targets": ["_site"], "uptodate": [outputs_intact]}
"""
REPORT = """
import sys
from analysis.graph.front import report
print("ready", flush=True)
sys.stdin.readline()
import os
os.chdir(sys.argv[1])
sys.exit(report({}))
"""


def write_stand_in(folder: Path, dodo: str = DODO) -> None:
    """A stand-in graph, with the project's own loader and record of runs."""
    (folder / "dodo.py").write_text(dodo)
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (folder / "raw.txt").write_text("first")


def test_a_killed_build_leaves_a_whole_site_and_the_next_run_completes(
    tmp_path: Path, moments: list[float]
) -> None:
    write_stand_in(tmp_path)
    length = seconds_of(REPORT, tmp_path)
    old = "first"
    for number, moment in enumerate(moments):
        (tmp_path / "raw.txt").write_text(f"text {number}")
        kill_after(moment * length, REPORT, tmp_path)
        texts = {path.read_text() for path in (tmp_path / "_site").iterdir()}
        assert texts in ({old}, {f"text {number}"})
        seconds_of(REPORT, tmp_path)
        texts = {path.read_text() for path in (tmp_path / "_site").iterdir()}
        assert texts == {f"text {number}"}
        old = f"text {number}"


@pytest.mark.parametrize("year", [1999, 2099])
def test_a_clock_set_wrong_neither_hides_a_change_nor_makes_one(tmp_path: Path, year: int) -> None:
    """What is stale is decided by content: files dated before or after everything change nothing."""
    stamp = (year - 1970) * 365.25 * 86400

    def date_all() -> None:
        for path in [tmp_path / ".doit-state.json", *tmp_path.glob("*.txt")]:
            os.utime(path, (stamp, stamp))

    write_stand_in(tmp_path)
    seconds_of(REPORT, tmp_path)
    digest = tree_digest(tmp_path / "_site")
    date_all()
    seconds_of(REPORT, tmp_path)
    assert tree_digest(tmp_path / "_site") == digest
    assert {path.stat().st_mtime for path in tmp_path.glob("?.txt")} == {stamp}, "nothing is run"
    (tmp_path / "raw.txt").write_text("second")
    os.utime(tmp_path / "raw.txt", (stamp - 1, stamp - 1))
    seconds_of(REPORT, tmp_path)
    assert {path.read_text() for path in (tmp_path / "_site").iterdir()} == {"second"}


@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed")
@pytest.mark.parametrize("clock", ["-1y", "+10y"])
def test_a_clock_set_wrong_changes_neither_runs_nor_pages_nor_the_order_of_releases(
    tmp_path: Path, clock: str
) -> None:
    """The whole of each command runs under another clock, kernels included."""

    def run(*words: str | Path, wrong: bool = True) -> str:
        command = [sys.executable, "-m", *map(str, words)]
        result = subprocess.run(
            [*(["faketime", "-f", clock] if wrong else []), *command], cwd=tmp_path,
            env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        return result.stdout

    write_stand_in(tmp_path)
    run("analysis.graph", "report", wrong=False)
    assert run("analysis.graph", "report").startswith("nothing to do: 7 tasks are up to date")
    served = [current_after(run, tmp_path, wrong=False)]
    (tmp_path / "raw.txt").write_text("second")
    assert "done: 7 run, 0 up to date" in run("analysis.graph", "report")
    assert {path.read_text() for path in (tmp_path / "_site").iterdir()} == {"second"}
    assert run("analysis.graph", "report", wrong=False).startswith("nothing to do")
    served.append(current_after(run, tmp_path))
    run("analysis.delivery", "rollback", "www")
    assert current(tmp_path / "www") == served[0]
    (tmp_path / "_site" / "0.txt").write_text("third")
    served.append(current_after(run, tmp_path, wrong=False))
    assert [name[:4] for name in served] == ["0001", "0002", "0003"]
    run("analysis.delivery", "rollback", "www")
    assert current(tmp_path / "www") == served[0]
    records = (tmp_path / "reports" / "run-log.jsonl").read_text().splitlines()
    assert all(0 <= json.loads(line).get("seconds", 0) < 600 for line in records)

    nbformat.write(
        new_notebook(cells=[new_code_cell("print(1 + 1)", id="a")]), tmp_path / "page.ipynb"
    )
    for name, wrong in (("one.ipynb", False), ("two.ipynb", True)):
        run("analysis.notebooks", "run", "page.ipynb", name, wrong=wrong)
    assert (tmp_path / "one.ipynb").read_bytes() == (tmp_path / "two.ipynb").read_bytes()


PUBLISH_HERE = """
from pathlib import Path
from analysis.delivery.here import Here
from analysis.delivery.releases import publish
publish(Path("_site"), Here(Path("www")))
"""


def current_after(run: Callable[..., str], folder: Path, *, wrong: bool = True) -> str:
    """Publish the folder's site as it is; the release then in force."""
    (folder / "publish_here.py").write_text(PUBLISH_HERE)
    run("publish_here", wrong=wrong)
    return current(folder / "www")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own, of 1 MB; its path is short enough for sockets."""
    with TemporaryDirectory(prefix="disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", name]
        if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("only root can mount a small disk")
        yield Path(name)
        subprocess.run(["umount", "--lazy", name], check=True)


def test_a_full_disk_is_one_sentence_and_the_old_site(small_disk: Path, tmp_path: Path) -> None:
    dest = small_disk / "www"
    publish(write_tree(tmp_path / "site", "small", 20), Here(dest))
    served = current(dest)
    with pytest.raises(InputError, match=r"www cannot be written \(.*\): what is served there is"):
        publish(write_tree(tmp_path / "site", "a large site", 400), Here(dest))
    assert current(dest) == served
    assert tree_digest(dest / "current") == served.partition("-")[2]
    assert [path.name for path in (dest / "releases").iterdir() if path.is_dir()] == [served]
    publish(write_tree(tmp_path / "site", "small again", 20), Here(dest))
    assert current(dest).startswith("0002-")


def fill(disk: Path) -> Path:
    """Leave no room on a disk; the file that took it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while stream.write(bytes(4096)):
            pass
    return ballast


def fill_up(path: Path) -> None:
    """Blank lines to the end of a block, so that nothing goes in without a new one."""
    with path.open("ab") as stream:
        stream.write(b"\n" * (-path.stat().st_size % 4096))


def front(folder: Path) -> subprocess.CompletedProcess[str]:
    """What `make report` runs; both outputs as one."""
    return subprocess.run(
        [sys.executable, "-m", "analysis.graph", "report"], cwd=folder, env=environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip


FULL_DODO = (
    DODO.replace('".doit-state.json"', '"STATE"')
    .replace('"reporter": Reporter', '"reporter": Here')
    .replace(
        "DOIT_CONFIG",
        """
from analysis.writing import write_text
class Here(Reporter):
    durations_file = Path("DURATIONS")
    log_file = Path("LOG")
DOIT_CONFIG""",
        1,
    )
    .replace("    time.sleep(0.05)\n    Path(name).write_text(", "    write_text(Path(name), ")
)
RECORDS = {"STATE": "state.json", "DURATIONS": "durations.json", "LOG": "run-log.jsonl"}
FULL = "cannot be written (No space left on device): make room on its disk, then run it again."


def write_graph(project: Path, disk: Path, on_disk: str) -> Path:
    """A tiny project; one of its records lies on a small disk. The record."""
    dodo = FULL_DODO
    for word, name in RECORDS.items():
        dodo = dodo.replace(word, str((disk if word == on_disk else project) / name))
    write_stand_in(project, dodo)
    return disk / RECORDS[on_disk]


@pytest.mark.parametrize("on_disk", RECORDS)
def test_a_full_disk_under_a_record_of_runs_is_one_sentence(
    small_disk: Path, tmp_path: Path, on_disk: str
) -> None:
    """doit's state, the run log and the durations: each refused by itself."""
    record = write_graph(tmp_path, small_disk, on_disk)
    assert front(tmp_path).returncode == 0
    (tmp_path / "raw.txt").write_text("second")
    fill_up(record)
    ballast = fill(small_disk)
    failed = front(tmp_path)
    assert failed.returncode == 3
    assert failed.stdout.endswith(f"ERROR: {record} {FULL}\n")
    assert failed.stdout.count(FULL) == 1
    assert "Traceback" not in failed.stdout
    texts = {path.read_text() for path in (tmp_path / "_site").iterdir()}
    assert texts == ({"second"} if on_disk == "DURATIONS" else {"first"}), "its last step is later"
    ballast.unlink()
    after = front(tmp_path)
    assert after.returncode == 0, after.stdout
    assert {path.read_text() for path in (tmp_path / "_site").iterdir()} == {"second"}
    assert "could not be read" not in front(tmp_path).stdout
    for line in (tmp_path if on_disk != "LOG" else small_disk).glob("run-log.jsonl"):
        assert all(json.loads(text) for text in line.read_text().splitlines())


def test_a_full_disk_under_pages_is_a_sentence_for_each_and_the_old_site(
    small_disk: Path, tmp_path: Path
) -> None:
    project = small_disk / "project"
    project.mkdir()
    write_graph(project, tmp_path, "STATE")
    for record in ("DURATIONS", "LOG"):
        text = (project / "dodo.py").read_text()
        name = RECORDS[record]
        (project / "dodo.py").write_text(text.replace(str(project / name), str(tmp_path / name)))
    assert front(project).returncode == 0
    (project / "raw.txt").write_text("second")
    ballast = fill(small_disk)
    failed = front(project)
    assert failed.returncode == 2
    assert "Traceback" not in failed.stdout
    assert failed.stdout.count(f"error: page 3.txt: 3.txt {FULL}") == 2, "at once, and at the end"
    assert "failed: 6 of 7 tasks; 0 run, 0 up to date, 1 not run" in failed.stdout
    assert {path.read_text() for path in (project / "_site").iterdir()} == {"first"}
    ballast.unlink()
    assert front(project).returncode == 0
    assert {path.read_text() for path in (project / "_site").iterdir()} == {"second"}


def test_a_read_only_checkout_is_one_sentence(small_disk: Path) -> None:
    write_stand_in(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    failed = front(small_disk)
    assert failed.returncode == 1
    assert failed.stdout == (
        "error: .doit-lock cannot be written (Read-only file system): let this user write there, "
        "then run it again.\n"
    )


def test_a_log_line_that_a_full_disk_cut_off_is_left_out_later(small_disk: Path) -> None:
    path = small_disk / "run-log.jsonl"
    log = RunLog(path)
    fill_up(path)
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 10)
    ballast = fill(small_disk)
    with pytest.raises(InputError, match=r"run-log\.jsonl cannot be written \(No space left"):
        log.task("page:one", "run", 1.0)
    ballast.unlink()
    RunLog(path).task("page:two", "run", 1.0)
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert [record.get("task", record["event"]) for record in records] == [
        "start", "start", "page:two"
    ]  # fmt: skip


def test_a_full_disk_under_the_new_site_is_one_sentence_and_the_old_site(
    small_disk: Path, tmp_path: Path
) -> None:
    out = small_disk / "_site"
    project = write_project(tmp_path / "project", "first")
    render_site(project, out)
    old = tree_digest(out)
    write_project(project, "second")
    ballast = fill(small_disk)
    with pytest.raises(
        InputError, match=r"_site\.new cannot be written \(No space left on device\)"
    ):
        render_site(project, out)
    assert tree_digest(out) == old
    assert {path.name for path in small_disk.iterdir()} == {"_site", ballast.name}


@pytest.mark.parametrize("kind", ["warm", "plain"])
def test_a_full_temporary_folder_is_one_sentence(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("KERNEL", kind)
    monkeypatch.setattr("tempfile.tempdir", str(small_disk))
    notebook = tmp_path / "page.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), notebook)
    project = write_project(tmp_path / "project", "first", 1)
    fill(small_disk)
    sentence = rf"{small_disk} cannot be written \(No space left on device\): make room on its disk"
    with pytest.raises(NotebookError, match=f"its kernel did not start: {sentence}"):
        run_notebook(notebook, tmp_path / "out.ipynb", {})
    with pytest.raises(RenderError, match=rf"page00\.qmd: {sentence}"):
        render_site(project, project / "_site")


def test_a_read_only_folder_is_one_sentence_and_the_old_site(
    small_disk: Path, tmp_path: Path
) -> None:
    dest = small_disk / "www"
    seconds_of(PUBLISH, write_tree(tmp_path / "site", "one", 5), dest)
    served = current(dest)
    site = write_tree(tmp_path / "site", "two", 5)
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    subprocess.run(remount, check=True)
    with pytest.raises(InputError, match=r"www cannot be written \(Read-only file system\)"):
        publish(site, Here(dest))
    assert current(dest) == served


NOTEBOOKS = {
    "raises": ("raise ValueError('no year')", "code cell 1 (`raise ValueError('no year')`) failed"),
    "hangs": (
        "import time\ntime.sleep(600)",
        "code cell 1 (`import time`) failed: it took longer than 2 s",
    ),
    "prints": (
        "for _ in range(100):\n    print('x' * 1_000_000)",
        "failed: it printed more than 10,000,000 characters: print less",
    ),
}


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_a_notebook_gone_wrong_is_one_sentence_and_the_old_page(tmp_path: Path, kind: str) -> None:
    source, sentence = NOTEBOOKS[kind]
    notebook = tmp_path / "page.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), notebook)
    output = tmp_path / "out.ipynb"
    output.write_text("the old page")
    with pytest.raises(NotebookError) as error:
        run_notebook(notebook, output, {}, timeout=2 if kind == "hangs" else 60)
    assert sentence in str(error.value)
    assert f"to see it again: {python()} -m analysis.notebooks run" in str(error.value)
    assert len(str(error.value)) < 1000
    assert output.read_text() == "the old page"


def test_a_renderer_that_fails_on_page_40_leaves_the_old_site(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", "first", 2)
    render_site(project, project / "_site")
    old = tree_digest(project / "_site")
    write_project(project, "second", 45)
    (project / "page39.qmd").write_text("---\ntitle: [\n---\n")
    with pytest.raises(RenderError, match=r"^page39\.qmd: "):
        render_site(project, project / "_site")
    assert tree_digest(project / "_site") == old
    assert sorted(path.name for path in project.glob("_site*")) == ["_site"]
