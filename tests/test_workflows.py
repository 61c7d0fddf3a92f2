"""The workflows for GitHub: pinned actions, least permissions, no secrets, commands that exist."""

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


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_in_the_docs_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
    blocks = re.findall(
        r"^`\S+/(plan-monitor[\w-]*\.\w+)`\n\n((?:(?:    .*)?\n)+)", text, re.MULTILINE
    )
    names = [name for name, _ in blocks]
    assert names == [f"plan-monitor{kind}" for kind in (".service", "-failed.service", ".timer")]
    assert f"OnFailure={names[1]}" in text
    for name, block in blocks:
        (tmp_path / name).write_text(textwrap.dedent(block))
    run = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name, _ in blocks)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    own = [line for line in run.stderr.splitlines() if "plan-monitor" in line]
    assert run.returncode == 0, run.stderr
    assert not own
