"""kill -9 of the real build and of the real publication: `pytest tests/test_real_kills.py
--real-kills=50 -s`.

Left out unless `--real-kills` is given: 50 kills of each take from twenty minutes on. `--seed`
chooses other moments. With `-s` a line tells of each kill, and one of all.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import pytest

from analysis.delivery.releases import tree_digest
from analysis.paths import ROOT
from benchmarks.build import LEVEL
from benchmarks.checkout import LOG, STATE, copy_built, edit, environment, report
from tests.served import releases

pytestmark = pytest.mark.faults
MARK = "REAL_KILLS_RUN"
FORTH = LEVEL
BACK = (LEVEL[0], LEVEL[2], LEVEL[1])
KEEP = 3
SHORT = 12.0
"""Seconds a build has at most before it is killed, at first: half as long again after a run that got
nothing done, and half as long after one that did."""


@pytest.fixture(scope="session")
def kills(request: pytest.FixtureRequest) -> int:
    wanted = int(request.config.getoption("--real-kills"))
    if not wanted:
        pytest.skip("takes from ten minutes on: --real-kills=50 asks for it")
    return wanted


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(f"real-{request.config.getoption('--seed')}")


@pytest.fixture(scope="session")
def projects(kills: int, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The project and one with another observation, each built by an undisturbed run.

    Fitted numbers that agree with the committed ones to seven digits are kept as committed, as
    long as nothing else changes (`FITTED_TOLERANCE` of `dodo.py`): here they are this machine's.
    """
    old, new = (tmp_path_factory.mktemp("real").resolve() / name for name in ("old", "new"))
    copy_built(ROOT, old)
    (old / "data" / "processed" / "projections.csv").unlink()
    report(old)
    copy(old, new)
    edit(new / FORTH[0], *FORTH[1:])
    report(new)
    assert tree_digest(old / "_site") != tree_digest(new / "_site")
    return old, new


def copy(project: Path, folder: Path) -> None:
    """Copy a copy, with doit's record of it."""
    shutil.copytree(project, folder)
    for name in STATE:
        text = (project / name).read_text("utf-8")
        (folder / name).write_text(text.replace(f"{project}/", f"{folder}/"), "utf-8")
    assert not report(folder).tasks


class Run:
    """A command in a copy of the project, in a process group of its own."""

    def __init__(self, folder: Path, *words: str | Path) -> None:
        self._mark = uuid.uuid4().hex
        self._output = folder / "build" / "output.txt"
        self._temporary = TemporaryDirectory(prefix="kills-")  # what killed runs leave there
        own = {MARK: self._mark, "TMPDIR": self._temporary.name}
        with self._output.open("w") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *map(str, words)], cwd=folder,
                env=environment(folder) | own, stdin=subprocess.DEVNULL, stdout=stream,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def reaches(self, state: Callable[[], bool]) -> None:
        """Wait for a state of things, or for the end."""
        while not state() and self._process.poll() is None:
            time.sleep(0.002)

    def ends_within(self, seconds: float) -> bool:
        """Whether it has ended, well, after so many seconds."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        assert status == 0, self.said()
        return True

    def kill(self) -> set[str]:
        """Kill the group, and let nothing of it live on; the programs that were at work."""
        programs = {process.name() for process in self._alive()}
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        end = time.monotonic() + 120
        while left := self._alive():
            assert time.monotonic() < end, f"still alive: {[process.cmdline() for process in left]}"
            time.sleep(0.1)
        return programs

    def said(self) -> str:
        """What it has printed, which is never a traceback."""
        text = self._output.read_text("utf-8", "replace")
        assert "Traceback" not in text, text
        return text

    def _alive(self) -> list[psutil.Process]:
        """Kernels and the processes they are forked from leave the group, but not the mark."""
        found = []
        for process in psutil.process_iter():
            try:
                if (
                    process.environ().get(MARK) == self._mark
                    and process.status() != psutil.STATUS_ZOMBIE
                ):
                    process.name()
                    found.append(process)
            except psutil.Error:
                continue
        return found


def test_a_killed_real_build_leaves_a_whole_site_and_goes_on(
    projects: tuple[Path, Path], kills: int, chance: random.Random, tmp_path: Path
) -> None:
    digests = [tree_digest(project / "_site") for project in projects]
    folder = tmp_path.resolve() / "work"
    copy(projects[0], folder)
    phases: Counter[str] = Counter()
    done: list[str] = []
    completed, goal, longest = 0, 1, SHORT
    edit(folder / FORTH[0], *FORTH[1:])
    while phases.total() < kills:
        before = last_run(folder)
        run = Run(folder, "analysis.graph", "report")
        ended = run.ends_within(chance.uniform(0.5, longest))
        programs = set() if ended else run.kill()
        now = last_run(folder)
        tasks = [line["task"] for line in now if line.get("result") == "run" and now != before]
        assert not set(tasks) & set(done), "what a killed run had finished was made again"
        done += tasks
        longest = max(SHORT, longest * (0.5 if tasks else 1.5))
        served = tree_digest(folder / "_site")
        assert served in digests, "two sites are mixed"
        run.said()
        if ended:
            assert served == digests[goal], "another site than an undisturbed run makes"
            completed += 1
            goal, done = 1 - goal, []
            edit(folder / FORTH[0], *(FORTH if goal else BACK)[1:])
            continue
        phase = phase_of_build(folder, programs, tasks)
        phases[phase] += 1
        print(
            f"kill {phases.total()}: {phase}, {len(done)} tasks done since the change", flush=True
        )
    print(f"{kills} kills: {dict(phases)}; {completed} builds completed, none different")
    report(folder)
    assert tree_digest(folder / "_site") == digests[goal]
    assert not [path.name for path in folder.glob("_site?*")]


def last_run(folder: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (folder / LOG).read_text("utf-8").splitlines()]
    start = max(number for number, line in enumerate(lines) if line["event"] == "start")
    return lines[start:]


def phase_of_build(folder: Path, programs: set[str], tasks: list[str]) -> str:
    """Where in its course a build was killed."""
    if any("pagefind" in name for name in programs):
        return "search index"
    if (folder / "_site.new").exists():
        return "site written"
    if any("pandoc" in name for name in programs):
        return "pages rendered"
    return f"after a task of {tasks[-1].partition(':')[0]}" if tasks else "before its first task"


def test_a_killed_real_publication_leaves_a_whole_site(
    projects: tuple[Path, Path], kills: int, chance: random.Random, tmp_path: Path
) -> None:
    dest = tmp_path.resolve() / "www"
    digests = [tree_digest(project / "_site") for project in projects]
    words = ("analysis.delivery", "publish", dest, "--keep", str(KEEP))
    begun = time.monotonic()
    first = Run(projects[0], *words)
    first.reaches(lambda: copying(dest))
    copied = time.monotonic()
    assert first.ends_within(600)
    length, copy_length = time.monotonic() - begun, time.monotonic() - copied
    phases: Counter[str] = Counter()
    completed, goal = 0, 1
    while phases.total() < kills:
        run = Run(projects[goal], *words)
        if chance.random() < 0.5:  # copying is short, and is what matters
            run.reaches(lambda: copying(dest))
            ended = run.ends_within(chance.uniform(0, 1.1 * copy_length))
        else:
            ended = run.ends_within(chance.uniform(0, 1.1 * length))
        if not ended:
            run.kill()
        served = tree_digest(dest / "current")
        assert served in digests, "two sites are mixed"
        assert os.readlink(dest / "current").endswith(served), "the link tells of another release"
        said = run.said()
        if ended:
            assert served == digests[goal]
            assert not copying(dest)
            assert len(releases(dest)) <= KEEP
            completed += 1
            goal = 1 - goal
            continue
        phase = phase_of_publication(dest, said, served == digests[goal])
        phases[phase] += 1
        print(f"kill {phases.total()}: {phase}", flush=True)
    print(f"{kills} kills: {dict(phases)}; {completed} publications completed, none different")
    assert Run(projects[goal], *words).ends_within(600)
    assert tree_digest(dest / "current") == digests[goal]


def copying(dest: Path) -> bool:
    return bool(list((dest / "releases").glob(".undone-*")))


def phase_of_publication(dest: Path, said: str, switched: bool) -> str:
    if switched:
        return "after the switch"
    if copying(dest):
        return "copied"
    return "checked, or compared" if "nothing to do" in said else "build looked over"
