"""The Slack apps: made by Slack's own form, filled in; then their tokens."""

import webbrowser
from typing import TYPE_CHECKING

from companion.domain.manifest import SCOPES, App, manifest
from companion.entrypoints.setup.journey import Journey, Way, valid
from companion.errors import UsageError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from companion.adapters.slack_checks import BotIdentity


def set_up_direct_message(it: Journey) -> None:
    """The app that has the direct message, and its two tokens."""
    from companion.adapters.slack_checks import check_app_token, check_bot_token

    app = App.SINGLE if it.way is Way.MAC else App.DAEMON

    def bot(token: str) -> "BotIdentity":
        async def ask() -> "BotIdentity":
            client = it.slack(token)
            found = await check_bot_token(client, SCOPES[app])
            await _check_workspace(it, client, found)
            return found

        return it.talk.wait("Asking Slack…", ask)

    def connects(token: str) -> None:
        client = it.slack(it.answers.get("SLACK_BOT_TOKEN"))
        it.talk.wait("Asking Slack…", lambda: check_app_token(client, token, it.bot))

    it.talk.heading("The Slack app" if app is App.SINGLE else "The first Slack app: your assistant")
    it.bot = it.settle(
        "SLACK_BOT_TOKEN",
        "Bot token, xoxb-…",
        bot,
        hidden=True,
        introduce=lambda: _introduce(
            it,
            "SLACK_BOT_TOKEN",
            manifest(app, command=it.given.command),
            "Then Install App, Install to Workspace; it shows the Bot User OAuth Token."
            + (_of_the_command(it) if app is App.SINGLE else ""),
        ),
    )
    it.talk.good(f"@{it.bot.name} in {it.bot.team}, with all the scopes it needs.")
    it.settle(
        "SLACK_APP_TOKEN",
        "App-level token, xapp-…",
        connects,
        hidden=True,
        introduce=lambda: it.talk.say(
            "Basic Information, App-Level Tokens, Generate: any name, with connections:write."
        ),
    )
    it.talk.good("Socket Mode can be opened.")


def set_up_command(it: Journey) -> None:
    """The second app, which has the slash command where that comes over HTTP."""
    if it.way is not Way.FLY:
        return
    it.talk.heading(f"The second Slack app: {it.given.command}, over HTTP")
    url = _webhook_url(it)
    it.settle(
        "SLACK_SIGNING_SECRET",
        "Signing secret",
        _signing_secret,
        hidden=True,
        introduce=lambda: _introduce(
            it,
            "SLACK_SIGNING_SECRET",
            manifest(App.WEB, command=it.given.command, url=url),
            "Then Install App, Install to Workspace; Basic Information has the Signing Secret."
            + _of_the_command(it),
        ),
    )
    it.talk.good("That is a signing secret; `companion doctor` tries it once the webhook runs.")


def _of_the_command(it: Journey) -> str:
    """Slack tells nobody when one app takes a command from another, so that it is said before."""
    return (
        f" {it.given.command} then belongs to this app: where another one has it and shall keep "
        "it, stop here (Ctrl-C) and start again with --command /did, or any other name."
    )


def _webhook_url(it: Journey) -> str:
    from companion.domain.manifest import web_url_problem

    rules = valid("COMPANION_WEBHOOK_URL")

    def check(url: str) -> str:
        if problem := web_url_problem(url):
            raise UsageError(problem)
        return rules(url)

    if not it.talk.attended and not it.present("COMPANION_WEBHOOK_URL"):
        return ""  # the app is there already: its signing secret was given
    return it.settle(
        "COMPANION_WEBHOOK_URL",
        "The webhook's address, https://<app>.fly.dev",
        check,
        default=_app_in_fly_toml(),
    )


def _app_in_fly_toml() -> str:
    import tomllib
    from pathlib import Path

    try:
        app = str(tomllib.loads(Path("fly.toml").read_text(encoding="utf-8")).get("app", ""))
    except (OSError, ValueError):
        return ""
    return "" if not app or "CHANGE-ME" in app else f"https://{app}.fly.dev"


def _signing_secret(text: str) -> None:
    # Nothing of Slack's says whether it is the right one before a command comes.
    if len(text) != 32 or set(text) - set("0123456789abcdef"):
        raise UsageError(
            "That is no signing secret: 32 of 0-9 and a-f, under Basic Information, App "
            "Credentials (not the client secret, which looks alike, nor the verification token)."
        )


def _introduce(it: Journey, name: str, data: dict[str, object], then: str) -> None:
    """How the app is made. Whoever has it already, but not what works, is not asked to open it."""
    from companion.domain.manifest import creation_link

    link = creation_link(data)
    there = bool(it.present(name))
    it.talk.say(
        f"{'Only if the app is gone: this' if there else 'This'} opens Slack's form for a new app, "
        f"filled in: choose the workspace, Next, Create. {then}"
    )
    it.talk.show(link)
    wanted = it.given.browser
    if wanted is None and not there:
        wanted = it.talk.confirm("Open it in the browser?", True)
    if wanted:
        webbrowser.open(link)


async def _check_workspace(it: Journey, client: "AsyncWebClient", bot: "BotIdentity") -> None:
    """That the person who is set is in the token's workspace; a new one is asked for later."""
    from companion.adapters.slack_checks import SlackCheckError, check_user

    user_id = it.answers.get("SLACK_USER_ID")
    if not user_id or it.given.user:
        return
    try:
        await check_user(client, user_id, bot.team)
    except SlackCheckError as error:
        if error.code not in {"no_such_user", "user_not_found", "user_not_visible"}:
            raise
        raise SlackCheckError(
            "other_workspace",
            f"That token is of the workspace {bot.team}, and nobody there is {user_id}, the "
            "SLACK_USER_ID that is set. Take the token of the app in your workspace; or, to move "
            f"to {bot.team}, start again with --user and your name there.",
        ) from error
