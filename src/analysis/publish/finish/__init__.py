"""What a finished HTML tree still needs, whichever renderer made it: search index and feeds.

And what it must not have: the times of files in Quarto's sitemap, since the same input gives the
same bytes.

The embedded renderer calls ``finish_site`` on the tree before it takes its place; Quarto calls this
package as its post-render step (see ``project.post-render`` in ``_quarto.yml``).
"""

import re
from pathlib import Path

from analysis.publish.finish.feed import write_feeds
from analysis.publish.finish.index import write_index
from analysis.reading import read_text
from analysis.writing import write_text

__all__ = ["finish_site"]


def finish_site(site: Path) -> None:
    """Add feeds and search index to a rendered site, undate it; a second call changes nothing.

    Raises
    ------
    InputError
        If an annual report is missing, or the site cannot be indexed.
    """
    write_feeds(site)
    write_index(site)
    sitemap = site / "sitemap.xml"
    if sitemap.is_file():
        write_text(sitemap, re.sub(r"\s*<lastmod>[^<]*</lastmod>", "", read_text(sitemap)))
