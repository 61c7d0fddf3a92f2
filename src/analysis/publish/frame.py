"""What every page carries around its text under both renderers, as Quarto's documented keys."""

from typing import Any

from markupsafe import Markup

from analysis.publish.sitemap import Page, page_path
from analysis.publish.units import Language

LANG = {"zh": "zh-Hans", "en": "en"}
FEED = "feed.xml"
SCRIPTS = ("tables",)
FEED_TITLE = {"zh": "年度报告", "en": "Annual reports"}
SEARCH_LABEL = {"zh": "搜索本站", "en": "Search this site"}
SEARCH_BUTTON = {"zh": "搜索", "en": "Search"}
HEAD = Markup(
    '<link rel="alternate" type="application/atom+xml" title="{title}" href="{home}{feed}">'
)
SCRIPT = Markup('<script defer src="{root}reports/theme/{name}.js"></script>')
SEARCH = Markup(
    '<form class="site-search" role="search" action="{home}search.html">'
    '<input type="search" name="q" required aria-label="{label}" placeholder="{label}">'
    '<button type="submit">{button}</button></form>'
)


def frame(page: Page, language: Language) -> dict[str, Any]:
    """A page's front matter beyond its own: navigation, feed, scripts, search, former addresses.

    The search box needs no script: it leads to the results page, which does the work.
    """
    depth = len(page_path(page.name, language).parent.parts)
    root = "../" * depth
    home = root if language == "zh" else root.removesuffix("../")
    head = [HEAD.format(title=FEED_TITLE[language], home=home, feed=FEED)]
    head += [SCRIPT.format(root=root, name=name) for name in SCRIPTS]
    label, button = SEARCH_LABEL[language], SEARCH_BUTTON[language]
    search = SEARCH.format(home=home, label=label, button=button)
    keys: dict[str, Any] = {
        "sidebar": language,
        "include-in-header": [{"text": "\n".join(head)}],
        "include-before-body": [{"text": str(search)}],
    }
    if page.aliases:
        keys["aliases"] = [
            f"/{page_path(alias, language).with_suffix('.html')}" for alias in page.aliases
        ]
    return keys
