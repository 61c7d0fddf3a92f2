"""Render the site: with Quarto where it is installed, else with the embedded renderer."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pypandoc

from analysis.errors import InputError

CHOICES = ("auto", "quarto", "embedded")


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
        If the choice is unknown, or Quarto is wanted and absent.
    """
    if wanted not in CHOICES:
        raise InputError(f'RENDERER="{wanted}" is not known; allowed are {", ".join(CHOICES)}.')
    quarto = None if wanted == "embedded" else shutil.which("quarto")
    if quarto:
        version = subprocess.run([quarto, "--version"], capture_output=True, text=True, check=True)
        return Renderer("quarto", version.stdout.strip())
    if wanted == "quarto":
        raise InputError(
            "RENDERER=quarto, but there is no quarto on the path; install Quarto 1.4 or later, "
            "or leave RENDERER out."
        )
    return Renderer("embedded", f"Pandoc {pypandoc.get_pandoc_version()}")


def render(renderer: Renderer, root: Path, site: Path) -> None:
    """Render the executed pages; a failure leaves the site that was there.

    Raises
    ------
    InputError
        If a page cannot be rendered.
    """
    print(f"renderer: {renderer.description}")
    if renderer.name == "embedded":
        from analysis.publish.embedded import render_site
        from analysis.publish.finish import finish_site

        render_site(root, site, finish=finish_site)
    else:
        _render_with_quarto(root, site)


def _render_with_quarto(root: Path, site: Path) -> None:
    """Run ``quarto render``: its pre-render step has no work, its post-render step finishes."""
    kept = site.with_name(f"{site.name}.old")
    shutil.rmtree(kept, ignore_errors=True)
    if site.exists():
        site.rename(kept)
    environment = {**os.environ, "PAGES_ARE_MADE": "1"}
    result = subprocess.run(["quarto", "render"], cwd=root, env=environment, check=False)
    if result.returncode or not (site / "index.html").is_file():
        shutil.rmtree(site, ignore_errors=True)
        if kept.exists():
            kept.rename(site)
        raise InputError(
            f"quarto render ended with status {result.returncode}; its own message is above, "
            "and the old site is kept."
        )
    shutil.rmtree(kept, ignore_errors=True)
