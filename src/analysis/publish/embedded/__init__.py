"""The embedded renderer: a Quarto website project to HTML with Pandoc alone.

It reads the same `_quarto.yml` and the same executed pages as `quarto render` and builds the same
tree of pages: `project.py` reads the configuration, `source.py` turns a page into Markdown as
Quarto does, `site.py` renders.
"""

from analysis.publish.embedded.project import Project, RenderError, load_project
from analysis.publish.embedded.site import render_page, render_site

__all__ = ["Project", "RenderError", "load_project", "render_page", "render_site"]
