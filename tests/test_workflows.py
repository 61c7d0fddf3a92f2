"""The workflows for GitHub: pinned actions, least permissions, no secrets, commands that exist."""

import os
import re
import shutil
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
SCHEDULING = (ROOT / "docs" / "scheduling.md").read_text("utf-8")


def read(path: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return workflow


def test_there_is_a_workflow_to_test_and_one_to_publish() -> None:
    triggers = {path.stem: set(read(path)["on"]) for path in WORKFLOWS}
    assert triggers == {
        "test": {"push", "pull_request"},
        "publish": {"schedule", "workflow_dispatch"},
    }


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_commit_and_no_secret_is_used(path: Path) -> None:
    text = path.read_text("utf-8")
    used = re.findall(r"uses: (.+)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    assert "secrets" not in text


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_permissions_are_the_least(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] in ({"contents": "read"}, "{}", {})
    for name, job in workflow["jobs"].items():
        wanted = (
            {"pages": "write", "id-token": "write"} if name == "deploy" else {"contents": "read"}
        )
        assert job.get("permissions", workflow["permissions"]) == wanted
        assert int(job["timeout-minutes"]) <= 60


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_commands_are_targets_of_the_makefile(path: Path) -> None:
    steps = [step for job in read(path)["jobs"].values() for step in job["steps"]]
    targets = [
        found[1] for step in steps if (found := re.match(r"make (\w+)", step.get("run", "")))
    ]
    assert targets
    for target in targets:
        assert re.search(rf"^{target}\b.*:", MAKEFILE, re.MULTILINE), target


def test_the_folders_a_unit_may_write_are_made_before_it_starts() -> None:
    """Without one of them systemd does not start it (status 226/NAMESPACE)."""
    checkout = re.findall(r"^    WorkingDirectory=(\S+)$", SCHEDULING, re.MULTILINE)
    made = re.findall(r"^    install -d -o plan-monitor .* (\S+)$", SCHEDULING, re.MULTILINE)
    (writable,) = re.findall(r"^    ReadWritePaths=(.+)$", SCHEDULING, re.MULTILINE)
    assert {*checkout, *made} == set(writable.split())


@pytest.mark.parametrize(
    ("git", "make", "mailed"),
    [
        ("exit 0", "seq 9; exit 0", ""),
        ("exit 0", "seq 8; echo differs >&2; exit 2", "5\n6\n7\n8\ndiffers\n"),
        ("echo unreachable >&2; exit 1", "echo not asked", "unreachable\n"),
    ],
)
def test_the_monthly_look_mails_what_failed(
    git: str, make: str, mailed: str, tmp_path: Path
) -> None:
    line = re.search(r"^    23 5 1 \* \*  (.+)$", SCHEDULING, re.MULTILINE)
    assert line
    for name, script in (("git", git), ("make", make)):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    command = line[1].replace("/opt/plan-monitor", str(tmp_path))
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    run = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert run.stdout + run.stderr == mailed
    assert "/tmp/" not in line[1]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_in_the_docs_are_valid(tmp_path: Path) -> None:
    blocks = re.findall(
        r"^`\S+/(plan-monitor[\w-]*\.\w+)`\n\n((?:(?:    .*)?\n)+)", SCHEDULING, re.MULTILINE
    )
    names = [name for name, _ in blocks]
    assert names == [f"plan-monitor{kind}" for kind in (".service", "-failed.service", ".timer")]
    assert f"OnFailure={names[1]}" in SCHEDULING
    for name, block in blocks:
        (tmp_path / name).write_text(textwrap.dedent(block))
    run = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name, _ in blocks)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    own = [line for line in run.stderr.splitlines() if "plan-monitor" in line]
    assert run.returncode == 0, run.stderr
    assert not own
