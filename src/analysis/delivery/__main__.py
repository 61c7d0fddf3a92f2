"""`python -m analysis.delivery`: what `make publish`, `make rollback` and `make verify` run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from analysis.delivery.here import Here
from analysis.delivery.releases import KEEP, Folder, publish, rollback, serves, tree_digest
from analysis.delivery.remote import read_remote
from analysis.errors import InputError, interruptible
from analysis.graph.front import report
from analysis.graph.lock import BUSY_STATUS, BusyError

SITE = Path("_site")


@interruptible
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line in the root of the project.

    Parameters
    ----------
    arguments
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        The exit status: 1 after an error, which is printed as one sentence; 75 where another
        run is at work; 130 after an interrupt; that of the build where it failed.
    """
    options = _parser().parse_args(arguments)
    try:
        dest = folder(options.dest)
        if options.command == "rollback":
            print(rollback(dest))
        elif options.command == "verify":
            from analysis.delivery.verify import verify

            print(verify(Path.cwd(), dest))
        else:
            return build_and_publish(dest, releases_to_keep(options.keep))
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return BUSY_STATUS if isinstance(error, BusyError) else 1
    except OSError as error:
        place, cause = error.filename or options.dest, error.strerror or error
        print(
            f"error: {place} cannot be read or written ({cause}): give this user a path it may "
            "read and write, then run it again.",
            file=sys.stderr,
        )
        return 1
    return 0


def build_and_publish(dest: Folder, keep: int) -> int:
    """Make what is stale, check the whole site, and publish it; the exit status."""
    dest.listed()  # what cannot be reached is not built for
    status = report({})
    if status:
        print(f"error: not published to {dest}: the build failed.", file=sys.stderr)
        return status
    if not serves(dest, tree_digest(SITE)):  # the check takes seconds, and its imports one
        from analysis.delivery.check import check_site
        from analysis.publish.embedded import load_project

        check_site(SITE, urlsplit(load_project(Path.cwd()).website.site_url).path)
    print(publish(SITE, dest, keep))
    return 0


def folder(typed: str) -> Folder:
    """The folder to publish to, here or on another machine.

    Raises
    ------
    InputError
        If none was given, it lies in the site itself, or its address is none over ssh.
    """
    if not typed:
        raise InputError("no folder is given: add DEST=/the/folder/to/serve.")
    if ":" in typed.partition("/")[0]:
        return read_remote(typed)
    dest = Path(typed)
    if dest.resolve().is_relative_to(SITE.resolve()):
        raise InputError(f"DEST={typed} lies in {SITE}, which every run replaces: give another.")
    return Here(dest)


def releases_to_keep(typed: str) -> int:
    """How many releases to keep, as typed.

    Raises
    ------
    InputError
        If it is no whole number of at least 1.
    """
    if not (typed.isascii() and typed.isdecimal() and int(typed) > 0):
        raise InputError(f"KEEP={typed} is no number of releases to keep: give 1 or more.")
    return int(typed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis.delivery", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("publish", "rollback", "verify"):
        command = commands.add_parser(name)
        command.add_argument(
            "dest", metavar="DEST", help="the folder that is served from, or user@host:/path"
        )
        if name == "publish":
            command.add_argument("--keep", default=str(KEEP), help="releases to keep (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
