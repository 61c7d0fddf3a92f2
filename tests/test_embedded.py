"""The embedded renderer on a tiny project: what a reader gets, and what happens when something is wrong."""

import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from fontTools.ttLib import TTFont

from analysis.publish.embedded import RenderError, load_project, render_site
from analysis.publish.fonts import FONT_PATH, subset_font

PAGES = [
    "index.ipynb",
    "reports/targets.ipynb",
    "about.qmd",
    "en/index.ipynb",
    "en/reports/targets.ipynb",
]
CONFIG: dict[str, Any] = {
    "project": {"type": "website", "render": PAGES, "resources": ["data/*.csv"]},
    "website": {
        "title": "规划 & Plan",
        "navbar": {"right": [{"text": "English", "href": "en/index.ipynb"}]},
        "sidebar": [
            {
                "id": "zh",
                "contents": [
                    {"text": "概览", "href": "index.ipynb"},
                    {
                        "section": "目标",
                        "contents": [{"text": "逐项", "href": "reports/targets.ipynb"}],
                    },
                ],
            },
            {
                "id": "en",
                "contents": [
                    {"text": "Overview", "href": "en/index.ipynb"},
                    {"text": "Targets", "href": "en/reports/targets.ipynb"},
                ],
            },
        ],
        "page-footer": {"left": "[About](/about.qmd)"},
    },
    "format": {"html": {"css": "theme/site.css", "code-fold": True, "toc": True}},
}
BODY = """\
## 第一 {#first}

[home](/index.ipynb#first) [csv](/data/a.csv) [out](https://example.org/a.qmd)[^1]

[^1]: a note

## Second

::: {.callout-warning title="口径 *new*"}
inside
:::

::: {.callout-note}
## From the heading
inside
:::

## Third

::: {.panel-tabset}
### One

alpha

### Two

beta

:::

***

| a | b |
|---|---|
| 1 | 2 |
"""


class Tags(HTMLParser):
    """Collects the start tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, *names: str) -> list[str]:
        return [
            value
            for _, attributes in self.found
            for name in names
            if (value := attributes.get(name))
        ]


def front(title: str, lang: str, extra: str = "") -> dict[str, Any]:
    source = f"---\ntitle: {title}\nlang: {lang}\ndescription: 'A \"b\" & c'\ncode-summary: 查看代码\n{extra}---"
    return {"cell_type": "raw", "metadata": {}, "source": source}


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(source: str, *data: dict[str, str], tags: Iterable[str] = ()) -> dict[str, Any]:
    outputs = [{"output_type": "display_data", "metadata": {}, "data": bundle} for bundle in data]
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": outputs,
    }


def write_notebook(path: Path, *cells: dict[str, Any]) -> None:
    numbered = [cell | {"id": f"c{number}"} for number, cell in enumerate(cells)]
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": numbered, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def write_config(root: Path, config: dict[str, Any]) -> None:
    (root / "_quarto.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for folder, lang in (("", "zh-Hans"), ("en/", "en")):
        link = '<p><a class="x" href="reports/targets.ipynb?a=1#second">t</a></p>'
        write_notebook(
            root / f"{folder}index.ipynb",
            front("首页", lang),
            markdown(BODY),
            code("", {"text/html": link}),
        )
        write_notebook(
            root / f"{folder}reports/targets.ipynb",
            front("目标", lang),
            code("secret = 1", tags=["remove-cell"]),
            code("concealed = 1", {"text/plain": "plain-only"}, tags=["hide-code"]),
            code(
                "#| echo: false\nsilent = 1",
                {"text/markdown": "**strong** [i](../index.ipynb)", "text/plain": "no"},
            ),
            code(
                'shown = """\n```\n"""',
                {"text/html": "<b>table</b>", "text/markdown": "no", "text/plain": "no"},
            ),
            markdown("## Only"),
        )
    (root / "about.qmd").write_text(
        "---\ntitle: About\nlang: en\nsidebar: en\n---\n\n[t](reports/targets.ipynb)\n", "utf-8"
    )
    for path in ("theme/site.css", "data/a.csv"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text("x", "utf-8")
    write_config(root, CONFIG)
    return root


@pytest.fixture
def site(root: Path, tmp_path: Path) -> Path:
    render_site(root, tmp_path / "_site")
    return tmp_path / "_site"


def text_of(site: Path, page: str) -> str:
    return (site / page).read_text("utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_tree_is_the_render_list_and_the_resources(root: Path, tmp_path: Path) -> None:
    pages = render_site(root, tmp_path / "_site")
    html = [re.sub(r"\.\w+$", ".html", page) for page in PAGES]
    assert pages == [tmp_path / "_site" / page for page in html]
    assert set(tree(tmp_path / "_site")) == {
        *html,
        "theme/site.css",
        "data/a.csv",
        "site_libs/layout.css",
    }


def test_head_and_language(site: Path) -> None:
    zh, en = text_of(site, "index.html"), text_of(site, "en/index.html")
    assert '<html lang="zh-Hans">' in zh and '<html lang="en">' in en
    assert "<title>首页 – 规划 &amp; Plan</title>" in zh
    assert '<meta name="description" content="A &quot;b&quot; &amp; c">' in zh
    assert "跳到正文" in zh and "Skip to content" in en


def test_sidebar_is_the_one_that_lists_the_page(site: Path) -> None:
    zh, en = text_of(site, "reports/targets.html"), text_of(site, "en/reports/targets.html")
    assert '<a href="targets.html" aria-current="page">逐项</a>' in zh and "Overview" not in zh
    assert '<a href="targets.html" aria-current="page">Targets</a>' in en and "概览" not in en
    assert zh.count("aria-current") == en.count("aria-current") == 1
    assert '<a href="en/index.html">Overview</a>' in text_of(
        site, "about.html"
    )  # chosen in its front matter


def test_links_point_at_pages_relative_to_their_own(site: Path) -> None:
    assert '<a class="x" href="reports/targets.html?a=1#second">' in text_of(site, "index.html")
    assert '<a href="../index.html#first">home</a>' in text_of(site, "en/index.html")
    assert '<a href="https://example.org/a.qmd">out</a>' in text_of(site, "index.html")


def test_every_internal_link_and_anchor_resolves(site: Path) -> None:
    for page in site.rglob("*.html"):
        for link in Tags(page.read_text("utf-8")).values("href", "src"):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            assert not parts.path.startswith("/")
            target = (page.parent / parts.path).resolve() if parts.path else page
            assert target.is_file(), f"{page}: {link}"
            if parts.fragment and parts.fragment != "second":
                assert unquote(parts.fragment) in Tags(target.read_text("utf-8")).values("id"), (
                    f"{page}: {link}"
                )


def test_nothing_loads_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        for tag, attributes in Tags(page.read_text("utf-8")).found:
            assert tag != "script"
            if tag != "a":
                assert not re.match(
                    "(https?:)?//", str(attributes.get("href") or attributes.get("src") or "")
                )


def test_code_is_folded_hidden_or_gone(site: Path) -> None:
    page = text_of(site, "reports/targets.html")
    assert page.count('<details class="code-fold"><summary>查看代码</summary>') == 1
    assert 'class="sourceCode python cell-code"' in page and '<span class="st">```</span>' in page
    assert not any(word in page for word in ("secret", "concealed", "silent", "#|"))


def test_an_output_shows_its_best_representation_only(site: Path) -> None:
    page = text_of(site, "reports/targets.html")
    assert "<b>table</b>" in page and "<strong>strong</strong>" in page and "plain-only" in page
    assert not re.search(r"\bno\b", page)


def test_callouts(site: Path) -> None:
    page = text_of(site, "index.html")
    assert re.search(
        r'class="callout callout-warning" role="note">\s*<div class="callout-title">\s*口径 <em>new',
        page,
    )
    assert re.search(
        r'class="callout callout-note" role="note">\s*<div class="callout-title">\s*From the heading',
        page,
    )


def test_tabset_is_a_radio_group_with_a_panel_after_each_label(site: Path) -> None:
    page = text_of(site, "index.html")
    tab = (
        r'<input type="radio" name="tabset-1" id="tabset-1-{0}"{1}><label for="tabset-1-{0}">\s*{2}\s*</label>\s*'
        r'<div id="\w+" class="tab-panel">\s*<p>{3}</p>'
    )
    assert re.search(tab.format(1, " checked", "One", "alpha"), page)
    assert re.search(tab.format(2, "", "Two", "beta"), page)


def test_table_of_contents_from_three_headings(site: Path) -> None:
    page = text_of(site, "index.html")
    assert re.findall(r'id="toc-([^"]*)"', page) == ["title", "first", "second", "third"]
    assert 'class="toc"' not in text_of(site, "reports/targets.html")


def test_two_runs_give_identical_bytes(root: Path, site: Path, tmp_path: Path) -> None:
    render_site(root, tmp_path / "again")
    assert tree(site) == tree(tmp_path / "again")
    assert not any(str(tmp_path).encode() in content for content in tree(site).values())


def test_sitemap_only_with_a_site_url(root: Path, site: Path) -> None:
    assert not (site / "sitemap.xml").exists()
    write_config(
        root, CONFIG | {"website": CONFIG["website"] | {"site-url": "https://example.org/plan/"}}
    )
    render_site(root, site)
    assert "<loc>https://example.org/plan/en/reports/targets.html</loc>" in text_of(
        site, "sitemap.xml"
    )


def test_included_html_and_the_card(root: Path, site: Path) -> None:
    include = 'include-in-header:\n- text: <script defer src="../theme/site.css"></script>\n'
    include += 'include-before-body:\n- text: <form action="../about.qmd"></form>\n'
    write_notebook(root / "en/index.ipynb", front("T & t", "en", include))
    website = CONFIG["website"] | {"open-graph": True, "twitter-card": True, "image": "card.png"}
    write_config(root, CONFIG | {"website": website})
    render_site(root, site)
    page = text_of(site, "en/index.html")
    assert page.index('<script defer src="../theme/site.css">') < page.index("</head>")
    assert page.index('<form action="../about.html">') < page.index("<main")
    assert '<meta property="og:title" content="T &amp; t">' in page
    assert "og:image" not in page and "og:url" not in page  # no absolute address is known
    write_config(root, CONFIG | {"website": website | {"site-url": "https://example.org/plan"}})
    render_site(root, site)
    page = text_of(site, "en/index.html")
    assert 'property="og:image" content="https://example.org/plan/card.png"' in page
    assert 'property="og:url" content="https://example.org/plan/en/index.html"' in page
    assert 'name="twitter:card" content="summary_large_image"' in page


def test_an_alias_is_a_redirect_page(root: Path, site: Path) -> None:
    aliases = "aliases: [/old.html, was/, ../index2.html]\n"
    write_notebook(root / "en/reports/targets.ipynb", front("T", "en", aliases))
    render_site(root, site)
    for former, address in {
        "old.html": "en/reports/targets.html",
        "en/reports/was/index.html": "../targets.html",
        "en/index2.html": "reports/targets.html",
    }.items():
        page = text_of(site, former)
        assert f'<meta http-equiv="refresh" content="0; url={address}">' in page
        assert f'<a href="{address}">' in page
        assert (site / former).parent.joinpath(address).resolve().is_file()


def test_an_alias_cannot_replace_a_page(root: Path, site: Path) -> None:
    write_notebook(root / "index.ipynb", front("T", "en", "aliases: [/about.html]\n"))
    with pytest.raises(RenderError, match=r"index.html: the alias /about.html is the address"):
        render_site(root, site)


def test_an_include_that_is_no_text_is_refused(root: Path, site: Path) -> None:
    write_notebook(root / "index.ipynb", front("T", "en", "include-in-header: x.html\n"))
    with pytest.raises(RenderError, match=r"^index.ipynb: include-in-header must be a list"):
        render_site(root, site)


def test_a_404_page_has_links_that_work_at_any_depth(root: Path, site: Path) -> None:
    (root / "404.qmd").write_text("---\ntitle: Not found\n---\n[home](index.ipynb)\n", "utf-8")
    config = CONFIG | {"project": CONFIG["project"] | {"render": [*PAGES, "404.qmd"]}}
    write_config(
        root, config | {"website": CONFIG["website"] | {"site-url": "https://example.org/plan/"}}
    )
    render_site(root, site)
    assert '<a href="/plan/index.html">home</a>' in text_of(site, "404.html")
    assert "404" not in text_of(site, "sitemap.xml")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("## A {#x}\n\n## B {#x}", "Duplicate identifier"),
        ("::: {.a}\n\nopen", "unclosed"),
        ("see @fig-growth", "cross-reference @fig-growth"),
    ],
)
def test_a_failing_page_is_named_and_leaves_the_old_site(
    root: Path, site: Path, body: str, reason: str
) -> None:
    before = tree(site)
    write_notebook(root / "en/index.ipynb", front("Bad", "en"), markdown(body))
    with pytest.raises(RenderError, match=f"^en/index.ipynb: .*{reason}"):
        render_site(root, site)
    assert tree(site) == before
    assert sorted(path.name for path in site.parent.iterdir()) == ["_site", "project"]


def test_a_failing_last_step_leaves_the_old_site(root: Path, site: Path) -> None:
    before = tree(site)

    def fail(folder: Path) -> None:
        (folder / "index.html").unlink()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        render_site(root, site, finish=fail)
    assert tree(site) == before


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (code("x", {"image/png": "AAAA", "text/plain": "<Figure>"}), "no text alternative"),
        (
            code("x")
            | {
                "outputs": [
                    {"output_type": "error", "ename": "KeyError", "evalue": "k", "traceback": []}
                ]
            },
            "KeyError",
        ),
    ],
)
def test_an_output_that_cannot_be_published_is_an_error(
    root: Path, site: Path, cell: dict[str, Any], reason: str
) -> None:
    write_notebook(root / "index.ipynb", front("Bad", "en"), cell)
    with pytest.raises(RenderError, match=f"^index.ipynb: .*{reason}"):
        render_site(root, site)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"website": {}}, r"^_quarto.yml: website.title: Field required\.$"),
        ({"project": {"render": ["gone.ipynb"]}}, "^_quarto.yml: project.render lists gone.ipynb"),
    ],
)
def test_a_wrong_configuration_names_the_key(
    root: Path, config: dict[str, Any], message: str
) -> None:
    write_config(root, CONFIG | config)
    with pytest.raises(RenderError, match=message):
        load_project(root)


def test_a_resource_pattern_without_files_is_an_error(root: Path, tmp_path: Path) -> None:
    write_config(root, CONFIG | {"project": CONFIG["project"] | {"resources": ["nothing/*.csv"]}})
    with pytest.raises(RenderError, match="nothing"):
        render_site(root, tmp_path / "_site")


def test_font_holds_the_characters_used_and_ascii(tmp_path: Path) -> None:
    for name in ("a.woff2", "b.woff2"):
        subset_font("广州≥中\n", tmp_path / name)
    assert (tmp_path / "a.woff2").read_bytes() == (tmp_path / "b.woff2").read_bytes()
    font = TTFont(tmp_path / "a.woff2")
    assert set(font.getBestCmap()) == set(range(0x20, 0x7F)) | {
        ord(char) for char in "广州≥中‘’“”–—…\u00a0"
    }
    assert font["head"].modified == TTFont(FONT_PATH)["head"].modified


def test_a_character_the_font_lacks_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"📈 \(U\+1F4C8\)"):
        subset_font("广📈", tmp_path / "font.woff2")
    assert not list(tmp_path.iterdir())
