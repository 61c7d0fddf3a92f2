"""A limit to what a notebook prints, so that one gone wild fills neither memory nor disk."""

from analysis.errors import InputError

LIMIT = 10_000_000


class Printed:
    """Counts what a notebook prints; for papermill's `stdout_file` and `stderr_file`.

    Parameters
    ----------
    limit
        Characters a notebook may print in all.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._left = limit
        self._limit = limit

    def write(self, text: str) -> None:
        """Count a piece.

        Raises
        ------
        InputError
            If it goes beyond the limit.
        """
        self._left -= len(text)
        if self._left < 0:
            raise InputError(f"it printed more than {self._limit:,} characters: print less")

    def flush(self) -> None:
        """Nothing waits."""
