"""The second Slack app, which has the slash commands where these come over HTTP."""

from companion.domain.manifest import App, manifest, web_url_problem
from companion.entrypoints.setup.creating_an_app import commands_belong_here, show_form
from companion.entrypoints.setup.fly_toml import webhook_in_fly_toml
from companion.entrypoints.setup.setup import (
    Deployment,
    Question,
    Setup,
    checked_setting,
    settle,
)
from companion.errors import UsageError
from companion.texts import setup as texts

SECRET_LENGTH, SECRET_CHARACTERS = 32, frozenset("0123456789abcdef")


def set_up_command(setup: Setup) -> None:
    if setup.deployment is not Deployment.FLY:
        return
    name, commands = "SLACK_SIGNING_SECRET", setup.commands
    setup.dialogue.heading(texts.SECOND_APP.format(log=commands.log, companion=commands.companion))
    url = _webhook_url(setup)

    def introduce() -> None:
        then = texts.COPY_SIGNING_SECRET + commands_belong_here(setup)
        form = manifest(App.WEB, commands=commands, url=url)
        show_form(setup, form, then, already_there=bool(setup.present(name)))

    settle(
        setup,
        Question(
            name=name,
            text=texts.SIGNING_SECRET,
            check=_check_signing_secret,
            hidden=True,
            introduce=introduce,
        ),
    )
    setup.dialogue.good(texts.SIGNING_SECRET_GOOD)


def _webhook_url(setup: Setup) -> str:
    name = "COMPANION_WEBHOOK_URL"
    by_the_settings = checked_setting(name)

    def check(url: str) -> str:
        if problem := web_url_problem(url):
            raise UsageError(problem)
        return by_the_settings(url)

    if not setup.dialogue.attended and not setup.present(name):
        return ""  # the app is there already: its signing secret was given
    default = webhook_in_fly_toml()
    return settle(setup, Question(name=name, text=texts.WEBHOOK, check=check, default=default))


def _check_signing_secret(text: str) -> None:
    # Slack tells nobody whether it is the right one before a command comes.
    if len(text) != SECRET_LENGTH or set(text) - SECRET_CHARACTERS:
        raise UsageError(texts.NOT_A_SIGNING_SECRET)
