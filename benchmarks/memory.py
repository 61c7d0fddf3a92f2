"""Peak memory of a process and all it started."""

import re
import resource
import threading
from pathlib import Path
from types import TracebackType

import psutil

EVERY_SECONDS = 5.0
"""Adding up takes a tenth of a second of a core: often would slow what is measured."""
MEGABYTE = 1e6


class PeakMemory:
    """Watch a process and its descendants while a block runs.

    Memory that forked processes share is counted once (proportional set size) where the system
    tells it, as Linux does; elsewhere resident memory is added up.

    Attributes
    ----------
    megabytes
        The highest sum seen so far, in units of 10**6 bytes.
    """

    def __init__(self, pid: int | None = None) -> None:
        self.megabytes = 0.0
        self._process = psutil.Process(pid)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, memory_of_tree(self._process))
            if self._end.wait(EVERY_SECONDS):
                return


def own_peak() -> float:
    """The most memory this process has had since it began, in units of 10**6 bytes.

    Linux hands the peak of `getrusage` on from the process that started it, so there it is the one
    of its address space.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0]) * 1024 / MEGABYTE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE  # macOS counts bytes


def memory_of_tree(process: psutil.Process) -> float:
    """Memory of a process and its descendants now, in units of 10**6 bytes."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            found = each.memory_full_info()
        except psutil.Error:  # it has ended, or is another user's
            continue
        total += getattr(found, "pss", found.rss)
    return total / MEGABYTE
