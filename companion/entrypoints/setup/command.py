"""The second Slack app, which has the slash commands where these come over HTTP."""

from dataclasses import asdict

from companion.domain.manifest import SCOPES, App, manifest, web_url_problem
from companion.domain.person import BotIdentity
from companion.entrypoints.setup.creating_an_app import commands_belong_here, show_form
from companion.entrypoints.setup.fly_toml import webhook_in_fly_toml
from companion.entrypoints.setup.setup import (
    Deployment,
    Question,
    Setup,
    checked_setting,
    settle,
)
from companion.errors import SlackCheckError, UsageError
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
    _set_up_forms(setup)


def _set_up_forms(setup: Setup) -> None:
    """The bot token of the same app, without which everything but forms works."""
    name, names = "SLACK_WEB_BOT_TOKEN", asdict(setup.commands)
    if not setup.dialogue.attended and not setup.present(name):
        return

    def check(token: str) -> BotIdentity | None:
        if not token:
            return None
        slack = setup.slack(token)
        found = setup.dialogue.wait(
            texts.ASKING_SLACK, lambda: slack.check_bot_token(SCOPES[App.WEB])
        )
        if setup.bot and found.team_id != setup.bot.team_id:
            text = texts.OTHER_WORKSPACE_THAN_FIRST.format(other=found.team, team=setup.bot.team)
            raise SlackCheckError("other_workspace", text)
        return found

    question = Question(
        name=name,
        text=texts.WEB_BOT_TOKEN,
        check=check,
        hidden=True,
        optional=True,
        introduce=lambda: setup.dialogue.say(texts.COPY_WEB_BOT_TOKEN.format(**names)),
    )
    if bot := settle(setup, question):
        setup.dialogue.good(texts.WEB_BOT_TOKEN_GOOD.format(name=bot.name))
    else:
        setup.dialogue.say(texts.NO_FORMS.format(**names))


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
