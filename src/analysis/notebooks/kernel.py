"""The kernel a notebook runs in: this interpreter, reached through a private socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default
from traitlets.config import Config


class _ThisInterpreter(KernelSpecManager):
    """Knows one kernel, ipykernel under `sys.executable`, whatever else is registered."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            resource_dir=RESOURCES,
            env={"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
            **get_kernel_dict(),
        )


class _KernelManager(AsyncKernelManager):
    @default("kernel_spec_manager")
    def _this_interpreter(self) -> KernelSpecManager:
        return _ThisInterpreter(parent=self)


@contextmanager
def private_kernel(cwd: Path) -> Iterator[dict[str, Any]]:
    """Options that make papermill run a notebook in a kernel of its own.

    The connection file and the sockets lie in a temporary folder, so that any number
    of processes can run notebooks at once.

    Parameters
    ----------
    cwd
        The kernel's working directory. The calling process keeps its own.

    Yields
    ------
    dict
        Keyword arguments for `papermill.execute_notebook`, valid inside the context.
    """
    # With IPC the sockets' path follows the connection file's; left unset it would be
    # `kernel-ipc` in the working directory, which differs here from the kernel's.
    with TemporaryDirectory(prefix="kernel-") as folder:
        connection = {"transport": "ipc", "connection_file": str(Path(folder, "kernel.json"))}
        yield {
            "kernel_name": "python3",
            "kernel_manager_class": _KernelManager,
            "shutdown_kernel": "immediate",
            "config": Config({"KernelManager": connection}),
            "resources": {"metadata": {"path": str(cwd.resolve())}},
        }
