"""`python -m analysis.graph`: what `make report`, `make pages` and `make why` run."""

import argparse
import sys
from collections.abc import Sequence

from analysis.errors import InputError, interruptible
from analysis.graph.front import report, why
from analysis.graph.lock import BUSY_STATUS, BusyError

VARIABLES = ("as_of", "plan", "language", "scheduler", "storage")


@interruptible
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line in the folder of a `dodo.py`.

    Parameters
    ----------
    arguments
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        doit's exit status; 1 after a refusal, which is printed as one sentence, or where no run can
        be begun; 75 where another run is at work; 130 after an interrupt.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "why":
            return why(options.page)
        return report({name: getattr(options, name, "") for name in VARIABLES}, options.command)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return BUSY_STATUS if isinstance(error, BusyError) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis.graph", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="make what is stale, then the site")
    report.add_argument("--as-of", default="", help="only pages as of this year")
    report.add_argument("--plan", default="", help="only pages on this plan")
    report.add_argument("--language", default="", help="only pages in this language")
    report.add_argument("--scheduler", default="", help="run notebooks on this Dask cluster")
    report.add_argument("--storage", default="", help="files go to the cluster through this")
    commands.add_parser("pages", help="make what a renderer needs")
    commands.add_parser("why", help="say why a page would be made again").add_argument("page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
