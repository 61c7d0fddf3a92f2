"""The one kind of error a user is meant to read, and what is said of an interrupt."""

import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")

LONGEST_SHOWN = 60
"""Characters of a cell that a message shows."""


class InputError(ValueError):
    """Input that cannot be used: one sentence that names the place and the mend."""


def interruptible(main: Callable[P, int]) -> Callable[P, int]:
    """Let a command that is interrupted say so once, and end with 128 and SIGINT's number.

    Where a terminal interrupts a whole process group, the command is interrupted twice: by the
    signal, and by what its workers report. The second may come while the first is handled.
    """

    @wraps(main)
    def run(*arguments: P.args, **options: P.kwargs) -> int:
        try:
            try:
                return main(*arguments, **options)
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                raise
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            said = "interrupted: what was finished is kept, the next run goes on from there."
            print(said, file=sys.stderr)
            return 130

    return run


def shortened(text: str) -> str:
    """A text as a message shows it: a long one is cut."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def quoted(text: str) -> str:
    """A cell as a message shows it: in quotes, a long one cut."""
    return repr(shortened(text))
