"""What may be passed to a notebook: the literals of its `parameters` cell."""

import ast
import math
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

from analysis.errors import InputError


def default_parameters(nb: NotebookNode) -> dict[str, object]:
    """Names and default values in the cell tagged `parameters`.

    Parameters
    ----------
    nb
        The notebook; one without such a cell has no parameters.

    Raises
    ------
    InputError
        If the cell is not Python, or a default is not a literal.
    """
    cells = [cell for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
    return dict(_assignments(cells[0].source)) if cells else {}


def _assignments(source: str) -> Iterator[tuple[str, object]]:
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise InputError(
            f"line {error.lineno} of the parameters cell is not Python: correct it"
        ) from error
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, _literal(name, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, _literal(name, value)


def _literal(name: str, value: ast.expr) -> object:
    try:
        return ast.literal_eval(value)
    except ValueError as error:
        raise InputError(
            f"the default of parameter {name} is not a literal: write {ast.unparse(value)}"
            " as a number, a string, True, False, None or a list of these"
        ) from error


def check_parameters(given: Mapping[str, object], defaults: Mapping[str, object]) -> None:
    """Refuse parameters a notebook does not have, of another type than its default, or infinite.

    A whole number may stand for a float, and anything for a default of None.

    Parameters
    ----------
    given
        The values to pass.
    defaults
        The notebook's own, from `default_parameters`.

    Raises
    ------
    InputError
        Naming the parameters the notebook has, or the type it needs.
    """
    for name, value in given.items():
        if name not in defaults:
            has = f"it has {', '.join(defaults)}" if defaults else "it has none"
            raise InputError(f"no parameter is called {name} ({has}): correct the name")
        if not _finite(value):
            raise InputError(f"parameter {name} is {value!r}: give it a finite number")
        default = defaults[name]
        if default is None or type(value) is type(default):
            continue
        if isinstance(default, float) and type(value) is int:
            continue
        raise InputError(
            f"parameter {name} must be {type(default).__name__}, like {default!r},"
            f" not {type(value).__name__} {value!r}"
        )


def _finite(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(map(_finite, value.values()))
    if isinstance(value, list | tuple | set):
        return all(map(_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def parse_value(text: str, default: object) -> object:
    """Read a value typed on the command line.

    Parameters
    ----------
    text
        As typed.
    default
        The parameter's default: where it is a string, so is the value.

    Returns
    -------
    object
        The Python literal `text` spells (`2024`, `0.5`, `True`, `[1, 2]`), else `text`.
    """
    if isinstance(default, str):
        return text
    try:
        value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value
