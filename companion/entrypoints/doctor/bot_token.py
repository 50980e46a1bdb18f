"""Whether Slack accepts the bot token, and the token has its scopes."""

from companion.domain.features import Feature
from companion.domain.manifest import (
    COMMAND,
    COMMAND_SCOPES,
    DM_SCOPES,
    NAME_SCOPES,
    PICTURE_SCOPES,
    QUIET_SCOPES,
)
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.texts import doctor as texts


async def check_bot_token(context: Context) -> Result:
    if not context.settings.slack_bot_token:
        return context.without("SLACK_BOT_TOKEN")
    bot = await context.slack().check_bot_token(DM_SCOPES)
    elsewhere = bot.scopes is not None and not bot.scopes >= COMMAND_SCOPES
    command = texts.COMMAND_ELSEWHERE.format(command=COMMAND) if elsewhere else ""
    missing = NAME_SCOPES - bot.scopes if bot.scopes is not None else frozenset()
    if missing:
        scopes = ", ".join(sorted(missing))
        named = texts.NAMES_MISSING.format(name=bot.name, team=bot.team, scopes=scopes)
        return Verdict.WARNING, named
    draws = context.settings.companion_review is not None
    if draws and bot.scopes is not None and not bot.scopes >= PICTURE_SCOPES:
        scopes = ", ".join(sorted(PICTURE_SCOPES))
        return Verdict.WARNING, texts.PICTURE_MISSING.format(name=bot.name, scopes=scopes)
    reads_dnd = context.settings.is_on(Feature.DND)
    if reads_dnd and bot.scopes is not None and not bot.scopes >= QUIET_SCOPES:
        scopes = ", ".join(sorted(QUIET_SCOPES))
        return Verdict.WARNING, texts.DND_MISSING.format(name=bot.name, scopes=scopes)
    return Verdict.OK, texts.BOT_TOKEN_FINE.format(name=bot.name, team=bot.team, command=command)


BOT_TOKEN = Check("bot token", check_bot_token)
