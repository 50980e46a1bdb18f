"""The Slack app that has the direct message, and its two tokens."""

from companion.domain.manifest import OPTIONAL_SCOPES, SCOPES, App, manifest
from companion.domain.person import BotIdentity
from companion.entrypoints.setup.creating_an_app import commands_belong_here, show_form
from companion.entrypoints.setup.setup import Deployment, Question, Setup, settle
from companion.errors import SlackCheckError
from companion.ports import SlackAccount
from companion.texts import setup as texts

UNKNOWN_USER = {"no_such_user", "user_not_found", "user_not_visible"}


def set_up_direct_message(setup: Setup) -> None:
    app = App.SINGLE if setup.deployment is Deployment.MAC else App.DAEMON
    dialogue = setup.dialogue
    dialogue.heading(texts.ONE_APP if app is App.SINGLE else texts.FIRST_APP)
    setup.bot = settle(setup, _bot_token(setup, app))
    dialogue.good(texts.BOT_TOKEN_GOOD.format(name=setup.bot.name, team=setup.bot.team))
    settle(setup, _app_token(setup))
    dialogue.good(texts.APP_TOKEN_GOOD)


def _bot_token(setup: Setup, app: App) -> Question[BotIdentity]:
    name = "SLACK_BOT_TOKEN"

    def check(token: str) -> BotIdentity:
        async def ask() -> BotIdentity:
            slack = setup.slack(token)
            found = await slack.check_bot_token(SCOPES[app] - OPTIONAL_SCOPES)
            await _check_workspace(setup, slack, found)
            return found

        return setup.dialogue.wait(texts.ASKING_SLACK, ask)

    def introduce() -> None:
        then = texts.COPY_BOT_TOKEN
        if app is App.SINGLE:
            then += commands_belong_here(setup)
        form = manifest(app, commands=setup.commands)
        show_form(setup, form, then, already_there=bool(setup.present(name)))

    return Question(name=name, text=texts.BOT_TOKEN, check=check, hidden=True, introduce=introduce)


def _app_token(setup: Setup) -> Question[None]:
    def check(token: str) -> None:
        slack = setup.slack(setup.answers.get("SLACK_BOT_TOKEN"))
        setup.dialogue.wait(texts.ASKING_SLACK, lambda: slack.check_app_token(token, setup.bot))

    return Question(
        name="SLACK_APP_TOKEN",
        text=texts.APP_TOKEN,
        check=check,
        hidden=True,
        introduce=lambda: setup.dialogue.say(texts.GENERATE_APP_TOKEN),
    )


async def _check_workspace(setup: Setup, slack: SlackAccount, bot: BotIdentity) -> None:
    """The person who is set is in the token's workspace. A new person is asked for later."""
    user_id = setup.answers.get("SLACK_USER_ID")
    if not user_id or setup.options.user:
        return
    try:
        await slack.check_user(user_id, bot.team)
    except SlackCheckError as error:
        if error.code not in UNKNOWN_USER:
            raise
        text = texts.OTHER_WORKSPACE.format(team=bot.team, user_id=user_id)
        raise SlackCheckError("other_workspace", text) from error
