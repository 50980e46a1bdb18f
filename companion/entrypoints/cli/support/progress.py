"""A progress bar on stderr, for work that takes long."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(doing: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
    """Show a progress bar in the block. Call the function it gives with how many more are done.

    Without a terminal nothing is shown; the bar disappears at the end.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    count = "{task.completed:,}" + (" of {task.total:,}" if total else "")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn(count),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as shown:
        task = shown.add_task(doing, total=total)
        yield lambda more: shown.advance(task, more)
