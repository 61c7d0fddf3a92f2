"""The one kind of error a user is meant to read, and what is said of an interrupt."""

INTERRUPTED_STATUS = 130
"""Exit status of a command that was interrupted, as shells give it: 128 and SIGINT's number."""
LONGEST_SHOWN = 60
"""Characters of a cell that a message shows."""


INTERRUPTED = "interrupted: what was finished is kept, the next run goes on from there."


class InputError(ValueError):
    """Input that cannot be used: one sentence that names the place and the mend."""


def shortened(text: str) -> str:
    """A text as a message shows it: a long one is cut."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def quoted(text: str) -> str:
    """A cell as a message shows it: in quotes, a long one cut."""
    return repr(shortened(text))
