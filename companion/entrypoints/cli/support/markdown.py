"""Markdown whose lines refer to entries: styled on a terminal, with footnotes in a pipe."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from companion.entrypoints.terminal import on_terminal, show, visible

if TYPE_CHECKING:
    from companion.domain.summaries.references import Moments
    from companion.domain.summaries.summary import Refer


def show_markdown(render: "Callable[[Refer], str]", moments: "Moments") -> None:
    """Show what `render` makes of the way in which entries are referred to here."""
    from companion.domain.summaries.references import Footnotes, IdReferences

    if on_terminal():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(visible(render(IdReferences(moments)))))
        return
    footnotes = Footnotes(moments)
    show(render(footnotes) + footnotes.notes())
