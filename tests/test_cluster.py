"""Notebook runs on a real Dask cluster of worker processes on this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from fsspec import AbstractFileSystem

from analysis.cluster import worker as worker_module
from analysis.cluster.parcel import pack, receive, send, unpack
from analysis.cluster.session import Cluster, code_files, connect, run_there
from analysis.cluster.worker import Job, Runner, refusal
from analysis.errors import InputError
from analysis.notebooks import NotebookError, run_notebook
from analysis.paths import ROOT, python
from tests.local_cluster import SECONDS, LocalCluster, wait_until, write_notebook


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    cluster = LocalCluster(tmp_path_factory.mktemp("cluster"), 3)
    yield cluster
    cluster.stop()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A root with one notebook: it writes a file made of another."""
    return write_project(tmp_path, "Path('../out.txt').write_text(Path('../in.txt').read_text())")


def write_project(root: Path, source: str) -> Path:
    write_notebook(root, "x", source)
    (root / "in.txt").write_text("经济 in")
    return root


def run_tiny(cluster: Cluster, root: Path) -> None:
    run_there(
        cluster, root / "notebooks" / "x.ipynb", root / "build" / "x.ipynb", {"word": "a"},
        [root / "in.txt"], [root / "build" / "x.ipynb", root / "out.txt"], root,
    )  # fmt: skip


@pytest.mark.parametrize("shared", [False, True])
def test_targets_come_back_through_the_scheduler_or_a_storage(
    local: LocalCluster, project: Path, tmp_path_factory: pytest.TempPathFactory, shared: bool
) -> None:
    folder = tmp_path_factory.mktemp("storage") / "new"
    cluster = connect(local.address, f"file://{folder}" if shared else "", [], project)
    run_tiny(cluster, project)
    assert (project / "out.txt").read_text() == "经济 in"
    run_notebook(project / "notebooks" / "x.ipynb", project / "here.ipynb", {"word": "a"})
    assert (project / "build" / "x.ipynb").read_bytes() == (project / "here.ipynb").read_bytes()
    assert len(list(folder.glob("*"))) == (3 if shared else 0)
    assert not list(project.rglob(".*.new"))


def test_a_failing_notebook_says_the_same_as_here_and_leaves_what_was_there(
    local: LocalCluster,
) -> None:
    source, output = ROOT / "notebooks" / "series.ipynb", ROOT / "build" / "no" / "x.ipynb"
    inputs = [path for path in (ROOT / "data").rglob("*.*") if path.is_file()]
    with pytest.raises(NotebookError) as here:
        run_notebook(source, output, {"as_of": 1999})
    cluster = connect(local.address, "", [])
    with pytest.raises(InputError) as there:
        run_there(cluster, source, output, {"as_of": 1999}, inputs, [output])
    assert str(there.value) == str(here.value).replace(f"{python()} -m", "python -m")
    assert "as_of=" in str(there.value)
    assert not output.parent.exists()


def test_a_file_that_was_not_sent_is_not_there(local: LocalCluster, project: Path) -> None:
    """Neither does a worker see an input of an earlier run."""
    cluster = connect(local.address, "", [], project)
    run_tiny(cluster, project)
    (project / "in.txt").rename(project / "other.txt")
    source, output = project / "notebooks" / "x.ipynb", project / "build" / "x.ipynb"
    with pytest.raises(InputError, match=r"x\.ipynb: code cell 2 .* failed: FileNotFoundError"):
        run_there(cluster, source, output, {}, [project / "other.txt"], [output], project)


def test_a_target_that_a_notebook_did_not_write_is_one_sentence(
    local: LocalCluster, project: Path
) -> None:
    write_project(project, "")
    with pytest.raises(InputError, match=r"notebooks/x\.ipynb: worker tcp:.* failed .*out\.txt"):
        run_tiny(connect(local.address, "", [], project), project)
    assert not (project / "build").exists()


def test_a_target_that_cannot_be_put_in_place_is_one_sentence(
    local: LocalCluster, project: Path
) -> None:
    (project / "out.txt").mkdir()
    with pytest.raises(InputError, match=r"out\.txt cannot be written .*: move away what is in"):
        run_tiny(connect(local.address, "", [], project), project)
    assert not list(project.rglob(".*.new"))


def test_changed_code_is_sent_anew_and_a_change_during_the_run_is_refused(
    local: LocalCluster, project: Path
) -> None:
    cluster = connect(local.address, "", [], project)
    run_tiny(cluster, project)
    write_project(project, "Path('../out.txt').write_text('changed ' + word)")
    with pytest.raises(InputError, match="the code was changed during the run: start it again"):
        run_tiny(cluster, project)
    assert (project / "out.txt").read_text() == "经济 in"
    run_tiny(connect(local.address, "", [], project), project)
    assert (project / "out.txt").read_text() == "changed a"


def test_a_notebook_that_ends_its_process_is_one_sentence(
    local: LocalCluster, project: Path
) -> None:
    """Whatever ends it, a lack of memory say; the next notebook runs."""
    kill = "import os, psutil, signal\nos.kill([p.pid for p in psutil.Process().parents() if 'analysis.cluster.runner' in p.cmdline()][0], signal.SIGKILL)"
    write_project(project, kill)
    with pytest.raises(InputError, match=r"notebooks/x\.ipynb: the process that .* ended with"):
        run_tiny(connect(local.address, "", [], project), project)
    write_project(project, "Path('../out.txt').write_text('next')")
    run_tiny(connect(local.address, "", [], project), project)
    assert (project / "out.txt").read_text() == "next"


def test_a_worker_with_other_libraries_is_refused(
    local: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "only_here-1.5.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text("Metadata-Version: 2.1\nName: only-here\nVersion: 1.5\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError) as refused:
        connect(local.address, "", ["pandas", "only-here"], tmp_path)
    sentence = str(refused.value)
    assert sentence.startswith(f"SCHEDULER={local.address}: worker tcp://127.0.0.1:")
    assert "has other libraries (only-here missing instead of 1.5): install" in sentence


def test_a_refusal_names_only_what_differs() -> None:
    here = {"python": "3.11", "pandas": "3.1.1", "numpy": "2.0"}
    assert refusal("w", here, dict(here)) == ""
    there = here | {"python": "3.12", "pandas": None}
    assert "(pandas missing instead of 3.1.1, python 3.12 instead of 3.11)" in refusal(
        "w", here, there
    )


def test_no_scheduler_no_worker_and_no_address_are_one_sentence_each(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    run = subprocess.run(
        [sys.executable, "-m", "doit", "list", f"scheduler={address}"], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])},
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert run.returncode == 3
    assert run.stderr.startswith(f"ERROR: SCHEDULER={address}: no Dask scheduler answers there")
    assert run.stderr.count("\n") == 1
    with pytest.raises(InputError, match="SCHEDULER=host is no address: give one like tcp://host"):
        connect("host", "", [], tmp_path)
    alone = LocalCluster(tmp_path, 0)
    try:
        with pytest.raises(InputError, match="has no workers: start some with `dask worker tcp:"):
            connect(alone.address, "", [], tmp_path)
    finally:
        alone.stop()


def test_a_run_without_scheduler_imports_nothing_of_dask() -> None:
    code = "import runpy, sys; runpy.run_path('dodo.py'); print('distributed' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # fmt: skip
    assert run.stdout == "False\n"


def test_an_idle_process_ends_and_its_folder_goes(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.2)
    code = {name: path.read_bytes() for name, path in code_files(project).items()}
    runner = Runner(tmp_path / "scratch", code, "w")
    job = Job(source="notebooks/x.ipynb", output="x.ipynb", parameters={}, targets=["out.txt"])
    assert runner.run(job, {"in.txt": b"one"}) == {"out.txt": b"one"}
    wait_until(lambda: not (tmp_path / "scratch").exists())
    assert not runner.wake()


def test_the_process_of_a_job_that_could_not_begin_ends_too(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.2)
    code = {name: path.read_bytes() for name, path in code_files(project).items()}
    runner = Runner(tmp_path / "scratch", code, "w")
    job = Job(source="notebooks/x.ipynb", output="x.ipynb", parameters={}, targets=[])
    with pytest.raises(IsADirectoryError):
        runner.run(job, {"notebooks": b"a folder is in its place"})
    wait_until(lambda: not (tmp_path / "scratch").exists())
    assert not runner.wake()


def test_a_parcel_is_the_same_for_the_same_files() -> None:
    files = {"b/经.txt": b"1", "a.txt": b"\0"}
    assert unpack(pack(files)) == files
    assert pack(dict(reversed(files.items()))) == pack(files)


def test_a_storage_may_fail_with_an_error_of_its_own_kind() -> None:
    class NoCredentials(Exception):
        pass

    class Bucket(AbstractFileSystem):
        def exists(self, path: str, **_: object) -> bool:
            raise NoCredentials("none\nfound")

        def _open(self, *_: object, **__: object) -> None:
            raise NoCredentials("none\nfound")

    fsspec.register_implementation("bucket", Bucket, clobber=True)
    with pytest.raises(InputError) as unsent:
        send(b"parcel", "bucket://a")
    sentence = "STORAGE=bucket://a cannot be written (NoCredentials: none found): mend that"
    assert str(unsent.value) == sentence
    with pytest.raises(
        InputError, match=r"bucket://a/b cannot be read \(NoCredentials: none found"
    ):
        receive("bucket://a/b")


def test_a_storage_that_fails_is_one_sentence(tmp_path: Path) -> None:
    sent = send(b"parcel", "memory://exchange")
    assert receive(sent) == b"parcel"
    assert receive(send(b"parcel", "memory://exchange/")) == b"parcel"
    damaged = send(b"parcel", f"file://{tmp_path}")
    next(tmp_path.iterdir()).write_bytes(b"parce")
    with pytest.raises(InputError, match="is not what was sent: delete it"):
        receive(damaged)
    next(tmp_path.iterdir()).unlink()
    with pytest.raises(InputError, match=r"cannot be read .*: give a STORAGE that every machine"):
        receive(damaged)
    with pytest.raises(InputError, match="STORAGE=nosuch://x cannot be written"):
        send(b"parcel", "nosuch://x")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        send(b"parcel", f"file://{tmp_path}/file/below")
