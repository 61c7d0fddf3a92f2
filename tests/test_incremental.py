"""After one changed observation: only its dependants are made again, and as a clean build would."""

import sys
from pathlib import Path

from analysis.paths import ROOT
from benchmarks.build import LEVEL, one_observation
from benchmarks.checkout import LOG, command, copy_built, copy_sources, edit, executed_tasks

REPORTS = ("progress-2021", "outlook")
GONE = ("reports/series-gone.ipynb", "en/reports/series-gone.ipynb", "reports/series-gone.csv")
"""What a series leaves behind that the registry no longer has."""


def test_one_observation_rebuilds_its_dependants_as_a_clean_build_does(tmp_path: Path) -> None:
    """The clean build makes every table, every changed series' page and two reports."""
    folder = tmp_path.resolve() / "incremental"
    copy_built(ROOT, folder)
    before = _bytes(folder, "build/series")
    for name in GONE:
        (folder / name).write_bytes((folder / "reports" / "series-gdp.ipynb").read_bytes())
    (row,) = one_observation(folder)
    after = _bytes(folder, "build/series")
    changed = {name for name, content in after.items() if before[name] != content}
    tasks = executed_tasks(folder / LOG)
    ran = {
        task.split("series-")[1].split(":")[0]
        for task in tasks
        if task.startswith("execute:reports/series-")
    }
    assert row.reached
    assert LEVEL[1].split(",")[0] in ran
    assert {f"build/series/{name}.json" for name in ran} == changed
    assert len(ran) < len(before)
    assert not list(folder.rglob("series-gone.*"))

    clean = tmp_path.resolve() / "clean"
    copy_sources(ROOT, clean)
    name, old, new = LEVEL
    edit(clean / name, old, new)
    pages = [f"reports/series-{LEVEL[1].split(',')[0]}", *[f"reports/{name}" for name in REPORTS]]
    wanted = [f"page:{page}:{language}" for page in pages for language in ("zh", "en")]
    command(clean, sys.executable, "-m", "doit", "slices", "package", *wanted)
    for place in ("data", "build/series"):
        assert _bytes(folder, place) == _bytes(clean, place)
    for page in pages:
        for below in ("", "en/"):
            made = f"{below}{page}.ipynb"
            assert (folder / made).read_bytes() == (clean / made).read_bytes(), made


def _bytes(folder: Path, place: str) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / place).rglob("*"))
        if path.is_file()
    }
