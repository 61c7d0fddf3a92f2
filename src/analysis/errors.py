"""The one kind of error a user is meant to read, and what is said of an interrupt."""

import signal
import sys

LONGEST_SHOWN = 60
"""Characters of a cell that a message shows."""


class InputError(ValueError):
    """Input that cannot be used: one sentence that names the place and the mend."""


def interrupted() -> int:
    """Say so once, hear no more of it, and give the exit status: 128 and SIGINT's number."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    said = "interrupted: what was finished is kept, the next run goes on from there."
    print(said, file=sys.stderr)
    return 130


def shortened(text: str) -> str:
    """A text as a message shows it: a long one is cut."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def quoted(text: str) -> str:
    """A cell as a message shows it: in quotes, a long one cut."""
    return repr(shortened(text))
