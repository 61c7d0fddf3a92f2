"""The kernel a notebook runs in: this interpreter, reached through a private socket."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default
from traitlets.config import Config

from analysis.errors import InputError
from analysis.kernels.provisioner import PromptClient, stanza
from analysis.kernels.settings import KernelSettings

ENVIRONMENT = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
"""Libraries start no threads: none may run when a kernel is forked, and the matrices are small."""

LONGEST_FOLDER = 90
"""Bytes of the path of a folder for sockets: with their names the system allows 103 to 107."""


def _manager_class(settings: KernelSettings, folder: str) -> type[AsyncKernelManager]:
    # What a user has set for shells of their own must not reach a page.
    words = [f"--ipython-dir={folder}", "--InteractiveShellApp.exec_PYTHONSTARTUP=False"]

    class ThisInterpreter(KernelSpecManager):
        """Knows one kernel, ipykernel under `sys.executable`, whatever else is registered."""

        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            kernel = get_kernel_dict(words)
            kernel["metadata"]["kernel_provisioner"] = stanza(settings)
            return KernelSpec(resource_dir=RESOURCES, env=ENVIRONMENT, **kernel)

    class KernelManager(AsyncKernelManager):
        client_factory = PromptClient

        @default("kernel_spec_manager")
        def _this_interpreter(self) -> KernelSpecManager:
            return ThisInterpreter(parent=self)

    return KernelManager


@contextmanager
def private_kernel(cwd: Path, settings: KernelSettings) -> Iterator[dict[str, Any]]:
    """Options that make papermill run a notebook in a kernel of its own.

    The connection file, the sockets and IPython's profile lie in a temporary folder, so that any
    number of processes can run notebooks at once.

    Parameters
    ----------
    cwd
        The kernel's working directory. The calling process keeps its own.
    settings
        How the kernel starts and what memory it may take.

    Yields
    ------
    dict
        Keyword arguments for `papermill.execute_notebook`, valid inside the context.

    Raises
    ------
    InputError
        If the temporary folder's path is too long.
    """
    # With IPC the sockets' path follows the connection file's; left unset it would be
    # `kernel-ipc` in the working directory, which differs here from the kernel's.
    with TemporaryDirectory(prefix="kernel-") as folder:
        if len(os.fsencode(folder)) > LONGEST_FOLDER:
            raise InputError(
                f"{gettempdir()} is too long a path for sockets: set TMPDIR to a shorter folder."
            )
        connection = {"transport": "ipc", "connection_file": str(Path(folder, "kernel.json"))}
        yield {
            "kernel_name": "python3",
            "kernel_manager_class": _manager_class(settings, folder),
            "shutdown_kernel": "immediate",
            "config": Config({"KernelManager": connection}),
            "resources": {"metadata": {"path": str(cwd.resolve())}},
        }
