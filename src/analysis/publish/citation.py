"""How to cite a page, and what the page was made from: the box at its foot."""

import re
from pathlib import PurePosixPath

from markupsafe import Markup

from analysis.publish.sitemap import REPORT_YEARS, Page, page_path
from analysis.publish.units import Language
from analysis.publish.wording import Words

SITE = Words("广州五年规划监测", "Guangzhou plan monitor")
AUTHORS = "The Guangzhou plan monitor authors"
HEADING = Words("引用本页", "Cite this page")
CITATION = Words(
    "“{title}”，《{site}》，版本{code}，数据版本{data}，数据截至{year}年，",
    "“{title}”, {site}, version {code}, data version {data}, data to {year}, ",
)
NOTE = Words(
    "版本{code}，数据版本{data}，数据截至{year}年",
    "Version {code}, data version {data}, data to {year}",
)
LICENCE = Words(
    "代码采用MIT许可。数字来自公开文件和统计来源，引用数字时请同时注明其出处。数据版本由全部原始数据的内容算出，数据有任何改动，它就不同。",
    "The code is under the MIT licence. The figures come from public documents and statistical "
    "sources: cite a figure's own source as well. The data version is computed from the content of "
    "all raw data and differs after any change to it.",
)
BIBTEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "{}$&#_%"},
}


def page_address(page: Page, language: Language) -> str:
    """Where a page lies in the site; it stays there."""
    return page_path(page.name, language).with_suffix(".html").as_posix()


def data_year(page: Page) -> int:
    """The last year whose values a page can hold: its own ``as_of``, or the newest report's."""
    return int(page.parameters.get("as_of", max(REPORT_YEARS)))


def bibtex(title: str, page: Page, language: Language, code: str, data: str) -> str:
    """A page as a BibTeX entry; without a year, since a page has no date of its own."""
    address = page_address(page, language)
    note = NOTE.text(language).format(code=code, data=data, year=data_year(page))
    fields = {
        "title": f"{{{_escaped(title)}}}",
        "author": f"{{{AUTHORS}}}",
        "howpublished": _escaped(SITE.text(language)),
        "note": _escaped(note),
        "url": address,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    key = f"guangzhou-plan-monitor-{PurePosixPath(page.name).name}-{language}"
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def _escaped(text: str) -> str:
    return re.sub(r"[\\~^{}$&#_%]", lambda match: BIBTEX_SPECIAL[match[0]], text)


def cite_box(title: str, page: Page, language: Language, code: str, data: str) -> str:
    """The box at the foot of a page, as Markdown.

    Parameters
    ----------
    title
        The page's title in its language.
    page, language
        Which page.
    code, data
        Versions of the code and of the raw data.
    """
    address = page_address(page, language)
    words = CITATION.text(language).format(
        title=title, site=SITE.text(language), code=code, data=data, year=data_year(page)
    )
    end = "。" if language == "zh" else "."
    box = Markup(
        '<div class="cite-this">\n<p>{}<a href="{}">{}</a>{}</p>\n<p>{}</p>\n'
        '<details><summary lang="en">BibTeX</summary>\n'
        "<pre><code>{}</code></pre>\n</details>\n</div>"
    ).format(
        words,
        PurePosixPath(address).name,
        address,
        end,
        LICENCE.text(language),
        bibtex(title, page, language, code, data),
    )
    return f"## {HEADING.text(language)} {{#cite}}\n\n```{{=html}}\n{box}\n```"
