"""The embedded renderer: a Quarto website project to HTML with Pandoc alone.

It reads the same `_quarto.yml` and the same executed pages as `quarto render` and builds the same
tree of pages: `project.py` reads the configuration, `source.py` turns a page into Markdown as
Quarto does, `site.py` renders.
"""

from pathlib import Path

from analysis.publish.embedded.project import Project, RenderError, load_project
from analysis.publish.embedded.site import render_page, render_site
from analysis.publish.embedded.source import LABELS

FRAME_WORDS = (Path(__file__).parent / "filter.lua").read_text("utf-8") + str(LABELS)
"""Text that holds every character the renderer adds to a page."""

__all__ = ["FRAME_WORDS", "Project", "RenderError", "load_project", "render_page", "render_site"]
