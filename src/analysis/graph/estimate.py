"""How long the tasks still to come may take, judged by how long they took before."""

from collections.abc import Collection, Iterable, Mapping
from statistics import median

_MINUTE = 60
_SHORT = 9.5


def needed_by(names: Iterable[str], needs: Mapping[str, Collection[str]]) -> set[str]:
    """The named tasks and all they depend on, directly or not.

    Parameters
    ----------
    names
        Names of tasks.
    needs
        For each task the tasks it depends on directly.
    """
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, ())
    return found


def time_left(
    waiting: Collection[str],
    running: Mapping[str, float],
    durations: Mapping[str, float],
    lanes: int,
) -> float:
    """Seconds until the last of the tasks is done.

    Parameters
    ----------
    waiting
        Tasks that have not started.
    running
        Tasks that have, with the seconds they have taken.
    durations
        Seconds each task took before, for at least one task; any other is taken to
        need their median.
    lanes
        How many tasks run at once.
    """
    typical = median(durations.values())
    to_start = sum(durations.get(name, typical) for name in waiting)
    to_finish = sum(
        max(0.0, durations.get(name, typical) - elapsed) for name, elapsed in running.items()
    )
    return (to_start + to_finish) / lanes


def in_words(seconds: float) -> str:
    """A measured time: `4.1 s`, `42 s`, `2 min 5 s`."""
    if seconds < _SHORT:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def about(seconds: float) -> str:
    """An estimated time, no more exact than it can be: `4 s`, `20 s`, `3 min`."""
    if seconds < _SHORT:
        return f"{round(seconds)} s"
    if seconds < _MINUTE - 2.5:
        return f"{5 * round(seconds / 5)} s"
    return f"{max(1, round(seconds / _MINUTE))} min"
