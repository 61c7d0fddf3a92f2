"""Which of the project's own files a module or a notebook imports, read but never run."""

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from analysis.errors import InputError

PACKAGE = "analysis"
SOURCE = Path(__file__).resolve().parents[2]
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""The fields of a statement that hold statements: an import stands nowhere else."""


def code_of(module: str, root: Path = SOURCE) -> list[Path]:
    """The files of the package that a module imports, itself included.

    Imports are followed from file to file, wherever in a file they stand, and every
    `__init__.py` on the way counts.

    Parameters
    ----------
    module
        Dotted name, such as `analysis.measures.growth`.
    root
        The folder that holds the package.

    Returns
    -------
    list of Path
        Sorted, each below `root`.

    Raises
    ------
    InputError
        If a module does not exist, or a file is not Python.
    """
    return _files([(module, "the task graph")], root)


def code_used_by(notebook: Path, root: Path = SOURCE) -> list[Path]:
    """The files of the package that a notebook's code cells import.

    Parameters
    ----------
    notebook
        The notebook; lines for IPython (`%`, `!`) are passed over.
    root
        The folder that holds the package.

    Returns
    -------
    list of Path
        Sorted, each below `root`.

    Raises
    ------
    InputError
        If the notebook cannot be read, a module does not exist, or a cell or file is
        not Python.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{notebook}: no readable notebook: restore it or correct the path"
        ) from error
    imports = [
        (name, str(notebook))
        for source in code
        for name in _modules(_without_magics(source), str(notebook), "", root)
    ]
    return _files(imports, root)


def _files(imports: Iterable[tuple[str, str]], root: Path) -> list[Path]:
    found: dict[str, Path] = {}
    waiting = list(imports)
    while waiting:
        module, importer = waiting.pop()
        if module in found:
            continue
        path = _file(module, root)
        if path is None:
            raise InputError(f"{importer} imports {module}, which is not in {root}: correct it")
        found[module] = path
        waiting += ((name, str(path)) for name in _imported_by(module, path, root))
    return sorted(found.values())


@cache
def _file(module: str, root: Path) -> Path | None:
    base = root.joinpath(*module.split("."))
    candidates = (base / "__init__.py", base.with_name(f"{base.name}.py"))
    return next((path for path in candidates if path.is_file()), None)


@cache
def _imported_by(module: str, path: Path, root: Path) -> tuple[str, ...]:
    parent = module.rpartition(".")[0]
    package = module if path.name == "__init__.py" else parent
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as Python ({error}): restore it") from error
    return (*([parent] if parent else []), *_modules(text, str(path), package, root))


def _modules(text: str, origin: str, package: str, root: Path) -> Iterator[str]:
    for base, names, level in _import_statements(text, origin):
        if level:
            ancestors = package.split(".")[: len(package.split(".")) - level + 1]
            module = ".".join([*ancestors, *([base] if base else [])])
        else:
            module = base
        if module.split(".")[0] != PACKAGE:
            continue
        yield module
        for name in names:
            submodule = f"{module}.{name}"
            if _file(submodule, root) is not None:
                yield submodule


def _import_statements(text: str, origin: str) -> Iterator[tuple[str, list[str], int]]:
    try:
        waiting: list[ast.AST] = [ast.parse(text)]
    except SyntaxError as error:
        place = f"{origin}, line {error.lineno}" if error.lineno else origin
        raise InputError(f"{place}: not Python: correct it") from error
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, [], 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", [alias.name for alias in node.names], node.level
        for field in _BLOCKS:
            waiting += getattr(node, field, ())


def _without_magics(source: str) -> str:
    lines = source.splitlines()
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
