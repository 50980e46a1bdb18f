"""For whom the table is checked, or a policy is written."""

from collections.abc import Callable

import click

ROLES = ("webhook", "daemon", "admin")


def for_option[F: Callable[..., object]](command: F) -> F:
    """`--for webhook|daemon|admin`, as the argument `role`."""
    return click.option(
        "--for",
        "role",
        type=click.Choice(ROLES),
        default="daemon",
        show_default=True,
        help="Whose: webhook, daemon and daily use of the terminal, or all commands.",
    )(command)
