"""What a folder serves, as published."""

from pathlib import Path

from analysis.delivery.here import Here


def current(dest: Path) -> str:
    """The name of the release in force; empty where there is none."""
    return Here(dest).listed()[0]


def releases(dest: Path) -> list[str]:
    """The names of the whole releases, the oldest first."""
    return Here(dest).listed()[1]
