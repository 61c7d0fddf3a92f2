"""A page's own front matter: its title and description, from the first cell of its notebook."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

from analysis.errors import InputError
from analysis.paths import shown
from analysis.publish.frame import LANG
from analysis.publish.sitemap import Page
from analysis.publish.units import Language
from analysis.registry import load_registry

CODE = {"zh": "代码", "en": "Code"}


def front_matter(page: Page, language: Language) -> dict[str, Any]:
    """A page's own front matter in one language, its title and description among it.

    Raises
    ------
    InputError
        If the notebook has none.
    """
    first = json.loads(page.source.read_text("utf-8"))["cells"][0]
    return front_matter_of(first, page, language)


def front_matter_of(cell: Mapping[str, Any], page: Page, language: Language) -> dict[str, Any]:
    """The same of a notebook's first cell, whose source is text or a list of lines.

    Raises
    ------
    InputError
        If it is not raw front matter.
    """
    text = "".join(cell["source"])
    if cell["cell_type"] != "raw" or not text.startswith("---"):
        raise InputError(
            f"{shown(page.source)}: the first cell must be raw front matter with a title and a "
            "description under zh and en; add it."
        )
    own = yaml.safe_load(text.strip("-"))[language]
    words = {**page.parameters, **_series_names(page)}
    own = {key: value.format(**words) for key, value in own.items()}
    return {**own, "lang": LANG[language], "code-summary": CODE[language]}


def _series_names(page: Page) -> dict[str, str]:
    if "indicator" not in page.parameters:
        return {}
    series = load_registry().series[str(page.parameters["indicator"])]
    return {"name_zh": series.name_zh, "name_en": series.name_en}
