"""What a finished HTML tree still needs, whichever renderer made it: search index and feeds.

The embedded renderer calls ``finish_site`` on the tree before it takes its place; Quarto calls this
package as its post-render step (see ``project.post-render`` in ``_quarto.yml``).
"""

from pathlib import Path

from analysis.publish.finish.feed import write_feeds
from analysis.publish.finish.index import write_index

__all__ = ["finish_site"]


def finish_site(site: Path) -> None:
    """Add the feeds and the search index to a rendered site; a second call changes nothing.

    Raises
    ------
    InputError
        If an annual report is missing, or the site cannot be indexed.
    """
    write_feeds(site)
    write_index(site)
