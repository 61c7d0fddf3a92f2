"""Which pages a narrowed run makes: `make report AS_OF=2024 PLAN=14fyp LANGUAGE=en`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError, quoted
from analysis.publish.sitemap import OTHER, PAGES, Page, page_path
from analysis.publish.units import Language


@dataclass(frozen=True)
class Selection:
    """The pages whose parameters have the given values; an empty value selects all.

    Attributes
    ----------
    as_of, plan
        Value of the page's parameter of that name, as text.
    language
        ``zh`` or ``en``.
    """

    as_of: str = ""
    plan: str = ""
    language: str = ""

    def languages_of(self, page: Page) -> list[Language]:
        """The languages in which a page is to be made; none if it is not selected."""
        wanted = {"as_of": self.as_of, "plan": self.plan}
        if any(value and str(page.parameters.get(name)) != value for name, value in wanted.items()):
            return []
        return [language for language in OTHER if self.language in ("", language)]

    def check_rest(self, root: Path) -> None:
        """Refuse to narrow where a page that stays as it is has never been made, or is damaged.

        Raises
        ------
        InputError
            Naming the first such page.
        """
        for page in PAGES:
            for language in set(OTHER) - set(self.languages_of(page)):
                path = page_path(page.name, language)
                if problem := _problem(root / path):
                    raise InputError(
                        f"{path} is {problem}, and the site needs it: run `make report` "
                        "without AS_OF, PLAN and LANGUAGE first."
                    )


def _problem(page: Path) -> str:
    """What is wrong with an executed page that is not to be made again."""
    try:
        notebook = json.loads(page.read_bytes())
    except FileNotFoundError:
        return "not made yet"
    except ValueError:
        return "damaged"
    return "" if isinstance(notebook, dict) and "cells" in notebook else "damaged"


def read_selection(as_of: str | None, plan: str | None, language: str | None) -> Selection:
    """A selection from what was typed; None and an empty text select all.

    Raises
    ------
    InputError
        For a value no page has, or values no page has together, with what is allowed.
    """
    selection = Selection(as_of or "", plan or "", language or "")
    _check("AS_OF", selection.as_of, _values("as_of"))
    _check("PLAN", selection.plan, _values("plan"))
    _check("LANGUAGE", selection.language, OTHER)
    if not any(selection.languages_of(page) for page in PAGES):
        raise InputError(
            f"no page has both AS_OF={selection.as_of} and PLAN={selection.plan}: "
            "leave one of them out."
        )
    return selection


def _values(parameter: str) -> set[str]:
    return {str(page.parameters[parameter]) for page in PAGES if parameter in page.parameters}


def _check(name: str, value: str, allowed: Iterable[str]) -> None:
    if value and value not in allowed:
        given, choices = quoted(value)[1:-1], ", ".join(sorted(allowed))
        raise InputError(f"{name}={given} is not known: allowed are {choices}.")
