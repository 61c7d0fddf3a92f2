"""Redirect pages at a page's former addresses: Quarto's `aliases`."""

import posixpath
from html import escape
from pathlib import Path

from analysis.publish.embedded.project import RenderError

REDIRECT = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={address}">
<title>→ {address}</title>
</head>
<body data-pagefind-ignore="all">
<p><a href="{address}">{address}</a></p>
</body>
</html>
"""


def write_redirect(site: Path, alias: str, page: str) -> None:
    """Write the redirect page for one alias of a page.

    Parameters
    ----------
    site
        The folder of the site.
    alias
        A former address: from the site's root with a leading slash, else from the page's folder;
        without a file name it is a folder's `index.html`.
    page
        The HTML file of the page, from the site's root.

    Raises
    ------
    RenderError
        If a page or another redirect stands there.
    """
    former = posixpath.normpath(posixpath.join("/", posixpath.dirname(page), alias)).lstrip("/")
    if not posixpath.splitext(former)[1]:
        former = posixpath.join(former, "index.html")
    path = site / former
    if path.exists():
        raise RenderError(f"{page}: the alias {alias} is the address of another page; remove it.")
    address = escape(posixpath.relpath(page, posixpath.dirname(former) or "."))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(REDIRECT.format(address=address), "utf-8")
