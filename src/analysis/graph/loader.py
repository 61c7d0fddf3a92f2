"""How doit reads `dodo.py`: what is wrong in a file it names is one sentence."""

from typing import Any

from doit.cmd_base import DodoTaskLoader

from analysis.graph.refusal import refusing


class Loader(DodoTaskLoader):  # type: ignore[misc]
    """doit's own loader, registered in `pyproject.toml` under `tool.doit.plugins.loader`.

    An InputError, of the file itself or of a function that makes tasks, ends the command as the
    sentence it is (doit's `InvalidCommand`).
    """

    def setup(self, opt_values: Any) -> None:
        """Run `dodo.py`."""
        with refusing():
            super().setup(opt_values)

    def load_tasks(self, *args: Any, **kwargs: Any) -> Any:
        """Run the functions that make tasks."""
        with refusing():
            return super().load_tasks(*args, **kwargs)
