"""What the environment says about kernels: `KERNEL` and `KERNEL_MEMORY_GB`."""

import os
import sys
from dataclasses import dataclass
from typing import Literal

from analysis.errors import InputError

MEMORY_GB = 4.0


@dataclass(frozen=True)
class KernelSettings:
    """How notebooks' kernels start, and how much memory each may take.

    Attributes
    ----------
    kind
        `warm`: forked from a process that has imported the libraries; `plain`: a new process.
    memory_gb
        GB (2**30 bytes) of address space for one kernel.
    """

    kind: Literal["warm", "plain"]
    memory_gb: float


def kernel_settings() -> KernelSettings:
    """The settings in force: `KERNEL` (default warm) and `KERNEL_MEMORY_GB` (default 4).

    Kernels are plain where processes cannot be forked safely: only Linux allows it once
    libraries are loaded.

    Raises
    ------
    InputError
        If `KERNEL` names neither kind, or `KERNEL_MEMORY_GB` is not a number of at least 1.
    """
    kind = os.environ.get("KERNEL") or "warm"
    if kind not in {"warm", "plain"}:
        raise InputError(f"KERNEL={kind} is no kernel: set it to warm or plain, or leave it out")
    text = os.environ.get("KERNEL_MEMORY_GB") or str(MEMORY_GB)
    try:
        memory_gb = float(text)
    except ValueError:
        memory_gb = 0.0
    if not 1 <= memory_gb < float("inf"):
        raise InputError(f"KERNEL_MEMORY_GB={text} is no limit: give a number of GB, at least 1")
    warm = kind == "warm" and sys.platform == "linux"
    return KernelSettings("warm" if warm else "plain", memory_gb)
