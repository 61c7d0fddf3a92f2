"""The project as a whole: its environments, its notebooks, and the pipeline in another folder."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

from analysis.paths import NOTEBOOKS, ROOT
from analysis.publish.sitemap import OTHER, PAGES, downloads, page_path


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


def project_requirements() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        name_of(r) for r in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }


def lock() -> str:
    return (ROOT / "requirements" / "lock.txt").read_text("utf-8")


def test_the_lock_pins_every_requirement_with_hashes_and_no_address() -> None:
    pinned = re.findall(r"^([\w.-]+)==\S+(.*?)(?=^[\w.-]+==|\Z)", lock(), re.MULTILINE | re.DOTALL)
    assert project_requirements() <= {name.lower() for name, _ in pinned}
    assert all("--hash=sha256:" in rest for _, rest in pinned)
    assert "://" not in lock()
    assert "--index" not in lock()


def test_conda_environment_is_in_step_with_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    specs = [spec for spec in environment["dependencies"] if isinstance(spec, str)]
    pip = next(spec["pip"] for spec in environment["dependencies"] if isinstance(spec, dict))
    only_conda = {"python", "pip", "quarto"}
    listed = {name_of(spec) for spec in [*specs, *pip]} - only_conda
    conda_names = {"pypandoc-binary": "pypandoc-binary", "types-pyyaml": "types-pyyaml"}
    assert listed == {conda_names.get(name, name) for name in project_requirements()}
    assert "quarto" in {name_of(spec) for spec in specs}
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock(), re.MULTILINE))
    for spec in [*specs, *pip]:
        name = name_of(spec)
        if name not in only_conda and "=" in spec:
            version = re.split(r"=+", spec)[-1]
            assert pins[name].split(".")[:2] == version.split(".")[:2], spec


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_keep_only_checked_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    checked = [cell for cell in code if "check" in cell.metadata.get("tags", [])]
    assert len([cell for cell in code if "parameters" in cell.metadata.get("tags", [])]) == 1
    assert checked
    assert all(cell.outputs and cell.execution_count for cell in checked)
    assert not any(cell.outputs or cell.execution_count for cell in code if cell not in checked)
    assert all(len(cell.source.splitlines()) <= 16 for cell in code)


def test_nbval_fails_when_a_checked_number_changes(tmp_path: Path) -> None:
    """The stored outputs are compared: one digit off must fail."""
    notebook = nbformat.read(NOTEBOOKS / "data.ipynb", as_version=4)
    cell = next(c for c in notebook.cells if "check" in c.metadata.get("tags", []))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval"]
    command += ["--nbval-current-env", "-c", str(tmp_path / "none.ini"), str(tmp_path / "x.ipynb")]
    (tmp_path / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    statuses = []
    for text in (cell.outputs[0].text, cell.outputs[0].text.replace("100", "101", 1)):
        cell.outputs[0].text = text
        nbformat.write(notebook, tmp_path / "x.ipynb")
        statuses.append(subprocess.run(command, capture_output=True, check=False).returncode)
    assert statuses == [0, 1]


def tracked_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project copied to another folder, as a clone would be."""
    folder = tmp_path_factory.mktemp("elsewhere") / "a clone"
    for name in tracked_files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    return folder


def run_doit(folder: Path, *tasks: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "RENDERER": "embedded", **extra}
    return subprocess.run(
        [sys.executable, "-m", "doit", *tasks],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_site_is_made_again_when_a_page_or_a_download_changes() -> None:
    """The renderer copies downloads beside the pages: a table may change and its page not."""
    dodo = str(ROOT / "dodo.py")
    code = (
        f"import json, runpy; site = runpy.run_path({dodo!r})['task_site'](); "
        "print(json.dumps(site['file_dep']))"
    )
    listed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    inputs = set(json.loads(listed.stdout))
    for page in PAGES:
        for language in OTHER:
            shown = [page_path(page.name, language), *downloads(page, language).values()]
            assert {str(ROOT / path) for path in shown} <= inputs


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_pipeline_in_another_folder(elsewhere: Path) -> None:
    """Same bytes from another folder; nothing to do twice; bad input leaves everything."""
    processed = tree(elsewhere / "data" / "processed")
    first = run_doit(elsewhere)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "renderer: embedded" in first.stdout
    assert tree(elsewhere / "data" / "processed") == processed == tree(ROOT / "data" / "processed")
    for path in (ROOT / "reports").glob("*.ipynb"):
        assert (elsewhere / "reports" / path.name).read_bytes() == path.read_bytes(), path.name

    second = run_doit(elsewhere)
    assert second.stdout.startswith("nothing to do")

    site = tree(elsewhere / "_site")
    (elsewhere / "_site" / "index.html").write_text("damaged", encoding="utf-8")
    mended = run_doit(elsewhere)
    assert "done: 1 run" in mended.stdout
    assert tree(elsewhere / "_site") == site

    raw = elsewhere / "data" / "raw" / "tables" / "services-14fyp.txt"
    good = raw.read_text("utf-8")
    raw.write_text(good.replace("２５０００", "２５０００ ７"), encoding="utf-8")
    failed = run_doit(elsewhere)
    assert failed.returncode != 0
    assert "services-14fyp.txt, line 5" in failed.stdout
    assert "Traceback" not in failed.stdout + failed.stderr
    assert tree(elsewhere / "data" / "processed") == processed
    assert tree(elsewhere / "_site") == site

    raw.write_text(good.replace("２５０００", "２６０００"), encoding="utf-8")
    changed = run_doit(elsewhere, "targets")
    assert changed.returncode == 0, changed.stdout
    assert "table services-14fyp" in changed.stdout
    assert "table outline-14fyp" not in changed.stdout
    assert "26000" in (elsewhere / "data" / "processed" / "targets.csv").read_text("utf-8")


def test_an_unknown_renderer_or_a_missing_quarto_is_one_sentence(elsewhere: Path) -> None:
    wrong = run_doit(elsewhere, "list", RENDERER="latex")
    assert wrong.returncode != 0
    assert 'RENDERER="latex" is not known; allowed are auto, quarto, embedded.' in wrong.stderr
    absent = run_doit(elsewhere, "list", RENDERER="quarto", PATH="/nowhere")
    assert absent.returncode != 0
    assert "there is no quarto on the path" in absent.stderr
    assert "Traceback" not in wrong.stderr + absent.stderr
