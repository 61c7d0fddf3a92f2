"""What ends a whole run is one sentence: doit prints its own exceptions without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

from doit.exceptions import InvalidCommand

from analysis.errors import InputError


@contextmanager
def refusing() -> Iterator[None]:
    """Let an error meant for the user end the run, as the sentence it is.

    Raises
    ------
    InvalidCommand
        In place of an InputError.
    """
    try:
        yield
    except InputError as error:
        raise InvalidCommand(str(error)) from None
