"""Choosing and running a renderer; Quarto is played by a script."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import pytest
import yaml

from analysis.errors import InputError
from analysis.paths import ROOT
from analysis.publish.render import Renderer, choose_renderer, render


def fake_quarto(folder: Path, script: str) -> str:
    path = folder / "bin" / "quarto"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo 1.10.3 && exit 0\n{script}\n')
    path.chmod(0o755)
    return f"{path.parent}{os.pathsep}{os.environ['PATH']}"


def old_site(folder: Path) -> Path:
    site = folder / "_site"
    site.mkdir()
    (site / "index.html").write_text("old")
    return site


def test_without_quarto_the_embedded_renderer_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert choose_renderer("auto").name == "embedded"
    assert choose_renderer("auto").description.startswith("embedded, Pandoc 3")
    with pytest.raises(InputError, match="no quarto on the path; install Quarto"):
        choose_renderer("quarto")


def test_quarto_is_taken_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, "exit 0"))
    assert choose_renderer("auto") == Renderer("quarto", "1.10.3")
    assert choose_renderer("embedded").name == "embedded"


@pytest.mark.parametrize("script", ["echo no deno >&2; exit 127", "exit 3"])
def test_a_quarto_that_does_not_start_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, ""))
    (tmp_path / "bin" / "quarto").write_text(f"#!/bin/sh\n{script}\n")
    said = "no deno" if "deno" in script else "status 3"
    with pytest.raises(InputError, match=rf"bin/quarto does not start \({said}\): mend it, or set"):
        choose_renderer("auto")
    (tmp_path / "bin" / "quarto").write_text("#!/nowhere/interpreter\n")
    with pytest.raises(InputError, match=r"does not start \(No such file or directory\)"):
        choose_renderer("quarto")
    assert choose_renderer("embedded").name == "embedded"


def test_quarto_renders_with_the_pages_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = 'mkdir _site && echo "$1 $PAGES_MADE_BY" > _site/index.html'
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, script))
    render(Renderer("quarto", "1.10.3"), tmp_path, tmp_path / "_site")
    assert (tmp_path / "_site" / "index.html").read_text() == f"render {sys.executable}\n"
    assert capsys.readouterr().out == "renderer: Quarto 1.10.3\n"
    assert [path.name for path in tmp_path.iterdir() if "_site" in path.name] == ["_site"]


def test_quarto_finishes_where_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a clone, as `make verify` builds it, this interpreter has the libraries."""
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    steps = yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8"))["project"]
    script = f"{steps['pre-render']} && mkdir _site && touch _site/index.html"
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, f"{script} && {steps['post-render']}"))
    monkeypatch.delenv("CONDA_DEFAULT_ENV", raising=False)
    render(Renderer("quarto", "1.10.3"), tmp_path, tmp_path / "_site")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("script", ["mkdir _site; exit 4", "mkdir _site", "kill -9 $$"])
def test_a_failing_quarto_leaves_the_old_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    site = old_site(tmp_path)
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, script))
    with pytest.raises(InputError, match="the old site is kept"):
        render(Renderer("quarto", "1.10.3"), tmp_path, site)
    assert (site / "index.html").read_text() == "old"


@pytest.mark.parametrize("name", ["quarto", "embedded"])
def test_a_killed_quarto_costs_no_site(
    name: Literal["quarto", "embedded"], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the killed run left: the old site set aside, a half-written one in its place.

    Half removed, as a killed run may leave it in `_site.old`, a site is not taken back.
    """
    site, kept = tmp_path / "_site", tmp_path / "_site.kept"
    for folder, text in ((site, "half"), (kept, "old"), (tmp_path / "_site.old", "half removed")):
        folder.mkdir()
        (folder / "index.html").write_text(text)
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, "mkdir _site; exit 4"))
    with pytest.raises((InputError, FileNotFoundError)):
        render(Renderer(name, "1.10.3"), tmp_path, site)
    assert (site / "index.html").read_text() == "old"
    assert not kept.exists()


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_quarto_leaves_the_old_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = old_site(tmp_path)
    script = f"mkdir _site; echo half > _site/index.html; kill -INT {os.getpid()}; sleep 10"
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, script))
    with pytest.raises(KeyboardInterrupt):
        render(Renderer("quarto", "1.10.3"), tmp_path, site)
    assert (site / "index.html").read_text() == "old"
    assert not (tmp_path / "_site.kept").exists()


def test_nobody_writes_beside_a_quarto_whose_run_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Quarto's own script does, the stub has another process do the work."""
    wait = "touch begun; for _ in $(seq 600); do [ -e go ] && break; sleep 0.1; done"
    work = f"{wait}; mkdir -p _site; echo stale > _site/index.html; touch ended"
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, f"sh -c '{work}'; exit"))
    killed = subprocess.Popen([sys.executable, "-c", RENDER], cwd=tmp_path)
    while not (tmp_path / "begun").exists():
        assert killed.poll() is None
        time.sleep(0.02)
    killed.kill()
    killed.wait()
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, "mkdir _site && echo new > _site/index.html"))
    renderer, site = Renderer("quarto", "1.10.3"), tmp_path / "_site"
    with monkeypatch.context() as patched:
        patched.setattr("analysis.publish.render.LEFTOVER_SECONDS", 0)
        with pytest.raises(InputError, match="Quarto that a killed run left behind has not ended"):
            render(renderer, tmp_path, site)
    (tmp_path / "go").touch()
    render(renderer, tmp_path, site)
    assert (tmp_path / "ended").exists()
    assert (site / "index.html").read_text() == "new\n"


RENDER = """
from pathlib import Path
from analysis.publish.render import Renderer, render
render(Renderer("quarto", "1.10.3"), Path(), Path("_site"))
"""


def test_a_run_that_is_killed_when_quarto_has_ended_keeps_the_new_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much of the old one it had removed."""
    site = old_site(tmp_path)
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, "mkdir _site && echo new > _site/index.html"))
    remove = shutil.rmtree

    def killed(folder: Path, **options: bool) -> None:
        if (folder / "index.html").exists():
            raise SystemExit
        remove(folder, **options)

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(SystemExit):
        render(Renderer("quarto", "1.10.3"), tmp_path, site)
    monkeypatch.setattr(shutil, "rmtree", remove)
    monkeypatch.setenv("PATH", fake_quarto(tmp_path, "mkdir _site; exit 4"))
    with pytest.raises(InputError, match="the old site is kept"):
        render(Renderer("quarto", "1.10.3"), tmp_path, site)
    assert (site / "index.html").read_text() == "new\n"
