"""What the task graph in `dodo.py` needs: code as a dependency, honest checks, a reporter."""

from analysis.graph.checks import (
    MD5Checker,
    Settings,
    inputs_kept,
    note_inputs,
    outputs_intact,
    versions,
)
from analysis.graph.imports import code_of, code_used_by
from analysis.graph.reporter import Reporter

__all__ = [
    "MD5Checker",
    "Reporter",
    "Settings",
    "code_of",
    "code_used_by",
    "inputs_kept",
    "note_inputs",
    "outputs_intact",
    "versions",
]
