"""`python -m benchmarks`: what `make bench` runs, in a checkout that is built."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.errors import InputError
from analysis.paths import ROOT
from analysis.writing import write_text
from benchmarks.build import against_clean, full_set, no_change, one_observation, one_wording
from benchmarks.checkout import copy_built, copy_sources
from benchmarks.measures import measures_alone
from benchmarks.page import TITLES, page
from benchmarks.reports import COUNTS, many_reports
from benchmarks.result import Row, keep, kept

PAGE = ROOT / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the parts asked for, and put the page together from all that have been.

    Returns
    -------
    int
        The exit status: 1 after an error, which is printed as one sentence. Parts measured
        before it are kept for the next page. A goal that is not reached is no error.
    """
    options = _parser().parse_args(arguments)
    try:
        for name in options.parts:
            _say(f"({name}) {TITLES[name]}")
            begun = time.monotonic()
            keep(name, _measured(name, options))
            _say(f"({name}) took {time.monotonic() - begun:.0f} s")
        # Written between two parts, the page would make the second name its checkout as changed.
        write_text(PAGE, page(kept()))
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    _say(f"written: {PAGE.relative_to(ROOT)}")
    return 0


def _measured(name: str, options: argparse.Namespace) -> list[Row]:
    work: dict[str, Callable[[Path], list[Row]]] = {
        "a": lambda folder: full_set(folder, options.sample),
        "b": no_change,
        "c": _one_observation,
        "d": one_wording,
        "e": lambda folder: many_reports(folder, options.counts),
        "f": lambda _: measures_alone(),
    }
    with TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary).resolve() / "copy"
        if name == "a":
            copy_sources(ROOT, folder)
        elif name in "bcd":
            copy_built(ROOT, folder)
        return work[name](folder)


def _one_observation(folder: Path) -> list[Row]:
    clean = folder.with_name("clean")
    copy_sources(ROOT, clean)
    return [*one_observation(folder), against_clean(folder, clean)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--parts", type=_parts, default="".join(TITLES), help="letters, like abf")
    parser.add_argument(
        "--sample", type=_sample, default="all", help="series pages in the loop, or all"
    )
    parser.add_argument(
        "--counts", type=_counts, default=COUNTS, help="numbers of reports in (e), like 50,500"
    )
    return parser


def _parts(text: str) -> str:
    unknown = set(text) - set(TITLES)
    if unknown or not text:
        raise argparse.ArgumentTypeError(f"{text!r}: use letters of {''.join(TITLES)}")
    return text


def _sample(text: str) -> str:
    if text != "all" and not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: give a number of series pages, or all")
    return text


def _counts(text: str) -> tuple[int, ...]:
    counts = tuple(int(part) for part in text.split(",") if part.isdecimal())
    if len(counts) < 2 or list(counts) != sorted(set(counts)) or counts[0] < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give two or more rising numbers, like 50,500")
    return counts


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
