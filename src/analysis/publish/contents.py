"""The results page of the search: where results go, and every page of the site."""

from markupsafe import Markup

from analysis.publish.display import Html
from analysis.publish.front import front_matter
from analysis.publish.sitemap import PAGES
from analysis.publish.tables import link
from analysis.publish.units import Language
from analysis.publish.wording import label

TO_ROOT: dict[Language, str] = {"zh": "", "en": "../"}
RESULTS = Markup(
    '<div id="search-results" data-index="{root}pagefind/pagefind.js" data-found="{found}" '
    'data-none="{none}" data-wait="{wait}">\n<p role="status">{offline}</p>\n</div>\n'
    '<script defer src="{root}reports/theme/search.js"></script>'
)


def search_results(language: Language) -> Html:
    """The place of the results; says what searching needs where no script runs."""
    words = {key: label(f"search_{key}", language) for key in ("found", "none", "wait", "offline")}
    return Html(RESULTS.format(root=TO_ROOT[language], **words))


def all_pages(language: Language) -> Html:
    """A list of all pages but this one, with what each holds."""
    item = Markup('<li>{} <span class="aside">{}</span></li>')
    items = []
    for page in PAGES:
        if page.notebook != "search":
            front = front_matter(page, language)
            address = link(f"{page.name}.html", front["title"])
            items.append(item.format(address, front["description"]))
    return Html(Markup('<ul class="all-pages">\n{}\n</ul>').format(Markup("\n").join(items)))
