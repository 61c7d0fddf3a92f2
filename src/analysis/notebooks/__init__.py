"""Run a notebook with checked parameters; write the same bytes for the same result."""

from analysis.notebooks.output import normalise
from analysis.notebooks.run import NotebookError, run_notebook, store_checked_outputs

__all__ = ["NotebookError", "normalise", "run_notebook", "store_checked_outputs"]
