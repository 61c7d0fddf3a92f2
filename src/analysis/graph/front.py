"""Run the graph, or ask it why a page is stale: what `make` and publishing call."""

from collections.abc import Mapping

from doit.doit_cmd import DoitMain

from analysis.errors import InputError
from analysis.graph.lock import LOCK, hold
from analysis.graph.why import Why
from analysis.writing import writing


class Main(DoitMain):  # type: ignore[misc]
    """doit with one more command."""

    DOIT_CMDS = (*DoitMain.DOIT_CMDS, Why)


def report(variables: Mapping[str, str], command: str = "report") -> int:
    """Make what is stale of the site, or of the pages alone; the exit status is doit's.

    Parameters
    ----------
    variables
        ``as_of``, ``plan`` and ``language`` narrow the run, ``scheduler`` and ``storage`` send its
        notebooks to a cluster; an empty value does neither.
    command
        ``report`` for the site or ``pages``.

    Raises
    ------
    BusyError
        If another run is at work in this folder.
    InputError
        If the lock cannot be written.
    """
    with writing(LOCK):
        hold(LOCK.resolve())
    given = [f"{name}={value}" for name, value in variables.items() if value]
    tasks = ["pages"] if command == "pages" else []
    return int(Main().run(["run", *given, *tasks]))


def why(page: str) -> int:
    """Say for each language why a page would be made again; runs nothing.

    Raises
    ------
    InputError
        If what was typed can be no page's name, and would be an option or variable to doit.
    """
    if not page or page.startswith("-") or "=" in page:
        given = f"PAGE={page} is no page" if page else "no page is given"
        raise InputError(f"{given}: add one as in its address, like PAGE=reports/progress-2025.")
    return int(Main().run(["why", page]))
