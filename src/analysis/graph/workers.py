"""doit's worker processes end with the run, and the run with the first of them that is killed."""

import ctypes
import multiprocessing
import os
import signal
import sys
from multiprocessing import process, util

from doit.exceptions import InvalidCommand

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 1.0


def workers_end_with_run() -> None:
    """Let the processes this one forks through `multiprocessing` be killed when it ends.

    doit's workers would wait for work for ever if the run itself were killed. Only Linux can.
    """
    util.register_after_fork(_begin_worker, lambda function: function())


def run_ends_with_worker() -> None:
    """From now on let this run end with a sentence when one of its workers is killed.

    doit would wait for its result for ever. A look at the workers every second raises doit's
    InvalidCommand where the run waits; forked processes do not inherit the timer.
    """
    signal.signal(signal.SIGALRM, _refuse_killed_worker)
    signal.setitimer(signal.ITIMER_REAL, _LOOK_SECONDS, _LOOK_SECONDS)


def run_has_ended() -> None:
    """Whatever becomes of its workers now is of no account."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def _begin_worker() -> None:
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent and parent.pid != os.getppid():
        os._exit(1)


def _refuse_killed_worker(*_: object) -> None:
    if sys.exception():  # the run is ending, and ends its workers itself
        return
    # `active_children` would leave out those that have ended.
    workers = tuple(process._children)  # type: ignore[attr-defined]
    killed = next((worker for worker in workers if worker.exitcode), None)
    if killed is None:
        return
    run_has_ended()
    for worker in workers:  # doit does not end them while it still starts some
        worker.terminate()
    raise InvalidCommand(
        f"a worker of this run was killed (process {killed.pid}, status {killed.exitcode}), "
        "perhaps for want of memory: free some, then run it again."
    )
