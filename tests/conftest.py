"""What several tests share: a tiny table on disk, and the real project's tables."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many tiny fits: threads only wait here

import pandas as pd
import pytest
from hypothesis import settings

from analysis.paths import ROOT, TABLES
from analysis.printed.notes import load_notes
from analysis.printed.targets import load_targets, read_targets
from analysis.publish.embedded import render_site
from analysis.publish.finish import finish_site
from analysis.registry import Registry, load_registry

# A slow machine is no failure: nothing here asserts a time.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

SPEC = """
table_id = "tiny"
plan = "14fyp"
title = "专栏1 主要指标"
source_lines = [1, {lines}]

[document]
title_zh = "规划"
title_en = "Plan"
publisher_zh = "政府"
publisher_en = "Government"
date = 2021-01-01
file = "plan.txt"

[layout]
kind = "cells"
script = "mainland"
header = "序号 指标 单位 2020年完成值 2025年目标值 属性"
columns = ["number", "name", "unit", "baseline", "target", "attribute"]
filler = "-"

[years]
baseline = 2020
target = 2025
"""
BODY = """专栏1 主要指标
序号
指标
单位
2020年
完成值
2025年
目标值
属性
1
机场旅客/货邮吞吐量
万人次/
万吨
7339/192
(2019年)
10000/350
预期性
2
研发经费支出(R&D)占地区生产总值比重
%
3
3.4左右
预期性
-
3
每千人口拥有执业(助理)医师数
3.5
4
约束性
"""

Writer = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills", type=int, default=10, help="kills for each test of a killed process"
    )
    parser.addoption(
        "--real-kills", type=int, default=0, help="kills of the real build and the real publication"
    )
    parser.addoption("--seed", default="2025", help="chooses the kills and the damages")
    parser.addoption("--fuzz", type=int, default=1000, help="damaged inputs that are tried in all")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call() -> None:
    """Hide pytest from kernels: under it ipykernel does not catch what libraries write."""
    os.environ.pop("PYTEST_CURRENT_TEST", None)


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> list[float]:
    """Where in its course a process is killed, from its start (0) to a little after its end."""
    seed, kills = request.config.getoption("--seed"), request.config.getoption("--kills")
    return [random.Random(f"{seed}-{number}").uniform(0, 1.1) for number in range(kills)]


@pytest.fixture
def tiny(tmp_path: Path) -> Writer:
    """Write a tiny table with its spec; ``edit`` and ``edit_spec`` replace text in them."""

    def write(
        edit: tuple[str, str] | None = None, edit_spec: tuple[str, str] | None = None
    ) -> Path:
        body, spec = BODY, SPEC.format(lines=BODY.count("\n"))
        if edit:
            assert edit[0] in body
            body = body.replace(*edit, 1)
            spec = SPEC.format(lines=body.count("\n"))
        if edit_spec:
            assert edit_spec[0] in spec
            spec = spec.replace(*edit_spec, 1)
        path = tmp_path / "tiny.txt"
        path.write_text(body, encoding="utf-8")
        path.with_suffix(".toml").write_text(spec, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry()


@pytest.fixture(scope="session")
def read(registry: Registry) -> dict[str, pd.DataFrame]:
    """The five tables read afresh from their raw text."""
    return {path.stem: read_targets(path, registry) for path in sorted(TABLES.glob("*.txt"))}


@pytest.fixture(scope="session")
def targets() -> pd.DataFrame:
    return load_targets()


@pytest.fixture(scope="session")
def notes(targets: pd.DataFrame) -> pd.DataFrame:
    return load_notes(targets)


@pytest.fixture(scope="session")
def transcription() -> pd.DataFrame:
    """The tables copied by an independent reader, without the program."""
    path = Path(__file__).parent / "data" / "transcription.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The executed pages, rendered by the embedded renderer and finished."""
    if not (ROOT / "index.ipynb").is_file():
        pytest.fail("the pages are not made; run `make pages`, as `make test` does")
    out = tmp_path_factory.mktemp("site") / "_site"
    render_site(ROOT, out, finish=finish_site)
    return out


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell lets what it runs in the background ignore SIGINT, and that is handed on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
