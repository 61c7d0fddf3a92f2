"""Quarto's post-render step: finish the site that Quarto has rendered.

A render of single pages, as for a preview, leaves a site that is not whole: it is not finished.
"""

import os
import sys
from pathlib import Path

from analysis.errors import InputError
from analysis.publish.finish import finish_site

if os.environ.get("QUARTO_PROJECT_RENDER_ALL") == "1":
    try:
        finish_site(Path(os.environ["QUARTO_PROJECT_OUTPUT_DIR"]))
    except InputError as error:
        sys.exit(str(error))
