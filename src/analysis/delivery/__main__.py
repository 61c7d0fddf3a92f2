"""`python -m analysis.delivery`: what `make publish`, `make rollback` and `make verify` run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from analysis.delivery import releases, remote
from analysis.delivery.remote import Remote
from analysis.errors import InputError
from analysis.graph.front import report
from analysis.graph.lock import BUSY_STATUS, BusyError

SITE = Path("_site")


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
        run is at work; that of the build where it failed.
    """
    options = _parser().parse_args(arguments)
    try:
        dest = folder(options.dest)
        if options.command == "rollback":
            print(_rollback(dest))
        elif options.command == "verify":
            from analysis.delivery.verify import verify

            print(verify(Path.cwd(), dest))
        else:
            return build_and_publish(dest, options.keep)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return BUSY_STATUS if isinstance(error, BusyError) else 1
    return 0


def build_and_publish(dest: Path | Remote, keep: int) -> int:
    """Make what is stale, check the whole site, and publish it; the exit status."""
    status = report({})
    if status:
        print(f"error: not published to {dest}: the build failed.", file=sys.stderr)
        return status
    if not _serves_site(dest):  # the check takes seconds, and its imports one
        from analysis.delivery.check import check_site
        from analysis.publish.embedded import load_project

        check_site(SITE, urlsplit(load_project(Path.cwd()).website.site_url).path)
    print(_publish(dest, keep))
    return 0


def folder(typed: str) -> Path | Remote:
    """The folder to publish to, here or on another machine.

    Raises
    ------
    InputError
        If none was given, it lies in the site itself, or its address is none over ssh.
    """
    if not typed:
        raise InputError("no folder is given: add DEST=/the/folder/to/serve.")
    if ":" in typed.partition("/")[0]:
        return remote.read_remote(typed)
    dest = Path(typed)
    if dest.resolve().is_relative_to(SITE.resolve()):
        raise InputError(f"DEST={typed} lies in {SITE}, which every run replaces: give another.")
    return dest


def _serves_site(dest: Path | Remote) -> bool:
    digest = releases.tree_digest(SITE)
    if isinstance(dest, Remote):
        return remote.serves(dest, digest)
    return releases.serves(dest, digest)


def _publish(dest: Path | Remote, keep: int) -> str:
    if isinstance(dest, Remote):
        return remote.publish(SITE, dest, keep)
    return releases.publish(SITE, dest, keep)


def _rollback(dest: Path | Remote) -> str:
    return remote.rollback(dest) if isinstance(dest, Remote) else releases.rollback(dest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis.delivery", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("publish", "rollback", "verify"):
        command = commands.add_parser(name)
        command.add_argument(
            "dest", metavar="DEST", help="the folder that is served from, or user@host:/path"
        )
        if name == "publish":
            command.add_argument("--keep", type=int, default=5, help="releases to keep (5)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
