"""What the benchmarks found, as a table for people."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- performance -->\n", "<!-- /performance -->\n"
"""Between these lines of a document stands the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure: both sides, their ratio, and what it should be.

    `at_most` is False where more is better.
    """

    name: str
    ours: str
    reference: str
    ratio: float
    goal: float
    at_most: bool = True

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


def table(figures: Sequence[Figure]) -> str:
    """Markdown, aligned."""
    rows = [("figure", "here", "reference", "ratio", "to reach", "reached")]
    rows += [
        (
            figure.name,
            figure.ours,
            figure.reference,
            f"{figure.ratio:.2f}",
            f"{'≤' if figure.at_most else '≥'} {figure.goal:g}",
            "yes" if figure.reached else "no",
        )
        for figure in figures
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def machine() -> str:
    """What it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )


def write(page: Path, figures: Sequence[Figure], date: str) -> None:
    """Put the table between the two lines of a document that are there for it."""
    found = (
        f"Medians of whole processes, measured on {date} on a machine with {machine()}.\n\n"
        f"{table(figures)}\n"
    )
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}{found}{END}{after}", encoding="utf-8")
