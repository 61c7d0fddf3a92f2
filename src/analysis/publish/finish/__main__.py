"""Quarto's post-render step: finish the site in the folder that Quarto names."""

import os
import sys
from pathlib import Path

from analysis.errors import InputError
from analysis.paths import ROOT
from analysis.publish.finish import finish_site

try:
    finish_site(Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", ROOT / "_site")))
except InputError as error:
    sys.exit(str(error))
