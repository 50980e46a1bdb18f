"""Whether the app can write to the person."""

from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.errors import MessengerError
from companion.texts import doctor as texts

KNOWN_REFUSALS = {
    "messages_tab_disabled": texts.MESSAGES_TAB_OFF,
    "user_not_found": texts.NOBODY,
}


async def check_direct_message(context: Context) -> Result:
    user_id = context.settings.slack_user_id
    if not context.settings.slack_bot_token:
        return context.without("SLACK_BOT_TOKEN")
    if not user_id:
        return context.without("SLACK_USER_ID")
    slack = context.slack()
    person = await slack.check_user(user_id)
    try:
        written = await slack.has_written(user_id)
    except MessengerError as error:
        unknown = texts.DM_REFUSED.format(error=error)
        return Verdict.FAILED, KNOWN_REFUSALS.get(error.code, unknown)
    how = texts.DM_WRITTEN if written else texts.DM_TRIED
    return Verdict.OK, texts.DM_FINE.format(person=person, how=how)


DIRECT_MESSAGE = Check("direct message", check_direct_message)
