"""The option `--for`, which `check` and `policy` share."""

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
        help="The webhook; the daemon and daily use of the terminal; or all commands (admin).",
    )(command)
