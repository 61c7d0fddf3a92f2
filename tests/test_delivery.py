"""From a built site to a served one: the check, publishing, rolling back, verifying."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.delivery.__main__ import folder, main
from analysis.delivery.check import broken_links, check_site, missing_files, wrong_data
from analysis.delivery.here import Here
from analysis.delivery.releases import publish, rollback
from analysis.delivery.verify import verify
from analysis.errors import InputError
from analysis.paths import ROOT
from analysis.publish.sitemap import PAGES
from tests.served import current, releases

PAGE = '<html><body><h1 id="top">{}</h1><a href="{}">x</a></body></html>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site without faults."""
    return write_site(tmp_path / "_site", "one")


def write_site(folder: Path, text: str) -> Path:
    table = "a,b\n1,2\n"
    digest = hashlib.sha256(table.encode()).hexdigest()
    resource = {"path": "raw/t.csv", "hash": f"sha256:{digest}"}
    files = {
        "index.html": PAGE.format(text, "en/#top"),
        "en/index.html": PAGE.format(text, "../index.html#top"),
        "404.html": PAGE.format(text, "/index.html"),
        "style.css": "a { background: url('fonts/x.woff2?v=1') } b { cursor: url(data:x) }",
        "fonts/x.woff2": "font",
        "data/raw/t.csv": table,
        "data/datapackage.json": json.dumps({"resources": [resource]}),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_a_whole_site_has_no_broken_link(site: Path) -> None:
    assert list(broken_links(site)) == []
    assert list(wrong_data(site)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("index.html", "en/#top", "en/about.html", "index.html links to en/about.html, which"),
        ("index.html", "en/#top", "en/#bottom", "index.html links to en/#bottom, which"),
        ("en/index.html", "../index.html", "../../index.html", "en/index.html links to ../../"),
        ("404.html", "/index.html", "/old.html", "404.html links to /old.html, which"),
        ("style.css", "x.woff2", "y.woff2", "style.css loads fonts/y.woff2?v=1, which"),
    ],
)
def test_every_kind_of_broken_link_is_found(
    site: Path, name: str, old: str, new: str, problem: str
) -> None:
    text = (site / name).read_text()
    assert old in text
    (site / name).write_text(text.replace(old, new))
    found = list(broken_links(site))
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_a_leading_slash_is_seen_from_the_sites_address(site: Path) -> None:
    assert list(broken_links(site, "/monitor/")) == [
        "404.html links to /index.html, which is not there"
    ]
    (site / "404.html").write_text(PAGE.format("x", "/monitor/index.html"))
    assert list(broken_links(site, "/monitor/")) == []


def test_data_that_is_not_what_its_package_says_is_found(site: Path) -> None:
    (site / "data/raw/t.csv").write_text("a,b\n1,3\n")
    assert list(wrong_data(site)) == ["data/raw/t.csv is not what data/datapackage.json describes"]
    (site / "data/raw/t.csv").unlink()
    assert list(wrong_data(site)) == ["data/raw/t.csv is missing"]


def test_a_site_without_its_pages_is_refused_with_the_first_problems(site: Path) -> None:
    missing = list(missing_files(site))
    assert f"reports/series-{PAGES[-2].parameters['indicator']}.html is missing" in missing
    with pytest.raises(InputError, match=r"_site is not whole: .* is missing; .*, and \d+ more"):
        check_site(site)


def test_publishing_serves_the_site_and_twice_is_nothing(site: Path, tmp_path: Path) -> None:
    dest = tmp_path / "www"
    assert publish(site, Here(dest)).startswith(f"published: {dest}/current is release 0001-")
    assert (dest / "current" / "en" / "index.html").read_text() == (
        site / "en/index.html"
    ).read_text()
    link = os.readlink(dest / "current")
    assert publish(site, Here(dest)).startswith("nothing to publish")
    assert os.readlink(dest / "current") == link
    assert len(releases(dest)) == 1


def test_a_web_server_may_read_what_a_cautious_user_publishes(site: Path, tmp_path: Path) -> None:
    (site / "index.html").chmod(0o600)
    (site / "en").chmod(0o700)
    before = os.umask(0o077)
    try:
        publish(site, Here(tmp_path / "www"))
    finally:
        os.umask(before)
    www = tmp_path / "www"
    for path in (www, *www.rglob("*")):
        if path.name != ".lock" and not path.is_symlink():
            assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_modes_of_a_folder_that_was_there_are_its_owners(site: Path, tmp_path: Path) -> None:
    www = tmp_path / "www"
    (www / "releases").mkdir(parents=True)
    for place in (www, www / "releases"):
        place.chmod(0o2775)
    publish(site, Here(www))
    for place in (www, www / "releases"):
        assert place.stat().st_mode & 0o7777 == 0o2775


def test_a_damaged_release_is_published_anew(site: Path, tmp_path: Path) -> None:
    dest = tmp_path / "www"
    publish(site, Here(dest))
    (dest / "current" / "index.html").write_text("damaged")
    assert "is release 0002-" in publish(site, Here(dest))
    assert (dest / "current" / "index.html").read_text() == (site / "index.html").read_text()
    publish(write_site(site, "two"), Here(dest))
    rollback(Here(dest))
    with pytest.raises(InputError, match=r"release 0001-.* is damaged, and is not served"):
        rollback(Here(dest))


def test_the_last_releases_are_kept_and_can_be_taken_back(site: Path, tmp_path: Path) -> None:
    dest = tmp_path / "www"
    for text in ("one", "two", "three", "four"):
        publish(write_site(site, text), Here(dest), keep=3)
    assert [name[:4] for name in releases(dest)] == ["0002", "0003", "0004"]
    assert rollback(Here(dest)).startswith(f"rolled back: {dest}/current is release 0003-")
    assert ">three<" in (dest / "current" / "index.html").read_text()
    rollback(Here(dest))
    with pytest.raises(InputError, match="keeps no release before 0002-"):
        rollback(Here(dest))
    assert ">two<" in (dest / "current" / "index.html").read_text()
    publish(write_site(site, "five"), Here(dest), keep=1)
    assert [name[:4] for name in releases(dest)] == ["0005"]


def test_a_release_that_was_left_is_never_gone_back_to(site: Path, tmp_path: Path) -> None:
    dest = tmp_path / "www"
    for text in ("good", "bad"):
        publish(write_site(site, text), Here(dest))
    bad = current(dest)
    assert rollback(Here(dest)).endswith(
        f"; {bad} stays in {dest}/releases, and no rollback serves it again"
    )
    publish(write_site(site, "mended"), Here(dest))
    assert releases(dest)[1:] == [f"{bad}.left", current(dest)], "it is not lost"
    rollback(Here(dest))
    assert ">good<" in (dest / "current" / "index.html").read_text()
    with pytest.raises(InputError, match="keeps no release before 0001-"):
        rollback(Here(dest))
    for text in ("better", "best"):
        publish(write_site(site, text), Here(dest), keep=2)
    assert [name[:4] for name in releases(dest)] == ["0004", "0005"]
    rollback(Here(dest))
    assert ">better<" in (dest / "current" / "index.html").read_text()


def test_a_release_that_a_killed_run_never_served_is_not_gone_back_to(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dest = tmp_path / "www"
    publish(write_site(site, "one"), Here(dest))

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(Path, "symlink_to", killed)
        with pytest.raises(SystemExit):
            publish(write_site(site, "two"), Here(dest))
    assert [name[:4] for name in releases(dest)] == ["0001", "0002"]
    publish(site, Here(dest))
    assert current(dest).startswith("0003-")
    rollback(Here(dest))
    assert ">one<" in (dest / "current" / "index.html").read_text()


def test_the_release_in_force_is_never_removed(site: Path, tmp_path: Path) -> None:
    dest = tmp_path / "www"
    publish(site, Here(dest))
    served = current(dest)
    for number in ("0002", "0003"):
        (dest / "releases" / f"{number}-{'a' * 16}").mkdir()
    (dest / "current").unlink()
    (dest / "current").symlink_to(f"releases/{served}")
    assert publish(site, Here(dest), keep=1).startswith("nothing to publish")
    publish(write_site(site, "two"), Here(dest), keep=1)
    assert [name[:4] for name in releases(dest)] == ["0004"]


def test_a_folder_that_was_not_published_is_left_alone(site: Path, tmp_path: Path) -> None:
    (tmp_path / "www" / "current").mkdir(parents=True)
    (tmp_path / "www" / "current" / "own.html").write_text("own")
    with pytest.raises(InputError, match="is not a link that was published: move it away"):
        publish(site, Here(tmp_path / "www"))
    assert (tmp_path / "www" / "current" / "own.html").read_text() == "own"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "add DEST="),
        ("_site/www", "lies in _site, which every run replaces"),
    ],
)
def test_a_folder_that_cannot_be_one_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        folder(typed)


@pytest.mark.parametrize("typed", ["0", "-1", "all", ""])
def test_a_number_of_releases_that_is_none_is_refused_before_anything_is_built(
    typed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(tmp_path / "www"), f"--keep={typed}"]) == 1
    sentence = f"error: KEEP={typed} is no number of releases to keep: give 1 or more.\n"
    assert capsys.readouterr().err == sentence
    assert not (tmp_path / "www").exists()


def test_rolling_back_where_nothing_is_published_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rollback", str(tmp_path / "www")]) == 1
    assert (
        capsys.readouterr().err
        == f"error: {tmp_path}/www serves nothing yet: publish there first.\n"
    )
    assert not (tmp_path / "www").exists()


@pytest.mark.parametrize("command", ["publish", "rollback", "verify"])
def test_a_folder_that_the_system_refuses_is_one_sentence_before_anything_is_built(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "x" * 300
    assert main([command, name]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"error: {name}")
    assert said.err.endswith("is as it was.\n" if command == "rollback" else "then run it again.\n")
    assert "(File name too long): " in said.err
    assert len(said.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_without_git_verifying_is_one_sentence(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(site, Here(tmp_path / "www"))
    monkeypatch.setenv("PATH", str(tmp_path / "no-tools"))
    assert main(["verify", str(tmp_path / "www")]) == 1
    assert capsys.readouterr().err == "error: git is not installed: verifying needs it.\n"


DODO = """
from pathlib import Path
DOIT_CONFIG = {"default_tasks": ["site"], "dep_file": ".doit-state.json", "backend": "json"}
def build():
    Path("_site").mkdir()
    Path("_site/index.html").write_text(Path("text.txt").read_text())
def task_site():
    return {"actions": [build], "targets": ["_site"]}
"""


def test_verifying_compares_with_what_the_commit_builds(tmp_path: Path) -> None:
    project, dest = tmp_path / "project", tmp_path / "www"
    project.mkdir()
    (project / "dodo.py").write_text(DODO)
    (project / "text.txt").write_text("as committed")
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    built = tmp_path / "built"
    built.mkdir()
    (built / "index.html").write_text("as committed")
    with pytest.raises(InputError, match="is not there: publish first"):
        verify(project, Here(dest))
    publish(built, Here(dest))
    (project / "text.txt").write_text("not committed")
    assert "byte for byte, what commit" in verify(project, Here(dest))

    (built / "index.html").write_text("other")
    (built / "more.html").write_text("more")
    publish(built, Here(dest))
    with pytest.raises(InputError, match=r"index\.html differs; more\.html is published only\."):
        verify(project, Here(dest))
    (project / "dodo.py").write_text("1 / 0")
    subprocess.run(["git", *identity, "commit", "-qam", "x"], cwd=project, check=True)
    with pytest.raises(InputError, match=r"cannot be built: .*ZeroDivisionError"):
        verify(project, Here(dest))


def test_a_failed_build_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "dodo.py").write_text("1 / 0")
    run = subprocess.run(
        [sys.executable, "-m", "analysis.delivery", "publish", str(tmp_path / "www")],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 3
    assert run.stderr.endswith(
        "not published to " + str(tmp_path / "www") + ": the build failed.\n"
    )
    assert not (tmp_path / "www").exists()
