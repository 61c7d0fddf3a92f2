"""How jupyter_client starts, limits and ends the kernels of notebook runs.

A kernel provisioner is jupyter_client's extension point for this, and a client class that
for the way to a kernel's first answer:
https://jupyter-client.readthedocs.io/en/latest/provisioning.html
"""

import signal
import subprocess
import sys
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Float

from analysis.kernels.client import warm_kernel
from analysis.kernels.settings import KernelSettings

KILL_SECONDS = 5.0
ANSWER_SECONDS = 1.0


class PlainProvisioner(LocalProvisioner):
    """A new process for each kernel, with bounded memory; its end is noticed at once."""

    memory_gb = Float(help="GB of address space the kernel may use")
    parent: Any
    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel and limit its memory."""
        info = await super().launch_kernel(cmd, **kwargs)
        self.limit_memory()
        return info

    def limit_memory(self) -> None:
        """Limit the kernel's address space, where the system can do it."""
        if sys.platform == "linux" and self.pid:
            import resource

            limit = int(self.memory_gb * 2**30)
            resource.prlimit(self.pid, resource.RLIMIT_AS, (limit, limit))

    async def send_signal(self, signum: int) -> None:
        """Pass a signal on, but for the interrupt that jupyter_client sends before it kills.

        A kernel that is just done with its last cell would print an error of it. An interrupt
        of a cell, whose kernel goes on, is passed on.
        """
        if signum != signal.SIGINT or not self.parent.shutting_down:
            await super().send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end; jupyter_client itself looks every 0.1 s."""
        await super().kill(restart)
        if self.process:
            try:
                self.process.wait(KILL_SECONDS)
            except subprocess.TimeoutExpired:
                self.log.warning("a killed kernel has not ended after %s s", KILL_SECONDS)


class WarmProvisioner(PlainProvisioner):
    """A kernel forked from a process that has imported the libraries; else a plain one."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, where that is possible, and limit its memory."""
        module = cmd.index("-m")
        cwd = kwargs.get("cwd") or Path.cwd()
        kernel = warm_kernel(cmd[:module], cmd[module + 2 :], kwargs["env"], cwd)
        if kernel is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid, self.cwd = kernel, kernel.pid, kernel.pid, cwd
        self.limit_memory()
        return self.connection_info


class PromptClient(AsyncKernelClient):
    """A client that takes a kernel for ready when it says so, not when it falls silent."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and its outputs arrive.

        Raises
        ------
        RuntimeError
            If the kernel dies, or has not answered after `timeout` seconds.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < end:
            request = self.kernel_info()
            if await self._is_answered(request):
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _is_answered(self, request: str) -> bool:
        reply = status = None
        try:
            while not reply or reply["parent_header"].get("msg_id") != request:
                reply = await self.get_shell_msg(timeout=ANSWER_SECONDS)
            while not _is_idle(status, request):
                status = await self.get_iopub_msg(timeout=ANSWER_SECONDS / 5)
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _is_idle(message: dict[str, Any] | None, request: str) -> bool:
    return (
        message is not None
        and message["parent_header"].get("msg_id") == request
        and message["content"].get("execution_state") == "idle"
    )


def stanza(settings: KernelSettings) -> dict[str, Any]:
    """What a kernel specification's metadata say under `kernel_provisioner`.

    The two provisioners are made known to jupyter_client here rather than by an entry point
    of the package, which would need a new installation to be noticed.
    """
    provisioner = WarmProvisioner if settings.kind == "warm" else PlainProvisioner
    value = f"{provisioner.__module__}:{provisioner.__name__}"
    entry = EntryPoint(f"analysis-{settings.kind}", value, KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.provisioners[entry.name] = entry
    return {"provisioner_name": entry.name, "config": {"memory_gb": settings.memory_gb}}
