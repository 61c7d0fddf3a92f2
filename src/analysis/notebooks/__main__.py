"""`python -m analysis.notebooks`: run a notebook, or store the outputs nbval compares."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import InputError
from analysis.notebooks.parameters import parse_value
from analysis.notebooks.run import parameters_of, run_notebook, store_checked_outputs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        The exit status: 1 after an error, which is printed as one sentence.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "run":
            _run(options)
        else:
            _store(options.notebooks)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis.notebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a notebook into a normalised copy")
    run.add_argument("source", type=Path)
    run.add_argument("output", type=Path)
    run.add_argument("-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"))
    run.add_argument("--cwd", type=Path, help="the kernel's folder (default: the notebook's)")
    run.add_argument("--timeout", type=int, default=600, help="seconds a cell may take")
    store = commands.add_parser("store", help="keep the outputs of cells tagged check")
    store.add_argument("notebooks", type=Path, nargs="+")
    return parser


def _run(options: argparse.Namespace) -> None:
    defaults = parameters_of(options.source)
    parameters = {name: parse_value(text, defaults.get(name)) for name, text in options.p}
    run_notebook(
        options.source, options.output, parameters, timeout=options.timeout, cwd=options.cwd
    )


def _store(notebooks: Sequence[Path]) -> None:
    for path in notebooks:
        print(f"{path}: {'stored' if store_checked_outputs(path) else 'unchanged'}")


if __name__ == "__main__":
    sys.exit(main())
