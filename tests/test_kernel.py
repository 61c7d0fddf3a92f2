"""Warm kernels: as isolated, as mortal and as exact as ordinary ones."""

import contextlib
import json
import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from analysis.errors import InputError
from analysis.kernels import client, zygote
from analysis.kernels.settings import KernelSettings, kernel_settings
from analysis.notebooks import NotebookError, run_notebook
from analysis.notebooks.kernel import ENVIRONMENT, private_kernel
from analysis.paths import NOTEBOOKS, ROOT
from analysis.publish.sitemap import PAGES

KINDS = ("warm", "plain")
PARENT = "import os; print(os.getppid())"

warm_only = pytest.mark.skipif(sys.platform != "linux", reason="kernels are plain here")


def notebook(path: Path, *sources: str) -> Path:
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    return path


def outcome(folder: Path, *sources: str, timeout: int = 60) -> str:
    """What a notebook of these cells prints."""
    output = folder / "executed.ipynb"
    run_notebook(notebook(folder / "x.ipynb", *sources), output, {}, timeout=timeout)
    return printed(nbformat.read(output, as_version=4))


def printed(nb: NotebookNode) -> str:
    return "".join(o.text for cell in nb.cells for o in cell.outputs if "text" in o)


def process_state(pid: int) -> str:
    """The state letter of a process, and its parent's id; empty once it is gone or a zombie."""
    try:
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if state in "ZX" else f"{state} {parent}"


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == pid:
            found.append(int(stat.parent.name))
    return found


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Kernels are warm, and not ordinary ones in their place."""
    monkeypatch.setenv("KERNEL", "warm")
    assert outcome(tmp_path, "import sys; print('pandas' in sys.modules)") == "True\n"


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("KERNEL", "KERNEL_MEMORY_GB"):
        monkeypatch.delenv(name, raising=False)
    assert kernel_settings() == KernelSettings("warm", 4.0)
    monkeypatch.setenv("KERNEL_MEMORY_GB", "1.5")
    monkeypatch.setenv("KERNEL", "plain")
    assert kernel_settings() == KernelSettings("plain", 1.5)
    monkeypatch.setenv("KERNEL", "warm")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert kernel_settings().kind == "plain"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("KERNEL", "hot", "KERNEL=hot is no kernel: set it to warm or plain, or leave it out"),
        ("KERNEL_MEMORY_GB", "lots", "KERNEL_MEMORY_GB=lots is no limit: give a number of GB"),
        ("KERNEL_MEMORY_GB", "0.5", "KERNEL_MEMORY_GB=0.5 is no limit: give a number of GB"),
        ("KERNEL_MEMORY_GB", "nan", "KERNEL_MEMORY_GB=nan is no limit: give a number of GB"),
        ("KERNEL_MEMORY_GB", "inf", "KERNEL_MEMORY_GB=inf is no limit: give a number of GB"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match="^" + sentence):
        kernel_settings()
    with pytest.raises(NotebookError, match=sentence):
        outcome(tmp_path, "1")
    run = subprocess.run(
        [sys.executable, "-m", "doit", "list"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode != 0
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr


@warm_only
@pytest.mark.parametrize("kind", KINDS)
def test_only_a_warm_kernel_has_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    monkeypatch.setenv("KERNEL", kind)
    found = outcome(tmp_path, "import sys; print({'pandas', 'analysis'} <= set(sys.modules))")
    assert found.strip() == str(kind == "warm")


STATE = """
import os, random, sys, warnings
import matplotlib as mpl, numpy as np, pandas as pd, analysis.publish.wording as wording
import pandera.pandas, seaborn
print(sorted(name for name in globals() if name.startswith("trace")), "trace" in sys.modules)
print(mpl.get_backend(), dict(mpl.rcParams))
print(np.geterr(), np.get_printoptions())
pd.describe_option()
print(("ignore", None, Warning, None, 0) in warnings.filters)
print(sorted(item for item in os.environ.items() if item[0] != "JPY_PARENT_PID"))
print(os.getcwd(), os.umask(0o022), sys.path, sys.flags, hasattr(wording, "trace"))
""".strip()
SPOIL = """
import os, random, sys, warnings
import matplotlib as mpl, numpy as np, pandas as pd, analysis.publish.wording as wording
trace = wording.trace = 1
sys.modules["trace"] = sys
sys.path.insert(0, "/trace")
mpl.use("svg"); mpl.rcParams["font.size"] = 99
pd.set_option("display.max_rows", 3); np.seterr(all="ignore"); np.set_printoptions(precision=1)
np.random.seed(1); random.seed(1)
warnings.simplefilter("ignore")
os.environ["TRACE"] = "1"; os.environ["MPLBACKEND"] = "pdf"; os.chdir("/"); os.umask(0o077)
""".strip()


@warm_only
def test_a_notebook_sees_no_other(
    warm: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its surroundings are those of an ordinary kernel, whatever ran before."""
    assert "'trace'" in outcome(tmp_path, SPOIL, STATE)
    seen = outcome(tmp_path, STATE)
    monkeypatch.setenv("KERNEL", "plain")
    assert seen.replace("'KERNEL', 'warm'", "'KERNEL', 'plain'") == outcome(tmp_path, STATE)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kernel_is_interrupted_at_its_end(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that is just done with its last cell would print an error into the run's output."""
    sent: list[int] = []
    send = os.killpg

    def noted(group: int, signum: int) -> None:
        sent.append(signum)
        send(group, signum)

    monkeypatch.setattr(os, "killpg", noted)
    monkeypatch.setenv("KERNEL", kind)
    assert outcome(tmp_path, "print(1)") == "1\n"
    assert signal.SIGINT not in sent


@pytest.mark.parametrize("kind", KINDS)
def test_no_kernel_reads_what_its_user_has_set_for_others(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = tmp_path / "ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "own.py").write_text("in_startup = 1")
    config = "c = get_config()\nc.IPKernelApp.exec_lines = ['in_config = 1']\n"
    (profile / "ipython_kernel_config.py").write_text(config)
    (tmp_path / "python.py").write_text("in_pythonstartup = 1")
    monkeypatch.setenv("KERNEL", kind)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "python.py"))
    before = sorted(tmp_path.rglob("ipython/**"))
    assert outcome(tmp_path, "print([name for name in dir() if name[:3] == 'in_'])") == "[]\n"
    assert sorted(tmp_path.rglob("ipython/**")) == before, "it leaves nothing there either"


@warm_only
def test_two_notebooks_draw_different_random_numbers(warm: None, tmp_path: Path) -> None:
    draw = "import random, numpy; print(random.random(), numpy.random.random())"
    first, second = (outcome(tmp_path, draw).split() for _ in range(2))
    assert not set(first) & set(second)


@warm_only
def test_a_page_is_the_same_byte_for_byte(
    warm: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = next(page for page in PAGES if page.notebook == "completion")
    for kind in KINDS:
        monkeypatch.setenv("KERNEL", kind)
        parameters = {**page.parameters, "language": "zh"}
        run_notebook(page.source, tmp_path / kind / "page.ipynb", parameters)
    first, second = (tmp_path / kind / "page.ipynb" for kind in KINDS)
    assert first.read_bytes() == second.read_bytes()


@warm_only
@pytest.mark.parametrize("name", ["growth-and-gaps", "projections"])
def test_a_computation_is_the_same_byte_for_byte(
    warm: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    for kind in KINDS:
        monkeypatch.setenv("KERNEL", kind)
        run_notebook(NOTEBOOKS / f"{name}.ipynb", tmp_path / kind, {})
    assert (tmp_path / "warm").read_bytes() == (tmp_path / "plain").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("import os; os._exit(3)", "the kernel died, perhaps for want of memory"),
        ("import os; os.kill(os.getpid(), 9)", "the kernel died, perhaps for want of memory"),
        ("held = bytearray(3 << 30)", "failed: MemoryError: it ran out of memory (KERNEL"),
        ("import numpy; held = numpy.ones(3 << 27)", "MemoryError: Unable to allocate"),
        ("import time; time.sleep(60)", "it took longer than 2 s"),
    ],
)
def test_the_end_of_a_kernel_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, source: str, sentence: str
) -> None:
    monkeypatch.setenv("KERNEL", kind)
    monkeypatch.setenv("KERNEL_MEMORY_GB", "2")
    with pytest.raises(NotebookError) as error:
        outcome(tmp_path, source, timeout=2)
    assert sentence in str(error.value)
    if "sleep" not in source:
        assert "(KERNEL_MEMORY_GB=2 is its limit)" in str(error.value)


@pytest.mark.parametrize("kind", KINDS)
def test_an_interrupt_reaches_the_cell_alone(tmp_path: Path, kind: str) -> None:
    cells = [new_code_cell("import time; time.sleep(60)"), new_code_cell("print('after')")]
    nb = new_notebook(cells=cells)
    settings = KernelSettings(kind, 4.0)
    with private_kernel(tmp_path, settings) as options:
        runner = NotebookClient(
            nb, **options, timeout=2, interrupt_on_timeout=True, allow_errors=True
        )
        runner.execute()
    assert [output.ename for output in cells[0].outputs] == ["KeyboardInterrupt"]
    assert printed(nb) == "after\n"


@pytest.mark.parametrize("kind", KINDS)
def test_what_libraries_and_children_write_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    monkeypatch.setenv("KERNEL", kind)
    low = "import os, time\nos.write(1, b'low\\n')\nos.system('echo child')\ntime.sleep(1)"
    assert outcome(tmp_path, "print('high')", low, "print('end')").split() == [
        *("high", "low", "child", "end")
    ]


@warm_only
def test_one_zygote_serves_many_runs_and_keeps_no_dead(warm: None, tmp_path: Path) -> None:
    first, second = (int(outcome(tmp_path, PARENT)) for _ in range(2))
    assert first == second
    assert process_state(first).endswith(str(os.getpid()))
    assert children(first) == []


@warm_only
def test_another_environment_or_code_gets_another_zygote(
    warm: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = int(outcome(tmp_path, PARENT))
    monkeypatch.setenv("MPLBACKEND", "svg")
    backend = "import matplotlib; print(matplotlib.get_backend(), os.getppid())"
    name, second = outcome(tmp_path, "import os", backend).split()
    assert name == "svg"
    assert int(second) != first
    assert process_state(first) == ""


@warm_only
def test_a_zygote_that_died_is_replaced(warm: None, tmp_path: Path) -> None:
    first = int(outcome(tmp_path, PARENT))
    with pytest.raises(NotebookError, match="the kernel died"):
        outcome(tmp_path, "import os, time; os.kill(os.getppid(), 9); time.sleep(60)")
    assert int(outcome(tmp_path, PARENT)) != first


@warm_only
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_the_build(tmp_path: Path, blow: signal.Signals) -> None:
    said = tmp_path / "pids"
    source = f"""
        import os, pathlib, time
        path = pathlib.Path({str(said)!r})
        path.with_suffix(".part").write_text(f"{{os.getpid()}} {{os.getppid()}}")
        path.with_suffix(".part").rename(path)
        time.sleep(60)
    """
    path = notebook(tmp_path / "x.ipynb", "\n".join(map(str.strip, source.splitlines())))
    words = [sys.executable, "-m", "analysis.notebooks", "run", path, tmp_path / "o.ipynb"]
    with subprocess.Popen(words, env={**os.environ, "KERNEL": "warm"}) as build:
        assert within(60, said.exists)
        pids = [int(pid) for pid in said.read_text().split()]
        assert all(process_state(pid) for pid in pids)
        build.send_signal(blow)
    assert within(30, lambda: not any(process_state(pid) for pid in pids))


SLOW_TO_LEAD = """
import os, socket, sys, time
from analysis.kernels import zygote
os.setsid = lambda: time.sleep(60)
zygote.serve(socket.socket(fileno=int(sys.argv[1])))
"""


@warm_only
def test_a_kernel_that_does_not_lead_a_group_yet_ends_too(tmp_path: Path) -> None:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    report, reported = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    words = [sys.executable, "-c", SLOW_TO_LEAD, str(theirs.fileno())]
    with report, reported, theirs, subprocess.Popen(words, pass_fds=[theirs.fileno()]) as process:
        socket.send_fds(control, [json.dumps([str(tmp_path)]).encode()], [reported.fileno()])
        assert within(60, lambda: children(process.pid))
        (kernel,) = children(process.pid)
        control.close()
        assert process.wait(60) == 0
        try:
            assert within(10, lambda: not process_state(kernel))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(kernel, signal.SIGKILL)


@warm_only
def test_a_forked_build_has_a_zygote_of_its_own(warm: None, tmp_path: Path) -> None:
    first = outcome(tmp_path, PARENT)
    (tmp_path / "fork").mkdir()
    fork = multiprocessing.get_context("fork").Process(
        target=outcome, args=(tmp_path / "fork", PARENT)
    )
    fork.start()
    fork.join(60)
    other = printed(nbformat.read(tmp_path / "fork" / "executed.ipynb", as_version=4))
    assert fork.exitcode == 0
    assert other != first == outcome(tmp_path, PARENT)


@warm_only
def test_where_preloading_fails_kernels_are_ordinary(
    warm: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("ANOTHER", "environment")
    monkeypatch.setattr(client, "modules_of_notebooks", lambda: ["nowhere"])
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert int(outcome(tmp_path, PARENT)) == os.getpid()
    assert [record.getMessage() for record in caplog.records] == [
        "notebooks run in ordinary kernels: nowhere cannot be imported: "
        "ModuleNotFoundError: No module named 'nowhere'"
    ]


@warm_only
@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("1", ""),
        ("import warnings; warnings.warn('old')", "an import warns: old"),
        ("import threading as t; t.Thread(target=t.Event().wait, daemon=True).start()", "thread"),
        ("print('hello')", "an import prints: hello"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_what_is_preloaded_leaves_nothing_running(
    tmp_path: Path, source: str, problem: str
) -> None:
    (tmp_path / "extra.py").write_text(source)
    program = (
        "from analysis.kernels.client import modules_of_notebooks\n"
        "from analysis.kernels.zygote import LIBRARIES, preload\n"
        "print(preload([*LIBRARIES, *modules_of_notebooks(), 'extra']))\n"
        "import asyncio, gc, zmq\n"
        "print([x for x in gc.get_objects() if isinstance(x, (zmq.Context, zmq.Socket))"
        " or isinstance(x, asyncio.AbstractEventLoop)])\n"
    )
    path = os.pathsep.join([str(ROOT / "src"), str(tmp_path)])
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    first, *_, running = run.stdout.splitlines()
    assert (problem in first) if problem else first == ""
    assert running == "[]"


def test_every_notebooks_code_is_preloaded() -> None:
    modules = client.modules_of_notebooks()
    assert {"analysis", "analysis.publish.figures", "analysis.measures.growth"} <= set(modules)
    assert not any("papermill" in name for name in (*modules, *zygote.LIBRARIES))


def test_what_notebooks_import_knows_nothing_of_how_they_are_run() -> None:
    """A third of a kernel's start was papermill, and what validates notebooks, for one title."""
    rooms = {f"{name}.".split(".")[1] for name in client.modules_of_notebooks()}
    assert {"measures", "publish"} <= rooms
    assert not rooms & {"notebooks", "kernels", "graph", "delivery", "cluster", "versions"}


def within(seconds: float, check: object) -> bool:
    assert callable(check)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.05)
    return False
