"""How a Slack app is created: by Slack's own form, filled in."""

import webbrowser
from typing import Any

from companion.domain.manifest import creation_link
from companion.entrypoints.setup.setup import Setup
from companion.texts import setup as texts


def show_form(setup: Setup, manifest: dict[str, Any], then: str, *, already_there: bool) -> None:
    """Show the form's address, and open it. If the app may be there already, only show it."""
    link = creation_link(manifest)
    form = texts.FORM_AGAIN if already_there else texts.FORM
    setup.dialogue.say(form.format(then=then))
    setup.dialogue.show(link)
    wanted = setup.options.browser
    if wanted is None and not already_there:
        wanted = setup.dialogue.confirm(texts.OPEN_BROWSER, True)
    if wanted:
        webbrowser.open(link)


def commands_belong_here(setup: Setup) -> str:
    """Slack warns nobody when one app takes a command from another, so setup does."""
    commands = setup.commands
    return texts.COMMANDS_MOVE.format(log=commands.log, companion=commands.companion)
