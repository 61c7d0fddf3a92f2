"""Render a project: Pandoc makes each page, then internal links become relative to their page."""

import json
import posixpath
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypandoc
import yaml

from analysis.publish.embedded.project import (
    Link,
    Project,
    RenderError,
    Section,
    Sidebar,
    load_project,
)
from analysis.publish.embedded.redirect import write_redirect
from analysis.publish.embedded.source import Source, labels, plain, read_source
from analysis.publish.swap import put_in_place
from analysis.writing import writing

HERE = Path(__file__).parent
LAYOUT_CSS = "site_libs/layout.css"
# Front matter is read before; a rule in the body must not open another.
READER = "markdown-yaml_metadata_block"
LINK = re.compile(r'(<(?:a|form|img|link|script)\s(?:[^>]*?\s)?(?:action|href|src)=")([^"]*)"')


def html_path(page: str) -> str:
    """Return where the site keeps the page made from a source."""
    return str(Path(page).with_suffix(".html"))


def resolve_link(href: str, page: str, project: Project) -> str:
    """Return a link relative to its page, with a page's source replaced by its HTML."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path:
        return href
    folder = posixpath.dirname(page)
    target = posixpath.normpath(posixpath.join("/", folder, parts.path)).lstrip("/")
    if parts.path.endswith("/"):
        target = posixpath.join(target, "index.html")
    if target in project.project.render:
        target = html_path(target)
    if html_path(page) == "404.html":  # a server shows it at any depth
        target = posixpath.join("/", urlsplit(project.website.site_url).path, target)
    else:
        target = posixpath.relpath(target, folder or ".")
    return parts._replace(path=target).geturl()


def nav_entries(items: Sequence[Link | Section], page: str) -> list[dict[str, Any]]:
    """Return navigation entries for the template, with the page itself marked."""
    entries: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, Section):
            entries.append(
                {"section": escape(item.section), "contents": nav_entries(item.contents, page)}
            )
        else:
            href = item.href if urlsplit(item.href).scheme else f"/{item.href}"
            entries.append(
                {"text": escape(item.text), "href": escape(href), "current": item.href == page}
            )
    return entries


def home_of(sidebars: Sequence[Sidebar]) -> str:
    """The first page of a page's own side navigation, or the site's."""
    links = [item for sidebar in sidebars for item in sidebar.contents if isinstance(item, Link)]
    return links[0].href if links else "index.html"


def template_variables(source: Source, page: str, project: Project) -> dict[str, Any]:
    """Return what the template prints as it stands."""
    website = project.website
    if source.sidebar is None:
        sidebars = [sidebar for sidebar in website.sidebar if page in sidebar.pages()]
    else:
        sidebars = [sidebar for sidebar in website.sidebar if sidebar.id == source.sidebar]
    return {
        "page-title": escape(f"{plain(source.title)} – {website.title}"),
        "page-description": escape(plain(source.description)),
        "site-title": escape(website.title),
        "in-header": source.in_header,
        "before-body": source.before_body,
        "card": card(source, page, project),
        "home": f"/{home_of(sidebars)}",
        "stylesheets": [f"/{path}" for path in (*project.format.html.css, LAYOUT_CSS)],
        "labels": labels(source.lang),
        "navbar": nav_entries(website.navbar.left + website.navbar.right, page),
        "sidebar": nav_entries(sidebars[0].contents, page) if sidebars else [],
        "sidebar-title": escape(sidebars[0].title) if sidebars else "",
    }


def card(source: Source, page: str, project: Project) -> list[dict[str, str]]:
    """Return the social card's properties; its addresses must be absolute, so they need a site."""
    website = project.website
    base = website.site_url.rstrip("/")
    properties = [("og:title", plain(source.title)), ("og:description", plain(source.description))]
    properties += [("og:site_name", website.title)]
    if base:
        properties += [("og:url", f"{base}/{html_path(page)}")]
    if base and website.image:
        properties += [("og:image", f"{base}/{website.image}")]
    entries = [
        {"attribute": "property", "name": name, "content": escape(content)}
        for name, content in properties
        if website.open_graph and content
    ]
    if website.twitter_card:
        style = "summary_large_image" if base and website.image else "summary"
        entries += [{"attribute": "name", "name": "twitter:card", "content": style}]
    return entries


def template_metadata(source: Source, project: Project) -> dict[str, Any]:
    """Return what the template prints as Markdown."""
    footer = project.website.page_footer
    return {
        "title": source.title,
        "subtitle": source.subtitle,
        "description": source.description,
        "lang": source.lang,
        "wants-toc": source.toc,
        "page-footer": [text for text in (footer.left, footer.center, footer.right) if text],
    }


def run_pandoc(body: str, metadata: dict[str, Any], variables: dict[str, Any]) -> str:
    """Return the HTML Pandoc makes; a warning counts as a failure."""
    with (
        writing(Path(tempfile.gettempdir())),
        tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as metadata_file,
    ):
        json.dump(metadata, metadata_file)
        metadata_file.flush()
        command = [
            pypandoc.get_pandoc_path(),
            f"--from={READER}",
            "--to=html5",
            "--standalone",
            "--toc",
            "--mathml",
            "--wrap=preserve",
            "--fail-if-warnings",
            f"--template={HERE / 'template.html'}",
            f"--lua-filter={HERE / 'filter.lua'}",
            f"--metadata-file={metadata_file.name}",
            *(f"--variable-json={key}:{json.dumps(value)}" for key, value in variables.items()),
        ]
        result = subprocess.run(
            command, input=body, capture_output=True, encoding="utf-8", check=False
        )
    if result.returncode:
        raise RenderError(f"Pandoc says {result.stderr}")
    return result.stdout


def render_page(root: Path, page: str, project: Project) -> tuple[str, list[str]]:
    """Return the HTML of one page of the project in `root`, and its former addresses."""
    try:
        source = read_source(root / page, project)
        html = run_pandoc(
            source.body,
            template_metadata(source, project),
            template_variables(source, page, project),
        )
    except (RenderError, ValueError, yaml.YAMLError) as error:
        raise RenderError(f"{page}: {' '.join(str(error).split()).rstrip('.')}.") from error
    html = LINK.sub(lambda match: f'{match[1]}{resolve_link(match[2], page, project)}"', html)
    return html, source.aliases


def copy_resources(root: Path, site: Path, project: Project) -> None:
    """Copy style sheets and resources, each under its path in the project."""
    for pattern in (*project.format.html.css, *project.project.resources):
        files = [path for path in root.glob(pattern) if path.is_file()]
        if not files:
            raise RenderError(
                f"_quarto.yml: {pattern}, in format.html.css or project.resources, matches no file."
            )
        for path in files:
            copy_file(path, site / path.relative_to(root))
    copy_file(HERE / "layout.css", site / LAYOUT_CSS)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, making the folders on the way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def sitemap(project: Project) -> str:
    """Return the sitemap; without dates, so that equal sites have equal bytes."""
    base = project.website.site_url.rstrip("/")
    urls = "".join(
        f"<url><loc>{escape(f'{base}/{html_path(page)}')}</loc></url>\n"
        for page in project.project.render
        if html_path(page) != "404.html"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


def build(root: Path, site: Path, project: Project) -> None:
    """Write the whole site into a new folder."""
    pages = project.project.render
    with ThreadPoolExecutor() as pool:
        rendered = list(pool.map(lambda page: render_page(root, page, project), pages))
    for page, (text, _) in zip(pages, rendered, strict=True):
        path = site / html_path(page)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for page, (_, aliases) in zip(pages, rendered, strict=True):
        for alias in aliases:
            write_redirect(site, alias, html_path(page))
    copy_resources(root, site, project)
    if project.website.site_url:
        (site / "sitemap.xml").write_text(sitemap(project), "utf-8")


def render_site(
    root: Path, out: Path, finish: Callable[[Path], object] | None = None
) -> list[Path]:
    """Render the project in `root` into `out`, replaced only when everything has succeeded.

    Parameters
    ----------
    root
        The folder of `_quarto.yml`.
    out
        The folder of the site; a site already there is replaced.
    finish
        Called with the finished tree before it takes its place: for fonts and checks.

    Returns
    -------
    list of Path
        The pages, in the order of `project.render`.
    """
    project = load_project(root)
    new = out.with_name(f"{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    try:
        with writing(new):
            build(root, new, project)
            if finish:
                finish(new)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    put_in_place(new, out)
    return [out / html_path(page) for page in project.project.render]
