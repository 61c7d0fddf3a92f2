"""The search index, by Pagefind: static files, one index for each language of the pages."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from analysis.errors import InputError
from analysis.reading import read_text
from analysis.writing import write_text

FOLDER = "pagefind"
NOT_TEXT = ", ".join(
    [
        *[".language-switch", ".anchor", "details.code-fold", "svg", "[data-pagefind-ignore]"],
        *["h2.standing", "p.standing", ".description", ".data-table caption", ".data-table thead"],
        *[".cite-this", ".all-pages"],
    ]
)
"""What many pages carry alike, or what repeats another page: it would be found instead of the page
that is about it. A heading marked ``{.standing}`` is one of them; Quarto gives its class to the
section too, hence the ``h2``."""
PAGES = "**/[!4]*.html"  # all but 404.html
UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js")  # the results page is our own


def write_index(site: Path) -> None:
    """Index what stands in each page's ``main``; equal pages give equal bytes.

    Raises
    ------
    InputError
        If Pagefind ends with an error; its own message is in the sentence.
    """
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--output-subdir", FOLDER]
    command += ["--root-selector", "main", "--exclude-selectors", NOT_TEXT]
    command += ["--glob", PAGES, "--keep-index-url", "--silent"]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    entry = site / FOLDER / "pagefind-entry.json"
    if result.returncode or not entry.is_file():
        said = " ".join((result.stderr + result.stdout).split())
        raise InputError(
            f"the search index of {site.name} could not be made; Pagefind says: {said}"
        )
    # Pagefind writes the languages in an order that differs from run to run.
    write_text(entry, json.dumps(json.loads(read_text(entry)), sort_keys=True))
    for pattern in UNUSED:
        for path in (site / FOLDER).glob(pattern):
            path.unlink()
