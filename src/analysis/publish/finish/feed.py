"""An Atom feed of the annual reports in each language."""

import uuid
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from analysis.errors import InputError
from analysis.publish.frame import FEED, LANG
from analysis.publish.sitemap import OTHER, REPORT_YEARS, page_path
from analysis.publish.units import Language
from analysis.reading import read_text
from analysis.writing import write_text

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "guangzhou-plan-monitor")
AUTHOR = {"zh": "广州五年规划监测", "en": "Guangzhou plan monitor"}
TITLE = {"zh": "广州五年规划监测：年度报告", "en": "Guangzhou plan monitor: annual reports"}


class Head(NamedTuple):
    """What a page says of itself."""

    title: str
    description: str


class _HeadParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.title = self.description = ""
        self._reads_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._reads_title = tag == "h1"
        if tag == "meta" and attributes.get("name") == "description":
            self.description = attributes.get("content") or ""

    def handle_endtag(self, tag: str) -> None:
        self._reads_title = self._reads_title and tag != "h1"

    def handle_data(self, data: str) -> None:
        if self._reads_title:
            self.title += data


def read_head(text: str) -> Head:
    """A page's main heading and description."""
    parser = _HeadParser()
    parser.feed(text)
    return Head(" ".join(parser.title.split()), parser.description)


def write_feeds(site: Path) -> None:
    """Write one feed for each language beside its front page.

    Raises
    ------
    InputError
        If a report is not in the site.
    """
    for language in OTHER:
        home = site / page_path("index", language).parent
        write_text(home / FEED, feed(home, language))


def feed(home: Path, language: Language) -> str:
    """The feed's text: links relative to it, the end of the year as date, ids that never change.

    Parameters
    ----------
    home
        The folder of the language's front page in the finished site.
    """
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"xml:lang": LANG[language]})
    _add(root, "title", TITLE[language])
    _add(root, "id", _identifier("feed", language))
    _add(root, "updated", _end_of(max(REPORT_YEARS)))
    _add(root, "link", rel="self", href=FEED)
    _add(root, "link", rel="alternate", href="index.html")
    _add(_add(root, "author"), "name", AUTHOR[language])
    for year in REPORT_YEARS:
        address = f"reports/progress-{year}.html"
        if not (home / address).is_file():
            raise InputError(f"{address} is not in the site, but the feed lists it; render it.")
        head = read_head(read_text(home / address))
        entry = _add(root, "entry")
        _add(entry, "title", head.title)
        _add(entry, "id", _identifier(address, language))
        _add(entry, "updated", _end_of(year))
        _add(entry, "link", rel="alternate", href=address)
        _add(entry, "summary", head.description)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _add(
    parent: ElementTree.Element, tag: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    element.text = text or None
    return element


def _identifier(address: str, language: Language) -> str:
    """A name without a host, so that it outlives a move of the site."""
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, f'{language}/{address}')}"


def _end_of(year: int) -> str:
    return f"{year}-12-31T00:00:00Z"
