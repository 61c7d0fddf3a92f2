"""This machine's side: check the cluster, send it a notebook run, put the targets in place.

`connect` is called once, before the graph's processes are forked, and leaves no connection open;
each process that runs tasks has a connection of its own.
"""

import asyncio
import hashlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cloudpickle
from distributed import Client, Future, KilledWorker, get_worker
from distributed.client import ClosedClientError

from analysis import errors
from analysis.cluster import parcel, worker
from analysis.cluster.parcel import pack, receive, send, unpack
from analysis.cluster.worker import Answer, Job, Notebooks, comparable, installed, refusal
from analysis.errors import InputError
from analysis.graph.imports import SOURCE
from analysis.paths import ROOT
from analysis.writing import writing

CONNECT_SECONDS = 5
PREPARE_SECONDS = 60
POLL_SECONDS = 5.0
WORKERLESS_SECONDS = 60.0
"""How long a cluster may be without workers; a supervisor needs some seconds for a new one."""

_ADDRESS = re.compile(r"(tcp|tls)://[^/\s]+:\d+")
_LIBRARIES = ("dask", "distributed", "fsspec")

State = tuple[tuple[str, int, int], ...]

for _module in (errors, parcel, worker):
    cloudpickle.register_pickle_by_value(_module)


@dataclass(frozen=True)
class Cluster:
    """A cluster whose workers were found fit and have the code.

    Attributes
    ----------
    address
        The scheduler's.
    storage
        See `analysis.cluster.parcel.send`.
    plugin
        Name of the plugin the workers have.
    lanes
        How many notebooks run at once.
    code
        Name, time and size of each file of the code that was sent.
    """

    address: str
    storage: str
    plugin: str
    lanes: int
    code: State


def connect(address: str, storage: str, libraries: Iterable[str], root: Path = ROOT) -> Cluster:
    """Check the workers and send them the code.

    Parameters
    ----------
    address
        The scheduler's, like `tcp://host:8786`.
    storage
        See `analysis.cluster.parcel.send`.
    libraries
        Packages of which the workers must have the versions installed here.
    root
        The project's root.

    Raises
    ------
    InputError
        If there is no such scheduler, it has no workers, one has other versions, or the storage
        cannot be used.
    """
    if not _ADDRESS.fullmatch(address):
        raise InputError(f"SCHEDULER={address} is no address: give one like tcp://host:8786.")
    _silence_dask()
    packages = [*libraries, *_LIBRARIES]
    files = code_files(root)
    code = pack({name: path.read_bytes() for name, path in files.items()})
    whole = hashlib.sha256(
        code + repr((sorted(installed(packages).items()), storage)).encode()
    ).hexdigest()
    plugin = Notebooks(f"notebooks-{whole[:16]}", send(code, storage), packages, storage)
    try:
        lanes = asyncio.run(asyncio.wait_for(_prepare(address, plugin, packages), PREPARE_SECONDS))
    except OSError as error:
        raise InputError(
            f"SCHEDULER={address}: no Dask scheduler answers there ({type(error).__name__}): "
            "start it, correct the address, or leave SCHEDULER out."
        ) from None
    return Cluster(address, storage, plugin.name, lanes, _state(files))


async def _prepare(address: str, plugin: Notebooks, packages: Sequence[str]) -> int:
    async with Client(
        address, asynchronous=True, timeout=CONNECT_SECONDS, set_as_default=False
    ) as client:
        found = (await client.get_versions(packages=packages))["workers"]
        if not found:
            raise InputError(
                f"SCHEDULER={address} has no workers: start some with `dask worker {address}`."
            )
        here = installed(packages)
        for name, about in sorted(found.items()):
            wrong = refusal(name, here, comparable(about["packages"], packages))
            if wrong:
                raise InputError(f"SCHEDULER={address}: {wrong}.")
        await client.register_plugin(plugin)
        return sum((await client.nthreads()).values())


def run_there(
    cluster: Cluster,
    source: Path,
    output: Path,
    parameters: Mapping[str, str | int],
    inputs: Iterable[Path],
    targets: Iterable[Path],
    root: Path = ROOT,
) -> None:
    """Run a notebook on the cluster and put its targets in place, each of them whole.

    Targets are replaced one after another once all are there: where one cannot be, those before it
    are new, and the failed task is run again.

    Parameters
    ----------
    cluster
        As `connect` gives it.
    source
        The notebook.
    output
        Where its executed copy goes: one of the targets.
    parameters
        Values for its parameters.
    inputs
        The files it reads; those of the code are there already.
    targets
        The files it writes.
    root
        The project's root.

    Raises
    ------
    InputError
        With the sentence of a notebook that did not run to its end, if the cluster failed, or if a
        target cannot be written.
    """
    client = _client(cluster.address)
    if client is None or client.status == "closed":
        raise _lost(cluster)
    files = code_files(root)
    if _state(files) != cluster.code:
        raise InputError("the code was changed during the run: start it again")
    sent = {below(path, root): path.read_bytes() for path in inputs}
    own = {name: content for name, content in sent.items() if name not in files}
    job = Job(
        source=below(source, root),
        output=below(output, root),
        parameters=dict(parameters),
        targets=[below(path, root) for path in targets],
    )
    answer = _submit(client, cluster, job, pack(own))
    if answer["error"]:
        raise InputError(answer["error"])
    _place(root, unpack(receive(answer["targets"])))


def code_files(root: Path) -> dict[str, Path]:
    """What every notebook needs, by its name on a worker: the package, the notebooks, the registry.

    The registry counts as code because modules read it when they are imported.
    """
    package = [path for path in sorted((SOURCE / "analysis").rglob("*")) if path.is_file()]
    files = {f"src/{path.relative_to(SOURCE).as_posix()}": path for path in package}
    kept = {name: path for name, path in files.items() if path.suffix != ".pyc"}
    others = [*sorted((root / "notebooks").glob("*.ipynb")), root / "pyproject.toml"]
    others += [root / "data" / "raw" / "indicators.toml"]
    return kept | {below(path, root): path for path in others if path.is_file()}


def below(path: Path, root: Path) -> str:
    """A file's path as a worker knows it."""
    whole = path.absolute()
    top = root if whole.is_relative_to(root) else SOURCE.parent
    return whole.relative_to(top).as_posix()


def _submit(client: Client, cluster: Cluster, job: Job, inputs: bytes) -> Answer:
    sent = send(inputs, cluster.storage)
    try:
        future = client.submit(_task(cluster.plugin), job, sent, pure=False)
        _wait(client, future, cluster.address)
        answer: Answer = future.result()
    except KilledWorker as error:
        raise InputError(
            f"{job['source']}: {error.allowed_failures + 1} workers died while they ran it, the "
            f"last at {error.last_worker.address}: see their output; perhaps memory was short"
        ) from None
    except (OSError, CancelledError, ClosedClientError):
        raise _lost(cluster) from None
    return answer


def _lost(cluster: Cluster) -> InputError:
    return InputError(
        f"the scheduler {cluster.address} was lost: see that it runs and start the run again"
    )


def _wait(client: Client, future: Future[Answer], address: str) -> None:
    """Wait for a notebook's end; Dask itself would wait for a worker for ever."""
    manned = time.monotonic()
    while True:
        try:
            future.exception(timeout=POLL_SECONDS)
            return
        except TimeoutError:
            if client.status == "closed":
                raise CancelledError from None
            now = time.monotonic()
            if _has_workers(client):
                manned = now
            elif now - manned > WORKERLESS_SECONDS:
                future.cancel()
                raise InputError(
                    f"SCHEDULER={address} has no workers any more: see their output, start some "
                    f"with `dask worker {address}` and start the run again"
                ) from None


def _has_workers(client: Client) -> bool:
    """Not asked while the connection is made anew: that ends with one, or a closed client."""
    try:
        return client.status != "running" or bool(client.nthreads())
    except AttributeError:  # closed meanwhile
        return True


def _task(plugin: str) -> Callable[[Job, bytes | str], Any]:
    def notebook(job: Job, inputs: bytes | str) -> Any:
        """A function in a function goes to the workers by value."""
        here = get_worker()
        if plugin not in here.plugins:
            sentence = "the scheduler was restarted and has lost the code: start the run again"
            return {"error": sentence, "targets": b""}
        notebooks: Any = here.plugins[plugin]
        return notebooks.run(job, inputs)

    return notebook


@cache
def _client(address: str) -> Client | None:
    """The connection of this process; none to a scheduler that is lost, which is asked once."""
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except OSError:
        return None


def _silence_dask() -> None:
    """Whatever a user has to know of the cluster is a sentence of ours."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _place(root: Path, files: Mapping[str, bytes]) -> None:
    pairs = [(root / name, (root / name).with_name(f".{Path(name).name}.new")) for name in files]
    try:
        for (path, beside), content in zip(pairs, files.values(), strict=True):
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                beside.write_bytes(content)
        for path, beside in pairs:
            with writing(path):
                os.replace(beside, path)
    finally:
        for _, beside in pairs:
            beside.unlink(missing_ok=True)


def _state(files: Mapping[str, Path]) -> State:
    states = [(name, path.stat()) for name, path in sorted(files.items())]
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)
