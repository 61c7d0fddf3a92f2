"""Whether a built site is whole: its pages, every link and anchor, and the data package."""

import hashlib
import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Set
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from analysis.errors import InputError
from analysis.publish.dictionary import DESCRIPTOR
from analysis.publish.sitemap import OTHER, PAGES, page_path

SHOWN = 5
NEEDED = ("404.html", "feed.xml", "en/feed.xml", "pagefind/pagefind-entry.json")
_ADDRESSES = {"href", "src", "action"}
_IN_STYLES = re.compile(r"""url\(\s*["']?([^"')]+)""")


def check_site(site: Path, base: str = "") -> None:
    """Refuse a site that is not whole.

    Parameters
    ----------
    site
        Its folder.
    base
        The path of its address, such as ``/monitor/``: 404.html links from there.

    Raises
    ------
    InputError
        With the first problems.
    """
    found = [*missing_files(site), *broken_links(site, base), *wrong_data(site)]
    if found:
        more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise InputError(f"{site.name} is not whole: {'; '.join(found[:SHOWN])}{more}.")


def missing_files(site: Path) -> Iterator[str]:
    """Pages of the page list, and files every site has, that are not there."""
    pages = [page_path(page.name, language) for page in PAGES for language in OTHER]
    for name in (*(str(page.with_suffix(".html")) for page in pages), *NEEDED):
        if not (site / name).is_file():
            yield f"{name} is missing"


def broken_links(site: Path, base: str = "") -> Iterator[str]:
    """Addresses in pages and style sheets that lead nowhere within the site.

    Parameters
    ----------
    site
        Its folder.
    base
        The path of the site's address, from which an address with a leading slash is seen.
    """
    pages = {name: _Page((site / name).read_text("utf-8")) for name in _files(site, "*.html")}
    files = set(_files(site, "*"))
    for name, page in pages.items():
        for address in page.addresses:
            if not _leads_somewhere(address, name, base, files, pages):
                yield f"{name} links to {address}, which is not there"
    for name in _files(site, "*.css"):
        for address in _IN_STYLES.findall((site / name).read_text("utf-8")):
            if not _leads_somewhere(address, name, base, files, pages):
                yield f"{name} loads {address}, which is not there"


def wrong_data(site: Path) -> Iterator[str]:
    """Files of the data package whose content is not what its description says."""
    descriptor = site / DESCRIPTOR
    if not descriptor.is_file():
        yield f"{DESCRIPTOR} is missing"
        return
    for resource in json.loads(descriptor.read_text("utf-8"))["resources"]:
        path = descriptor.parent / resource["path"]
        if not path.is_file():
            yield f"{path.relative_to(site)} is missing"
        elif f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" != resource["hash"]:
            yield f"{path.relative_to(site)} is not what {DESCRIPTOR} describes"


class _Page(HTMLParser):
    """The addresses a page names, and the ids in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif name in _ADDRESSES:
                self.addresses.append(value or "")


def _files(site: Path, pattern: str) -> list[str]:
    paths = sorted(path for path in site.rglob(pattern) if path.is_file())
    return [path.relative_to(site).as_posix() for path in paths]


def _leads_somewhere(
    address: str, source: str, base: str, files: Set[str], pages: Mapping[str, _Page]
) -> bool:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return True
    path = unquote(parts.path)
    if path.startswith("/"):
        start = f"/{base.strip('/')}/".replace("//", "/")
        if not path.startswith(start):
            return False
        target = posixpath.normpath(path.removeprefix(start))
    else:
        folder = posixpath.dirname(source)
        target = posixpath.normpath(posixpath.join(folder, path)) if path else source
    if target not in files:
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    if target not in files:
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].ids
