"""Execute a notebook and write the result whole, or not at all."""

import logging
import shlex
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from analysis.errors import InputError
from analysis.kernels.settings import kernel_settings
from analysis.notebooks.kernel import private_kernel
from analysis.notebooks.output import (
    KERNELSPEC,
    LANGUAGE_INFO,
    describe_cell,
    is_injected,
    normalise,
    to_text,
    with_outputs_of,
)
from analysis.notebooks.parameters import check_parameters, default_parameters
from analysis.notebooks.printed import Printed
from analysis.paths import python, shown
from analysis.writing import write_text, writing


class NotebookError(InputError):
    """A notebook that was not run, or did not run to its end."""


def run_notebook(
    source: Path,
    output: Path,
    parameters: Mapping[str, object],
    *,
    finish: Callable[[NotebookNode], NotebookNode] | None = None,
    timeout: int = 600,
    cwd: Path | None = None,
) -> None:
    """Run a notebook and write its normalised copy.

    Parameters
    ----------
    source
        The notebook to run; it is not changed.
    output
        Where the copy goes. It is replaced in one step, and only by a complete run.
    parameters
        Values for names in the notebook's `parameters` cell.
    finish
        What to make of the executed notebook before it is normalised and written.
    timeout
        Seconds a single cell may take.
    cwd
        The kernel's working directory; by default the notebook's own folder, as in
        JupyterLab and nbval.

    Raises
    ------
    NotebookError
        If the notebook cannot be read, a parameter is unknown or of the wrong type, or
        a cell fails, takes too long or writes to stderr.
    """
    nb = _read(source)
    try:
        check_parameters(parameters, default_parameters(nb))
    except InputError as error:
        raise NotebookError(f"{shown(source)}: {error}") from error
    try:
        executed = _execute(nb, parameters, timeout, cwd or source.parent)
        result = normalise(finish(executed) if finish else executed)
    except InputError as error:
        command = _command(source, output, parameters, cwd)
        raise NotebookError(f"{shown(source)}: {error}; to see it again: {command}") from error
    write_text(output, to_text(result))


def store_checked_outputs(path: Path, tag: str = "check", *, timeout: int = 600) -> bool:
    """Run a notebook in place, keeping outputs only where nbval shall compare them.

    Parameters
    ----------
    path
        The notebook; it runs in its own folder with its default parameters.
    tag
        The tag of the cells that keep their outputs.
    timeout
        Seconds a single cell may take.

    Returns
    -------
    bool
        Whether the file changed.

    Raises
    ------
    NotebookError
        If the notebook cannot be read, or a cell fails, takes too long or writes to
        stderr; the file is left as it was.
    """
    nb = _read(path)
    try:
        executed = normalise(_execute(nb, {}, timeout, path.parent))
    except InputError as error:
        raise NotebookError(f"{shown(path)}: {error}") from error
    text = to_text(with_outputs_of(executed, tag))
    if text.encode() == path.read_bytes():
        return False
    write_text(path, text)
    return True


def parameters_of(path: Path) -> dict[str, object]:
    """Names and default values of a notebook's parameters.

    Raises
    ------
    NotebookError
        If the notebook or its `parameters` cell cannot be read.
    """
    nb = _read(path)
    try:
        return default_parameters(nb)
    except InputError as error:
        raise NotebookError(f"{shown(path)}: {error}") from error


def _read(path: Path) -> NotebookNode:
    try:
        nb: NotebookNode = nbformat.read(path, as_version=4)
        if not isinstance(nb, NotebookNode):  # converted from a format that it is not in
            raise TypeError
        for cell in nb.cells:
            _ = cell.source, cell.metadata, cell.cell_type != "code" or cell.outputs
    except FileNotFoundError as error:
        raise NotebookError(f"{shown(path)}: no such notebook: correct the path") from error
    except OSError as error:
        raise NotebookError(
            f"{shown(path)}: it cannot be read ({error.strerror}): correct the path"
        ) from error
    except (AttributeError, KeyError, TypeError, ValueError, nbformat.ValidationError) as error:
        raise NotebookError(f"{shown(path)}: not a notebook: restore it or save it anew") from error
    return nb


def _execute(
    nb: NotebookNode, parameters: Mapping[str, object], timeout: int, cwd: Path
) -> NotebookNode:
    started: list[NotebookNode] = []
    printed = Printed()
    settings = kernel_settings()
    limit = f"KERNEL_MEMORY_GB={settings.memory_gb:g} is its limit"

    def note(cell: NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code" and not is_injected(cell):
            started.append(cell)

    nb.metadata.update(kernelspec=dict(KERNELSPEC), language_info=dict(LANGUAGE_INFO))
    # What papermill would log becomes a check before the run or an error after it.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    try:
        temporary = Path(tempfile.gettempdir())
        with writing(temporary), private_kernel(cwd, settings) as kernel:
            executed: NotebookNode = papermill.execute_notebook(
                nb,
                None,
                dict(parameters),
                progress_bar=sys.stderr.isatty(),
                execution_timeout=timeout,
                on_cell_start=note,
                stdout_file=printed,
                stderr_file=printed,
                **kernel,
            )
    except PapermillExecutionError as error:
        message = " ".join(error.evalue.split()).rstrip(".")
        named = f"{error.ename}: {message}".removesuffix(": ")
        cause = message if error.ename == InputError.__name__ else named
        if error.ename.endswith("MemoryError"):
            cause = f"{named}: it ran out of memory ({limit})"
    except CellTimeoutError:
        cause = f"it took longer than {timeout} s"
    except InputError as error:
        cause = str(error).rstrip(".")
    except DeadKernelError:
        cause = f"the kernel died, perhaps for want of memory ({limit})"
    except RuntimeError as error:  # jupyter_client's, of a kernel that gave no first answer
        if started:
            raise
        cause = " ".join(str(error).split())
    else:
        return executed
    if not started:
        raise InputError(f"its kernel did not start: {cause}")
    raise InputError(f"{describe_cell(len(started), started[-1].source)} failed: {cause}")


def _command(source: Path, output: Path, parameters: Mapping[str, object], cwd: Path | None) -> str:
    words = [python(), "-m", "analysis.notebooks", "run", shown(source), shown(output)]
    for name, value in parameters.items():
        words += ["-p", name, str(value)]
    if cwd is not None:
        words += ["--cwd", str(cwd)]
    return shlex.join(words)
