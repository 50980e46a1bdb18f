"""`companion sandbox`: try everything in the browser, until stopped."""

from functools import partial

import click

from companion.entrypoints.cli.support.options import WholeNumber, example
from companion.entrypoints.cli.support.settings import file_to_read, settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note


@click.command(epilog=example("companion sandbox --reset"))
@click.option(
    "--port",
    type=WholeNumber(0, 65535),
    default=8750,
    show_default=True,
    metavar="N",
    help="The port to listen on; 0 takes any free port.",
)
@click.option("--no-browser", is_flag=True, help="Do not open the page in a browser.")
@click.option("--reset", is_flag=True, help="Clear what was said there before.")
def sandbox(port: int, no_browser: bool, reset: bool) -> None:
    """Try everything in the browser, without an account.

    It runs a local Slack on this machine, with the real webhook and daemon behind it.
    """
    from companion.settings import Settings

    settings_for(Settings, service=True)

    from companion.entrypoints.cli.support.stopping import until_stopped
    from companion.entrypoints.sandbox import run as run_sandbox

    run(until_stopped(partial(run_sandbox, port, not no_browser, reset, note, file_to_read())))
