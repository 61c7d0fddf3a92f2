"""The one kind of error a user is meant to read."""

LONGEST_SHOWN = 60
"""Characters of a cell that a message shows."""


class InputError(ValueError):
    """Input that cannot be used: one sentence that names the place and the mend."""


def quoted(text: str) -> str:
    """A cell as a message shows it: in quotes, a long one cut."""
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
