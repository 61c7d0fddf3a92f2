"""What the embedded renderer uses of `_quarto.yml`, as a validated model."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from analysis.errors import InputError


class RenderError(InputError):
    """A project or page that cannot be rendered; the message is one sentence naming it."""


class Link(BaseModel):
    """A navigation entry."""

    text: str
    href: str


class Section(BaseModel):
    """A titled group of sidebar links."""

    section: str
    contents: list[Link]


class Sidebar(BaseModel):
    """The side navigation of the pages it lists."""

    id: str
    title: str = ""
    contents: list[Link | Section]

    def pages(self) -> set[str]:
        """Return the sources this sidebar links to."""
        groups = [item.contents if isinstance(item, Section) else [item] for item in self.contents]
        return {link.href for group in groups for link in group}


class Navbar(BaseModel):
    """The top navigation."""

    left: list[Link] = []
    right: list[Link] = []


class Footer(BaseModel):
    """The page footer, in Markdown."""

    left: str = ""
    center: str = ""
    right: str = ""


class Website(BaseModel):
    """The `website` key."""

    title: str
    site_url: str = Field("", alias="site-url")
    navbar: Navbar = Navbar()
    sidebar: list[Sidebar] = []
    open_graph: bool = Field(False, alias="open-graph")
    twitter_card: bool = Field(False, alias="twitter-card")
    image: str = ""
    page_footer: Footer = Field(Footer(), alias="page-footer")


class Sources(BaseModel):
    """The `project` key."""

    render: list[str]
    resources: list[str] = []


class Html(BaseModel):
    """The `format.html` key."""

    css: Annotated[
        list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
    ] = []
    code_fold: bool = Field(False, alias="code-fold")
    toc: bool = True


class Format(BaseModel):
    """The `format` key."""

    html: Html


class Project(BaseModel):
    """The renderer's part of `_quarto.yml`."""

    project: Sources
    website: Website
    format: Format
    lang: str = "en"


def load_project(root: Path) -> Project:
    """Read and validate `_quarto.yml` in `root`."""
    path = root / "_quarto.yml"
    if not path.is_file():
        raise RenderError(f"{root} has no _quarto.yml.")
    try:
        project = Project.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise RenderError(f"_quarto.yml is not YAML: {' '.join(str(error).split())}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "top level"
        raise RenderError(f"_quarto.yml: {key}: {first['msg']}.") from error
    project.project.render = [
        page for pattern in project.project.render for page in _matching(root, pattern)
    ]
    return project


def _matching(root: Path, pattern: str) -> list[str]:
    """The sources an entry of `project.render` names, in the order of their paths."""
    found = sorted(path.relative_to(root).as_posix() for path in root.glob(pattern))
    if not found:
        raise RenderError(f"_quarto.yml: project.render lists {pattern}, which matches no file.")
    return found
