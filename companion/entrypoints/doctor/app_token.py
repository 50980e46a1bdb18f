"""Whether the app-level token opens Socket Mode, and the network lets a WebSocket through."""

from companion.domain.computer.daemon_status import DaemonState
from companion.domain.person import BotIdentity
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.errors import CompanionError, MessengerError
from companion.texts import doctor as texts


async def check_app_token(context: Context) -> Result:
    token = context.settings.slack_app_token
    if not token:
        return context.without("SLACK_APP_TOKEN")
    slack = context.slack()
    await slack.check_app_token(token.get_secret_value(), await _bot(context))
    report = await context.daemon()
    if report.state is DaemonState.RUNNING and report.status and report.status.connected_since:
        # Slack would send a second socket some of what is meant for the daemon's.
        return Verdict.OK, texts.SOCKET_CONNECTED
    try:
        await slack.greet(token.get_secret_value())
    except MessengerError as error:
        return Verdict.FAILED, texts.SOCKET_CLOSED.format(code=error.code)
    return Verdict.OK, texts.SOCKET_FINE


async def _bot(context: Context) -> BotIdentity | None:
    if not context.settings.slack_bot_token:
        return None
    try:
        return await context.slack().check_bot_token(())
    except CompanionError:
        return None  # the bot token's own check reports it


APP_TOKEN = Check("app token", check_app_token)
