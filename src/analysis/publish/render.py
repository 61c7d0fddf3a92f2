"""Render the site: with Quarto where it is installed, else with the embedded renderer."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

import pypandoc

from analysis.errors import InputError
from analysis.writing import writing

CHOICES = ("auto", "quarto", "embedded")
LEFTOVER_SECONDS = 600
"""How long a run waits for a Quarto that a killed one left behind."""


@dataclass(frozen=True)
class Renderer:
    """A renderer and its version."""

    name: Literal["quarto", "embedded"]
    version: str

    @property
    def description(self) -> str:
        """The renderer in words, for the run's one line about it."""
        return f"Quarto {self.version}" if self.name == "quarto" else f"embedded, {self.version}"


def choose_renderer(wanted: str) -> Renderer:
    """Choose a renderer.

    Parameters
    ----------
    wanted
        ``auto`` takes Quarto where it is on the path, ``quarto`` insists on it, ``embedded``
        never takes it.

    Raises
    ------
    InputError
        If the choice is unknown, Quarto is wanted and absent, or there and does not start.
    """
    if wanted not in CHOICES:
        raise InputError(f'RENDERER="{wanted}" is not known; allowed are {", ".join(CHOICES)}.')
    quarto = None if wanted == "embedded" else shutil.which("quarto")
    if quarto:
        return Renderer("quarto", _version(quarto))
    if wanted == "quarto":
        raise InputError(
            "RENDERER=quarto, but there is no quarto on the path; install Quarto 1.4 or later, "
            "or leave RENDERER out."
        )
    return Renderer("embedded", f"Pandoc {pypandoc.get_pandoc_version()}")


def _version(quarto: str) -> str:
    try:
        result = subprocess.run([quarto, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        problem = error.strerror
    else:
        if not result.returncode:
            return result.stdout.strip()
        problem = (result.stderr.strip().splitlines() or [f"status {result.returncode}"])[-1]
    raise InputError(
        f"{quarto} does not start ({problem}): mend it, or set RENDERER=embedded to do without."
    )


def render(renderer: Renderer, root: Path, site: Path) -> None:
    """Render the executed pages; a failure leaves the site that was there.

    Raises
    ------
    InputError
        If a page cannot be rendered, or a Quarto that a killed run left behind does not end.
    """
    print(f"renderer: {renderer.description}")
    with _alone(root) as lock:
        kept = _kept(site)
        if kept.exists():  # a run was killed: this is the whole site, the other half a one
            _put_back(kept, site)
        if renderer.name == "embedded":
            from analysis.publish.embedded import render_site
            from analysis.publish.finish import finish_site

            render_site(root, site, finish=finish_site)
        else:
            _render_with_quarto(root, site, lock)


@contextmanager
def _alone(root: Path) -> Iterator[int]:
    """Hold a lock that Quarto inherits, with all it starts: it is free when the last has ended.

    So nobody writes the site beside a Quarto whose run was killed.
    """
    path = root / ".quarto-lock"
    with writing(path):
        path.touch()
    with path.open() as lock:
        end = time.monotonic() + LEFTOVER_SECONDS
        while not _locked(lock):
            if time.monotonic() > end:
                raise InputError(
                    "a Quarto that a killed run left behind has not ended in "
                    f"{LEFTOVER_SECONDS} s: end it (`ps` shows it), then run this again."
                )
            time.sleep(0.1)
        yield lock.fileno()


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _render_with_quarto(root: Path, site: Path, lock: int) -> None:
    """Run ``quarto render``: its pre-render step has no work, its post-render step finishes."""
    kept = _kept(site)
    if site.exists():
        site.rename(kept)
    environment = {**os.environ, "PAGES_MADE_BY": sys.executable}
    try:
        result = subprocess.run(
            ["quarto", "render"], cwd=root, env=environment, pass_fds=[lock], check=False
        )
        if result.returncode or not (site / "index.html").is_file():
            raise InputError(
                f"quarto render ended with status {result.returncode}; its own message is above, "
                "and the old site is kept."
            )
    except BaseException:
        _put_back(kept, site)
        raise
    _remove(kept)


def _kept(site: Path) -> Path:
    """Where the old site lies, whole, while Quarto writes the new one."""
    return site.with_name(f"{site.name}.kept")


def _put_back(kept: Path, site: Path) -> None:
    shutil.rmtree(site, ignore_errors=True)
    if kept.exists():
        kept.rename(site)


def _remove(kept: Path) -> None:
    """Remove the old site, under a name from which nothing is put back: half of it may stay."""
    old = kept.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if kept.exists():
        kept.rename(old)
        shutil.rmtree(old, ignore_errors=True)
