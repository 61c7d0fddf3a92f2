"""`python -m analysis.graph`: what `make report`, `make pages` and `make why` run."""

import argparse
import sys
from collections.abc import Sequence

from doit.doit_cmd import DoitMain

from analysis.graph.lock import BUSY_STATUS, LOCK, BusyError, hold
from analysis.graph.state import STATE, mend_state
from analysis.graph.why import Why

NARROWING = ("as_of", "plan", "language")


class Main(DoitMain):  # type: ignore[misc]
    """doit with one more command."""

    DOIT_CMDS = (*DoitMain.DOIT_CMDS, Why)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line in the folder of a `dodo.py`.

    Parameters
    ----------
    arguments
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        doit's exit status, or 75 where another run is at work.
    """
    options = _parser().parse_args(arguments)
    if options.command == "why":
        return why(options.page)
    try:
        return report({name: getattr(options, name, "") for name in NARROWING}, options.command)
    except BusyError as error:
        print(f"error: {error}", file=sys.stderr)
        return BUSY_STATUS


def report(narrowing: dict[str, str], command: str = "report") -> int:
    """Make what is stale of the site, or of the pages alone; the exit status is doit's.

    Parameters
    ----------
    narrowing
        ``as_of``, ``plan`` and ``language``; an empty value does not narrow.
    command
        ``report`` for the site or ``pages``.

    Raises
    ------
    BusyError
        If another run is at work in this folder.
    """
    hold(LOCK.resolve())
    mended = mend_state(STATE)
    if mended:
        print(mended, flush=True)
    given = [f"{name}={value}" for name, value in narrowing.items() if value]
    tasks = ["pages"] if command == "pages" else []
    return int(Main().run(["run", *given, *tasks]))


def why(page: str) -> int:
    """Say for each language why a page would be made again; runs nothing."""
    return int(Main().run(["why", page]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis.graph", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="make what is stale, then the site")
    report.add_argument("--as-of", default="", help="only pages as of this year")
    report.add_argument("--plan", default="", help="only pages on this plan")
    report.add_argument("--language", default="", help="only pages in this language")
    commands.add_parser("pages", help="make what a renderer needs")
    commands.add_parser("why", help="say why a page would be made again").add_argument("page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
