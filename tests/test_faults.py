"""What can go wrong on an unattended machine, done for real: the old site stays, a sentence says why.

`--kills` and `--seed` choose how often and when processes are killed: `pytest tests/test_faults.py
--kills=50`; `-m "not faults"` leaves this file out.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analysis.delivery.here import Here
from analysis.delivery.releases import publish, tree_digest
from analysis.errors import InputError
from analysis.notebooks import NotebookError, run_notebook
from analysis.paths import ROOT
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
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
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
    go(process)
    assert process.wait() == 0
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
    "reporter": Reporter, "dep_file": ".doit-state.json", "backend": "json", "continue": True,
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


def test_a_killed_build_leaves_a_whole_site_and_the_next_run_completes(
    tmp_path: Path, moments: list[float]
) -> None:
    (tmp_path / "dodo.py").write_text(DODO)
    (tmp_path / "raw.txt").write_text("first")
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

    (tmp_path / "dodo.py").write_text(DODO)
    (tmp_path / "raw.txt").write_text("first")
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


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
    assert "to see it again: python -m analysis.notebooks run" in str(error.value)
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
