"""Publishing to another machine, over a real ssh connection to an sshd of the test's own."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from analysis.delivery.__main__ import folder, main
from analysis.delivery.releases import publish, rollback, serves, tree_digest
from analysis.delivery.remote import Remote
from analysis.errors import InputError
from analysis.graph.lock import BusyError
from analysis.paths import ROOT
from tests.served import current, releases

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
CONFIG = """
Host *
  IdentityFile {keys}/user
  IdentitiesOnly yes
  UserKnownHostsFile {keys}/known
  StrictHostKeyChecking no
  LogLevel ERROR
Host web
  ProxyCommand {sshd} -i -f {keys}/sshd_config
Host gone
  HostName 127.0.0.1
  Port 1
"""
SERVER = """
HostKey {keys}/host
AuthorizedKeysFile {keys}/user.pub
PasswordAuthentication no
UsePAM no
StrictModes no
PidFile none
"""


@pytest.fixture(scope="session")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The ssh command that knows a host `web`, this machine, and `gone`, where nothing listens."""
    for tool in ("ssh", "ssh-keygen", "rsync", "flock", SSHD):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it where it runs as root
    keys = tmp_path_factory.mktemp("keys")
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name)]
        subprocess.run(command, check=True)
    (keys / "config").write_text(CONFIG.format(keys=keys, sshd=SSHD))
    (keys / "sshd_config").write_text(SERVER.format(keys=keys))
    words = ["ssh", "-F", str(keys / "config")]
    tried = subprocess.run([*words, "web", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no sshd can be run here: {tried.stderr.strip()}")
    return " ".join(words)


@pytest.fixture
def www(ssh: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder on `web`, as it lies on this machine."""
    monkeypatch.setenv("RSYNC_RSH", ssh)
    return tmp_path / "the www"


def on_web(www: Path) -> Remote:
    return Remote("web", str(www))


def write_site(tmp_path: Path, text: str, files: int = 3) -> Path:
    site = tmp_path / "_site"
    (site / "en").mkdir(parents=True, exist_ok=True)
    for number in range(files):
        (site / "en" / f"{number}.html").write_text(text)
    (site / "index.html").write_text(text)
    (site / "fonts.woff2").write_bytes(b"the same in every release")
    return site


def test_publishing_serves_the_site_and_twice_is_nothing(www: Path, tmp_path: Path) -> None:
    site, dest = write_site(tmp_path, "one"), on_web(www)
    assert publish(site, dest) == f"published: web:{www}/current is release {current(www)}"
    assert current(www).startswith("0001-")
    assert tree_digest(www / "current") == tree_digest(site) == current(www).partition("-")[2]
    assert os.readlink(www / "current") == f"releases/{current(www)}"
    assert publish(site, dest).startswith("nothing to publish: web:")
    assert serves(dest, tree_digest(site))
    assert not serves(dest, "0" * 16)
    assert len(releases(www)) == 1
    assert sorted(path.name for path in www.iterdir()) == ["current", "releases"]
    dest.fetch(tmp_path / "fetched")
    assert tree_digest(tmp_path / "fetched") == tree_digest(site)


def test_a_web_server_may_read_what_a_cautious_user_publishes(www: Path, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        publish(write_site(tmp_path, "one"), on_web(www))
    finally:
        os.umask(before)
    folders = [www, *(path for path in www.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o755}
    assert (www / "current" / "index.html").stat().st_mode & 0o777 == 0o644


def test_what_is_the_same_is_linked_and_what_is_not_is_not(www: Path, tmp_path: Path) -> None:
    publish(write_site(tmp_path, "one"), on_web(www))
    first = www / "releases" / current(www)
    publish(write_site(tmp_path, "two"), on_web(www))
    second = www / "releases" / current(www)
    assert (first / "fonts.woff2").samefile(second / "fonts.woff2")
    assert (first / "index.html").read_text() == "one"
    assert (second / "index.html").read_text() == "two"


def test_the_last_releases_are_kept_and_can_be_taken_back(www: Path, tmp_path: Path) -> None:
    dest = on_web(www)
    for text in ("one", "two", "three"):
        publish(write_site(tmp_path, text), dest, keep=2)
    assert [name[:4] for name in releases(www)] == ["0002", "0003"]
    assert rollback(dest).startswith(f"rolled back: web:{www}/current is release 0002-")
    with pytest.raises(InputError, match="the www keeps no release before 0002-"):
        rollback(dest)
    assert (www / "current" / "index.html").read_text() == "two"
    publish(write_site(tmp_path, "five"), dest, keep=1)
    assert [name[:4] for name in releases(www)] == ["0004"]


def test_a_release_that_was_left_is_never_gone_back_to(www: Path, tmp_path: Path) -> None:
    dest = on_web(www)
    for text in ("good", "bad"):
        publish(write_site(tmp_path, text), dest)
    bad = current(www)
    assert f"; {bad} stays in web:{www}/releases, and" in rollback(dest)
    publish(write_site(tmp_path, "mended"), dest)
    assert releases(www)[1:] == [f"{bad}.left", current(www)]
    rollback(dest)
    assert (www / "current" / "index.html").read_text() == "good"


def test_a_release_that_a_killed_run_never_served_is_not_gone_back_to(
    www: Path, tmp_path: Path
) -> None:
    site, dest = write_site(tmp_path, "one"), on_web(www)
    publish(site, dest)
    digest = tree_digest(write_site(tmp_path, "two"))
    shutil.copytree(site, www / "releases" / f"0002-{digest}")
    publish(site, dest)
    assert current(www).startswith("0003-")
    rollback(dest)
    assert (www / "current" / "index.html").read_text() == "one"


def test_a_damaged_release_is_published_anew_and_not_linked(www: Path, tmp_path: Path) -> None:
    site, dest = write_site(tmp_path, "one"), on_web(www)
    publish(site, dest)
    (www / "current" / "index.html").write_text("ONE")
    assert not serves(dest, tree_digest(site))
    assert "is release 0002-" in publish(site, dest)
    assert tree_digest(www / "current") == tree_digest(site)
    with pytest.raises(InputError, match=r"release 0001-.* is damaged, and is not served"):
        rollback(dest)
    assert current(www).startswith("0002-")


def test_a_copy_that_is_not_the_site_is_not_served(
    www: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(write_site(tmp_path, "one"), on_web(www))
    served = current(www)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "rsync").write_text(
        f'#!/bin/sh\n{shutil.which("rsync")} "$@" || exit\n'
        f"truncate -s 1 '{www}/releases/'.undone-*/en/0.html\n"
    )
    (tools / "rsync").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    site = write_site(tmp_path, "two")
    with pytest.raises(InputError, match="changed while it was copied: publish again"):
        publish(site, on_web(www))
    assert current(www) == served
    assert releases(www) == [served]


def test_a_host_that_cannot_be_reached_is_one_sentence(
    www: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = r"^gone cannot be reached \(.*refused.*\): what is served there is as it was\.$"
    with pytest.raises(InputError, match=sentence):
        publish(write_site(tmp_path, "one"), Remote("gone", str(www)))
    with pytest.raises(InputError, match=sentence):
        serves(Remote("gone", str(www)), "0" * 16)
    assert main(["rollback", f"gone:{www}"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: gone cannot be reached (")
    assert len(said.err.splitlines()) == 1
    assert not www.exists()


def test_a_folder_that_cannot_be_made_is_one_sentence(www: Path, tmp_path: Path) -> None:
    site = write_site(tmp_path, "one")
    with pytest.raises(InputError, match=r"absent/www cannot be written or read \(.*No such file"):
        publish(site, on_web(www / "absent" / "www"))
    with pytest.raises(InputError, match="the www serves nothing yet: publish there first"):
        rollback(on_web(www))
    with pytest.raises(InputError, match="the www/current is not there: publish first"):
        on_web(www).fetch(tmp_path / "fetched")
    assert not www.exists()


@pytest.mark.parametrize("status", [10, 11])
def test_what_rsync_says_is_not_taken_for_an_answer_of_ours(
    www: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    said = "rsync: write failed: No space left on device (28)"
    (tools / "rsync").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit {status}\n")
    (tools / "rsync").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    with pytest.raises(InputError, match=r"www cannot be written or read \(rsync: .*No space left"):
        publish(write_site(tmp_path, "one"), on_web(www))


def test_a_folder_that_was_not_published_is_left_alone(www: Path, tmp_path: Path) -> None:
    (www / "current").mkdir(parents=True)
    with pytest.raises(InputError, match="the www/current is not a link that was published"):
        publish(write_site(tmp_path, "one"), on_web(www))
    assert [path.name for path in www.iterdir()] == ["current"]


def test_two_runs_do_not_publish_to_one_folder(www: Path, tmp_path: Path) -> None:
    publish(write_site(tmp_path, "one"), on_web(www))
    site = write_site(tmp_path, "two")
    with (www / "releases" / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="another run publishes to web:"):
            publish(site, on_web(www))
    assert "is release 0002-" in publish(site, on_web(www))


def test_without_rsync_it_is_one_sentence(
    www: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ssh").symlink_to(shutil.which("ssh") or "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(InputError, match="rsync is not installed: publishing there needs it"):
        publish(write_site(tmp_path, "one"), on_web(www))
    assert current(www) == ""


def test_nobody_who_looks_while_it_is_switched_finds_nothing(www: Path, tmp_path: Path) -> None:
    dest = on_web(www)
    publish(write_site(tmp_path, "one"), dest)
    publish(write_site(tmp_path, "two"), dest)
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                seen.add((www / "current" / "index.html").read_text())
            except OSError as error:
                seen.add(str(error))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        rollback(dest)
        for text in ("two again", "three"):
            publish(write_site(tmp_path, text), dest)
    finally:
        done.set()
        reader.join()
    assert {"one", "two"} <= seen <= {"one", "two", "two again", "three"}


PUBLISH = """
import sys
from pathlib import Path
from analysis.delivery.releases import publish
from analysis.delivery.remote import Remote
print("ready", flush=True)
publish(Path(sys.argv[1]), Remote("web", sys.argv[2]))
"""


@pytest.mark.faults
def test_a_killed_publish_leaves_the_old_site_or_the_new_one(
    www: Path, tmp_path: Path, moments: list[float]
) -> None:
    dest = on_web(www)
    publish(write_site(tmp_path, "first", 200), dest)
    begun = time.monotonic()
    publish(write_site(tmp_path, "second", 200), dest)
    length = time.monotonic() - begun
    for number, moment in enumerate(moments[: max(3, len(moments) // 3)]):
        old = tree_digest(www / "current")
        site = write_site(tmp_path, f"text {number}", 200)
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH, str(site), str(www)], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            start_new_session=True,
        )  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        time.sleep(moment * length)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert tree_digest(www / "current") in {old, tree_digest(site)}
        publish_when_free(site, dest)
        assert tree_digest(www / "current") == tree_digest(site)
        assert len(releases(www)) == len(os.listdir(www / "releases")) - 1, "only a lock is left"


def publish_when_free(site: Path, dest: Remote) -> None:
    """The lock of a killed run lasts until sshd has noticed."""
    end = time.monotonic() + 30
    while True:
        try:
            publish(site, dest)
            return
        except BusyError:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("web:/srv/www", Remote("web", "/srv/www")),
        ("me@web.example.org:/srv/www/", Remote("me@web.example.org", "/srv/www")),
        ("web:www", Remote("web", "www")),
    ],
)
def test_an_address_over_ssh_is_read(typed: str, expected: Remote) -> None:
    assert folder(typed) == expected
    assert str(expected) == typed.rstrip("/")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("rsync://web/www/monitor", "is an rsync daemon, which may rewrite the link"),
        ("web::www/monitor", "is an rsync daemon, which may rewrite the link"),
        ("web:", "is no folder here and no user@host:/path"),
        ("web:~/www", "is no folder here and no user@host:/path"),
        ("-oProxyCommand=touch x:/srv/www", "is no folder here and no user@host:/path"),
        ("s3://bucket/www", r"has no link that could be switched in one step: publish to a folder"),
        ("ssh://web/srv/www", r"publish to a folder or to user@host:/path, and copy its current/"),
    ],
)
def test_an_address_that_is_not_over_ssh_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        folder(typed)


def test_an_object_store_is_refused_before_anything_is_built_or_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["publish", "s3://bucket/www"]) == 1
    assert capsys.readouterr().err.startswith("error: DEST=s3://bucket/www has no link")
    assert not list(tmp_path.iterdir())
