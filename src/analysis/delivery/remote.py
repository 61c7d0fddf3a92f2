"""Releases on another machine, over ssh and rsync: laid out and switched as in `releases`.

A release is copied beside the others, with hard links to the files that the one in force has too;
its content is compared with the site over there; then the link is replaced in one step. The host
needs a shell, GNU coreutils and findutils, `flock` and rsync, as Linux has them. `RSYNC_RSH`, which
rsync reads too, gives another ssh command.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.delivery.releases import LEFT, UNDONE, digest_of, releases_among
from analysis.errors import InputError
from analysis.graph.lock import BusyError

_ADDRESS = re.compile(r"(?P<host>(?:[\w.][\w.-]*@)?[\w.][\w.-]*):(?P<path>(?!//)[^:~].*)")
_SSH = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15")
_UNREACHED = 255
_NOT_A_LINK, _NOTHING, _BUSY = 80, 81, 75  # none of them is one of rsync's

_HOLD = f"""set -eu
[ -d "$1" ] || [ "$2" = found ] || mkdir -m 755 -- "$1"
[ -d "$1" ] || exit {_NOTHING}
cd -- "$1"
[ ! -e current ] || [ -L current ] || exit {_NOT_A_LINK}
[ -d releases ] || [ "$2" = found ] || mkdir -m 755 releases
[ -d releases ] || exit {_NOTHING}
exec 9>releases/.lock
flock -n 9 || exit {_BUSY}
rm -rf releases/{UNDONE}*
echo held
cat"""
_LIST = """cd -- "$1" 2>/dev/null || exit 0
if [ -e current ]; then basename "$(readlink current)"; else echo; fi
[ ! -d releases ] || ls releases"""
_DIGESTS = 'cd -- "$1/releases/$2" && find . -type f -exec sha256sum -z {} +'
_SWITCH = f"""cd -- "$1" && {{ [ "$2" = "$3" ] || mv -T "releases/$2" "releases/$3"; }} &&
rm -f {UNDONE}current && ln -s "releases/$3" {UNDONE}current && mv -T {UNDONE}current current"""
_SET_ASIDE = f"""cd -- "$1/releases" && shift && for name; do
mv -T "$name" "$name{LEFT}" || exit; done"""
_REMOVE = f"""cd -- "$1/releases" && shift && for name; do
mv -T "$name" "{UNDONE}$name" && rm -rf "{UNDONE}$name"; done"""


@dataclass(frozen=True)
class Remote:
    """A folder on another machine: `user@host:/path`, or below the home folder `host:path`.

    See ``releases.Folder``.
    """

    host: str
    path: str

    def __str__(self) -> str:
        return f"{self.host}:{self.path}"

    @contextmanager
    def held(self, make: bool) -> Iterator[None]:
        """Hold a lock over there while a connection lasts: it ends with this process."""
        command = _command(self, _HOLD, "made" if make else "found")
        pipe = subprocess.PIPE
        with (
            _tools(),
            subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process,
        ):
            if process.stdout and process.stdout.readline() != "held\n":
                _, said = process.communicate()
                raise _error(self, process.returncode, said)
            try:
                yield
            finally:
                process.communicate()

    def listed(self) -> tuple[str, list[str]]:
        """The name of the release in force, empty where there is none; the whole ones' names."""
        served, _, rest = _run(self, _LIST).partition("\n")
        names = releases_among(rest.splitlines())
        return served if served in names else "", names

    def set_aside(self, names: Sequence[str]) -> None:
        """Add ``LEFT`` to the names of releases."""
        if names:
            _run(self, _SET_ASIDE, *names)

    def digest(self, name: str) -> str:
        """The digest of a release's content, computed over there."""
        said = _run(self, _DIGESTS, name).split("\0")
        entries = [entry.split("  ./", 1) for entry in said if entry]
        return digest_of({path: digest for digest, path in entries})

    def copy(self, site: Path, name: str, served: str) -> str:
        """Copy a site beside the releases; files equal to those in force become hard links."""
        undone = f"{UNDONE}{name}-{os.getpid()}"
        linked = [f"--link-dest=../{served}"] if served else []
        modes = ("--chmod=D755,F644", "--perms")
        _rsync(self, *modes, *linked, f"{site}/", f"{self}/releases/{undone}/")
        return undone

    def switch(self, copied: str, name: str) -> None:
        """Give a copy its name, and serve it."""
        status = _ssh(self, _SWITCH, copied, name).returncode
        if status == _UNREACHED:
            raise InputError(
                f"the connection to {self.host} ended while {self} was switched to release {name}: "
                "run it again to learn which one is served."
            )
        if status:
            raise InputError(
                f"{self}/current cannot be replaced: what is served there is as it was."
            )

    def remove(self, names: Sequence[str]) -> None:
        """Remove releases; what cannot be removed is tried again the next time."""
        if names:
            _ssh(self, _REMOVE, *names)

    def fetch(self, folder: Path) -> Path:
        """Copy the release in force into a folder here."""
        served, _ = self.listed()
        if not served:
            raise InputError(f"{self}/current is not there: publish first.")
        _rsync(self, f"{self}/releases/{served}/", f"{folder}/")
        return folder


def read_remote(typed: str) -> Remote:
    """An address as it was typed.

    Raises
    ------
    InputError
        If it is not one over ssh.
    """
    if typed.startswith("rsync:") or "::" in typed:
        raise InputError(
            f"DEST={typed} is an rsync daemon, which may rewrite the link to the release in force "
            "and cannot check a copy: give user@host:/path, which goes over ssh."
        )
    if "://" in typed:
        raise InputError(
            f"DEST={typed} has no link that could be switched in one step: publish to a folder or "
            'to user@host:/path, and copy its current/ on from there (docs/scheduling.md, "An '
            'object store").'
        )
    found = _ADDRESS.fullmatch(typed)
    if not found:
        raise InputError(f"DEST={typed} is no folder here and no user@host:/path: correct it.")
    return Remote(found["host"], found["path"].rstrip("/") or "/")


def _rsync(dest: Remote, *words: str) -> None:
    shell = shlex.join([*_shell(), *_SSH])
    command = ["rsync", "--recursive", "--checksum", "--protect-args", "--timeout=120"]
    result = _result([*command, "--rsh", shell, *words])
    if result.returncode:
        raise _error(dest, result.returncode, result.stderr)


def _run(dest: Remote, script: str, *words: str) -> str:
    result = _ssh(dest, script, *words)
    if result.returncode:
        raise _error(dest, result.returncode, result.stderr)
    return result.stdout


def _ssh(dest: Remote, script: str, *words: str) -> subprocess.CompletedProcess[str]:
    return _result(_command(dest, script, *words))


def _command(dest: Remote, script: str, *words: str) -> list[str]:
    there = shlex.join(["sh", "-c", script, "sh", dest.path, *words])
    return [*_shell(), *_SSH, dest.host, there]


def _shell() -> list[str]:
    return shlex.split(os.environ.get("RSYNC_RSH", "ssh"))


def _result(command: list[str]) -> subprocess.CompletedProcess[str]:
    with _tools():
        return subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False
        )


@contextmanager
def _tools() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"{error.filename} is not installed: publishing there needs it.") from None


def _error(dest: Remote, status: int, said: str) -> InputError:
    if status == _BUSY:
        return BusyError(f"another run publishes to {dest}: wait for its end.")
    if status == _NOT_A_LINK:
        return InputError(f"{dest}/current is not a link that was published: move it away.")
    if status == _NOTHING:
        return InputError(f"{dest} serves nothing yet: publish there first.")
    failed = "cannot be reached" if status == _UNREACHED else "cannot be written or read"
    place = dest.host if status == _UNREACHED else str(dest)
    cause = (said.strip().splitlines() or [f"status {status}"])[0].strip()
    return InputError(f"{place} {failed} ({cause}): what is served there is as it was.")
