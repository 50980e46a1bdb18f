"""`companion doctor`: check everything, and say what to do about each problem."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import file_to_read
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, on_terminal, show_json, working
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from companion.entrypoints.doctor import Finding

_SIGNS = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failed": ("✗", "bold red"),
    "skipped": ("–", "dim"),
}


@click.command(epilog=example("companion doctor", "companion doctor --webhook https://me.fly.dev"))
@click.option(
    "--webhook",
    metavar="URL",
    help="The address of the webhook; default: COMPANION_WEBHOOK_URL. It gets an empty /log, "
    "signed with SLACK_SIGNING_SECRET.",
)
@format_option
@click.pass_context
def doctor(ctx: click.Context, webhook: str | None, output: str) -> None:
    """Check everything; name what does not work, and what to do.

    It checks settings, clock, tokens and their scopes, the direct message, the store, the model,
    the daemon and the webhook. It leaves nothing in Slack or in the store, and asks the model one
    short question. The exit status is 1 when something is wrong.
    """
    from companion.bootstrap import SystemClock, new_id
    from companion.entrypoints.doctor import Verdict, examine
    from companion.entrypoints.logs import configure_logging

    configure_logging("ERROR")
    with working(texts.CHECKING):
        findings = run(
            examine(machine_of(ctx), SystemClock(), new_id(), file_to_read(), webhook=webhook)
        )
    if output == "json":
        rows = [
            {"check": each.check, "verdict": each.verdict, "text": each.text} for each in findings
        ]
        show_json(rows)
    else:
        _show(findings)
    if any(each.verdict is Verdict.FAILED for each in findings):
        raise Failed


def _show(findings: "Sequence[Finding]") -> None:
    """One line for each finding; long ones wrap in their column on a terminal."""
    if not on_terminal():
        width = max(len(each.check) for each in findings)
        for each in findings:
            text = _text(each)
            click.echo(f"{_SIGNS[each.verdict][0]} {each.check:{width}}  {text}")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for each in findings:
        sign, style = _SIGNS[each.verdict]
        text = _text(each)
        quiet = "dim" if each.verdict == "skipped" else ""
        grid.add_row(Text(f"{sign} {each.check}", style), _column(text, quiet))
    Console(highlight=False).print(grid)


def _column(text: str, style: str) -> "RenderableType":
    """The text, in which each point of a list begins where the eye finds it."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    first, *points = text.splitlines()
    parts: list[RenderableType] = [Text(first, style)]
    for point in points:
        row = Table.grid(padding=(0, 1, 0, 0))
        row.add_column()
        row.add_column(overflow="fold")
        row.add_row("•", Text(point.strip(), style))
        parts.append(row)
    return Group(*parts)


def _text(finding: "Finding") -> str:
    skipped = finding.verdict == "skipped"
    return as_typed(texts.SKIPPED.format(text=finding.text) if skipped else finding.text)
