import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from analysis.errors import InputError
from analysis.notebooks import NotebookError, normalise, run_notebook, store_checked_outputs
from analysis.notebooks.__main__ import main
from analysis.notebooks.output import to_text
from analysis.notebooks.parameters import check_parameters, default_parameters, parse_value

PARAMETERS = 'plan = "14fyp"  # or a=b\nas_of: int = 2024\nrate = 0.5\nstrict = True\nnote = None\n'


def code(source: str, *tags: str) -> NotebookNode:
    cell: NotebookNode = new_code_cell(source, metadata={"tags": list(tags)})
    return cell


def save(path: Path, *cells: NotebookNode) -> Path:
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def printed(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "".join(o.text for cell in cells for o in cell.get("outputs", []) if "text" in o)


def command(*words: str | Path) -> Sequence[str]:
    return [sys.executable, "-m", "analysis.notebooks", *map(str, words)]


def environment(**extra: str) -> dict[str, str]:
    source = str(Path(__file__).resolve().parents[1] / "src")
    return {**os.environ, "PYTHONPATH": source, **extra}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return save(
        tmp_path / "plan.ipynb",
        new_raw_cell("---\ntitle: old\n---"),
        new_markdown_cell("# Plan"),
        code(PARAMETERS, "parameters"),
        code("import sys\nprint(plan, as_of)\nsys.stdout.flush()\nprint(rate)\nobject()"),
        code(""),
        code("{1, 2, 3}", "check"),
    )


def test_two_runs_are_identical_and_hold_the_parameters(notebook: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "a" / "page.ipynb", tmp_path / "b.ipynb"]
    for output in outputs:
        run_notebook(notebook, output, {"plan": "十三五 'x'", "rate": 2})
    first, second = (output.read_bytes() for output in outputs)
    assert first == second
    assert printed(outputs[0]) == "十三五 'x' 2024\n2\n"
    assert first.endswith(b"}\n")
    assert b"papermill" not in first
    assert [path.name for path in outputs[0].parent.iterdir()] == ["page.ipynb"]


def test_finish_changes_the_result_before_it_is_normalised(notebook: Path, tmp_path: Path) -> None:
    def finish(executed: NotebookNode) -> NotebookNode:
        executed.cells = [new_raw_cell("front", id="random"), *executed.cells[1:]]
        return executed

    run_notebook(notebook, tmp_path / "page.ipynb", {}, finish=finish)
    page = nbformat.read(tmp_path / "page.ipynb", as_version=4)
    nbformat.validate(page)
    assert page.cells[0].source == "front"
    assert [cell.id for cell in page.cells] == [f"cell-{i}" for i in range(len(page.cells))]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"plam": "14fyp"}, "no parameter is called plam (it has plan, as_of, rate, strict, note)"),
        ({"as_of": "2024"}, "parameter as_of must be int, like 2024, not str '2024'"),
        ({"as_of": True}, "parameter as_of must be int, like 2024, not bool True"),
        ({"as_of": 2024.0}, "parameter as_of must be int"),
        ({"rate": True}, "parameter rate must be float, like 0.5, not bool True"),
        ({"rate": float("inf")}, "parameter rate is inf: give it a finite number"),
        ({"note": [1, {"a": float("nan")}]}, "parameter note is [1, {'a': nan}]: give it a finite"),
        ({"strict": 1}, "parameter strict must be bool"),
        ({"plan": None}, "parameter plan must be str"),
    ],
)
def test_wrong_parameters_are_refused_before_the_run(
    notebook: Path, tmp_path: Path, given: dict[str, object], sentence: str
) -> None:
    output = tmp_path / "page.ipynb"
    with pytest.raises(NotebookError) as error:
        run_notebook(notebook, output, given)
    assert str(error.value).startswith(f"{notebook}: {sentence}")
    assert not output.exists()


def test_an_output_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    output = tmp_path / "out" / "page.ipynb"
    output.mkdir(parents=True)
    with pytest.raises(InputError, match=r"page\.ipynb cannot be written \(Is a directory\)"):
        run_notebook(save(tmp_path / "x.ipynb", code("1")), output, {})
    assert list(output.parent.iterdir()) == [output]


def test_right_parameters_pass() -> None:
    given = {"plan": "x", "as_of": 1, "rate": 1, "strict": False, "note": [1]}
    defaults = default_parameters(new_notebook(cells=[code(PARAMETERS, "parameters")]))
    assert list(defaults) == list(given)
    check_parameters(given, defaults)


def test_a_default_must_be_a_literal() -> None:
    nb = new_notebook(cells=[code("when = date(2024, 1, 1)", "parameters")])
    with pytest.raises(InputError, match="parameter when is not a literal"):
        default_parameters(nb)


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [
        ("2024", 2020, 2024),
        ("2024", "2020", "2024"),
        ("0.5", 1.0, 0.5),
        ("True", False, True),
        ("true", False, "true"),
        ("[1, 2]", [], [1, 2]),
        ("14fyp", None, "14fyp"),
    ],
)
def test_command_line_values(text: str, default: object, value: object) -> None:
    assert parse_value(text, default) == value
    assert type(parse_value(text, default)) is type(value)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("1 / 0", "code cell 2 (`1 / 0`) failed: ZeroDivisionError: division by zero; "),
        (
            "class InputError(ValueError): ...\nraise InputError('a.csv: no year: add it.')",
            "code cell 2 (`class InputError(ValueError): ...`) failed: a.csv: no year: add it; ",
        ),
        ("import sys; sys.exit(0)", "code cell 2 (`import sys; sys.exit(0)`) ended in SystemExit"),
        ("import time; time.sleep(60)", "failed: it took longer than 2 s; "),
        ("import os; os._exit(1)", "failed: the kernel died"),
        ("import warnings; warnings.warn('old')", "wrote to stderr: mend what it warns of: "),
    ],
)
def test_a_failure_leaves_the_old_output(tmp_path: Path, source: str, sentence: str) -> None:
    notebook = save(tmp_path / "x.ipynb", code("plan = 'a'", "parameters"), code(source))
    output = tmp_path / "out" / "page.ipynb"
    output.parent.mkdir()
    output.write_text("old")
    with pytest.raises(NotebookError) as error:
        run_notebook(notebook, output, {"plan": "b c"}, timeout=2)
    message = str(error.value)
    assert message.startswith(f"{notebook}: code cell 2 (")
    assert sentence in message
    assert f"python -m analysis.notebooks run {notebook} {output} -p plan 'b c'" in message
    assert "\n" not in message
    assert output.read_text() == "old"
    assert list(output.parent.iterdir()) == [output]


def as_notebook(*cells: object) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "no such notebook"),
        *((text, "not a notebook: restore it") for text in ("{", "{}", "[]", "null", "3")),
        ('{"cells": []}', "not a notebook: restore it"),
        (as_notebook(3), "not a notebook: restore it"),
        (as_notebook({"cell_type": "code", "source": "1"}), "not a notebook: restore it"),
        (
            as_notebook({"cell_type": "code", "source": "1", "metadata": {}}),
            "not a notebook: restore it",
        ),
        (
            as_notebook({"cell_type": "markdown", "metadata": {}}),
            "not a notebook: restore it",
        ),
    ],
)
def test_unreadable_notebooks(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "x.ipynb"
    if text is not None:
        path.write_text(text)
    with pytest.raises(NotebookError, match=sentence):
        run_notebook(path, tmp_path / "page.ipynb", {})


def test_a_folder_is_no_notebook(tmp_path: Path) -> None:
    with pytest.raises(
        NotebookError, match=r"it cannot be read \(Is a directory\): correct the path"
    ):
        run_notebook(tmp_path, tmp_path / "page.ipynb", {})


def test_normalise_removes_what_varies() -> None:
    times = {"papermill": {"duration": 1.2}, "execution": {"iopub.execute_input": "2024"}}
    outputs = [
        new_output("stream", name="stdout", text="a"),
        new_output("stream", name="stdout", text="b"),
        new_output("execute_result", {"text/plain": "<X at 0x7f01>"}, execution_count=42),
    ]
    nb = new_notebook(
        metadata={
            **times,
            "language_info": {"name": "python", "version": "3.11.7"},
            "title": "kept",
        },
        cells=[
            new_markdown_cell("# t", metadata={"tags": []}),
            new_code_cell("x", execution_count=42, outputs=outputs, metadata=times),
            code("p = 1", "parameters"),
        ],
    )
    before = to_text(nb)
    result = normalise(nb)
    nbformat.validate(result)
    assert to_text(nb) == before
    assert normalise(result) == result
    text, run, parameters = result.cells
    assert text.metadata == run.metadata == {}
    assert run.execution_count == run.outputs[1].execution_count == 1
    assert [o.get("text") for o in run.outputs] == ["ab", None]
    assert run.outputs[1].data["text/plain"] == "<X>"
    assert parameters.metadata.tags == ["parameters", "remove-cell"]
    assert parameters.execution_count is None
    assert result.metadata.language_info == {"name": "python"}
    assert result.metadata.title == "kept"
    assert "papermill" not in result.metadata


def test_store_keeps_only_checked_outputs(notebook: Path) -> None:
    assert store_checked_outputs(notebook) is True
    first = notebook.read_bytes()
    cells = [c for c in nbformat.read(notebook, as_version=4).cells if c.cell_type == "code"]
    assert [len(cell.outputs) for cell in cells] == [0, 0, 0, 1]
    assert [cell.execution_count for cell in cells] == [None, None, None, 3]
    assert store_checked_outputs(notebook) is False
    assert notebook.read_bytes() == first


def nbval(folder: Path) -> str:
    words = ["-m", "pytest", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env", "."]
    run = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return run.stdout


def test_nbval_compares_stored_outputs(tmp_path: Path) -> None:
    path = save(tmp_path / "x.ipynb", code("print(6 * 7)", "check"), code("print('shown')"))
    store_checked_outputs(path)
    assert "2 passed" in nbval(tmp_path)
    path.write_text(path.read_text().replace("42", "43"))
    assert "1 failed, 1 passed" in nbval(tmp_path)


def test_another_registered_python3_is_not_used(tmp_path: Path) -> None:
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = ["/bin/false", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "other", "language": "python"}))
    path = save(tmp_path / "x.ipynb", code("import sys; print(sys.executable)"))
    output = tmp_path / "page.ipynb"
    subprocess.run(
        command("run", path, output), env=environment(JUPYTER_PATH=str(tmp_path)), check=True
    )
    assert printed(output).strip() == sys.executable


def test_two_processes_at_once(notebook: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "a.ipynb", tmp_path / "b.ipynb"]
    runs = [
        subprocess.Popen(command("run", notebook, output), env=environment(), cwd=tmp_path)
        for output in outputs
    ]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    assert {path.suffix for path in tmp_path.iterdir()} == {".ipynb"}


def test_the_kernel_works_in_the_notebooks_folder_or_in_cwd(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = save(tmp_path / "in" / "x.ipynb", code("import os; print(os.getcwd())"))
    output = tmp_path / "page.ipynb"
    run_notebook(path, output, {})
    assert printed(output).strip() == str(tmp_path / "in")
    run_notebook(path, output, {}, cwd=tmp_path)
    assert printed(output).strip() == str(tmp_path)


def test_command_line_prints_one_sentence(
    notebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "page.ipynb")
    assert main(["run", str(notebook), output, "-p", "as_of", "2023"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["run", str(notebook), output, "-p", "as_off", "2023"]) == 1
    assert capsys.readouterr().err.startswith(f"error: {notebook}: no parameter is called as_off")
    assert main(["store", str(notebook)]) == 0
    assert main(["store", str(notebook)]) == 0
    assert capsys.readouterr().out == f"{notebook}: stored\n{notebook}: unchanged\n"
