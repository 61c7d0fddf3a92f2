"""doit's record of earlier runs, which a killed run can leave half written."""

import json
from pathlib import Path

STATE = Path(".doit-state.json")
"""The state file, seen from the folder of `dodo.py`."""


def mend_state(path: Path) -> str:
    """Remove a state file that doit could not read; without it everything is made again.

    Returns
    -------
    str
        The sentence about it; empty where the file is whole or absent.
    """
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        whole = isinstance(state, dict) and all(isinstance(kept, dict) for kept in state.values())
    except FileNotFoundError:
        return ""
    except ValueError:
        whole = False
    if whole:
        return ""
    path.unlink()
    return f"{path.name} was damaged and is removed: everything is checked and made again."
