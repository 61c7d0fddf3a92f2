"""An executed notebook reduced to what the code determines: equal runs, equal bytes."""

import copy
import re

import nbformat
from nbformat import NotebookNode

from analysis.errors import InputError

KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
LANGUAGE_INFO = {"name": "python"}

_PARAMETER_TAGS = {"parameters", "injected-parameters"}
_RUN_METADATA = {"papermill", "execution", "ExecuteTime"}
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def normalise(nb: NotebookNode) -> NotebookNode:
    """A copy without anything that differs between two equal runs.

    Cells are named by their position and numbered in order, times and papermill's
    records go, neighbouring pieces of printed text are joined, memory addresses are
    cut from plain text, and the parameter cells are tagged `remove-cell`.

    Parameters
    ----------
    nb
        An executed notebook; it is left as it is.

    Raises
    ------
    InputError
        Naming the cell that wrote to stderr or ended in an error, since neither
        belongs on a page for readers.
    """
    result = copy.deepcopy(nb)
    result.nbformat, result.nbformat_minor = 4, 5
    result.metadata = _without_run(result.metadata)
    result.metadata.update(kernelspec=dict(KERNELSPEC), language_info=dict(LANGUAGE_INFO))
    position = executed = 0
    for index, cell in enumerate(result.cells):
        cell.id = f"cell-{index}"
        cell.metadata = _without_run(cell.metadata)
        _hide_parameters(cell)
        if cell.cell_type != "code":
            continue
        position += not is_injected(cell)
        cell.outputs = _outputs(cell, describe_cell(position, cell.source))
        if cell.execution_count is not None:
            executed += 1
            cell.execution_count = executed
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    return result


def with_outputs_of(nb: NotebookNode, tag: str) -> NotebookNode:
    """A copy in which only the cells tagged `tag` count as run and keep outputs.

    Parameters
    ----------
    nb
        An executed notebook; it is left as it is.
    tag
        The cell tag.
    """
    result = copy.deepcopy(nb)
    for cell in result.cells:
        if cell.cell_type == "code" and tag not in cell.metadata.get("tags", []):
            cell.outputs, cell.execution_count = [], None
    return result


def to_text(nb: NotebookNode) -> str:
    """The notebook file's content: JSON with sorted keys and a last newline."""
    return f"{nbformat.writes(nb)}\n"


def is_injected(cell: NotebookNode) -> bool:
    """Whether papermill added the cell, so that the source notebook does not have it."""
    return "injected-parameters" in cell.metadata.get("tags", [])


def describe_cell(position: int, source: str) -> str:
    """Name a code cell by its place among the code cells and its first line."""
    lines = source.strip().splitlines() or ["empty"]
    return f"code cell {position} (`{lines[0]}`)"


def _without_run(metadata: NotebookNode) -> NotebookNode:
    kept = {key: value for key, value in metadata.items() if key not in _RUN_METADATA}
    if not kept.get("tags", True):
        del kept["tags"]
    return NotebookNode(kept)


def _hide_parameters(cell: NotebookNode) -> None:
    tags = cell.metadata.get("tags", [])
    if _PARAMETER_TAGS.intersection(tags) and "remove-cell" not in tags:
        cell.metadata.tags = [*tags, "remove-cell"]


def _outputs(cell: NotebookNode, name: str) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    for output in cell.outputs:
        if output.output_type == "error":
            raise InputError(f"{name} ended in {output.ename}: let the notebook run to its end")
        if output.output_type == "stream":
            if output.name == "stderr":
                text = " ".join(output.text.split())
                raise InputError(f"{name} wrote to stderr: mend what it warns of: {text}")
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
                continue
        elif "text/plain" in output.data:
            output.data["text/plain"] = _ADDRESS.sub("", output.data["text/plain"])
        kept.append(output)
    return kept
