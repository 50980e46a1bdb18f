"""Whether the webhook is up, is of this version, and accepts Slack's signature; and its token."""

from importlib.metadata import version as installed_version

from companion.bootstrap.surroundings import slack_account, webhook_probe
from companion.domain.manifest import COMMAND_SCOPES
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.texts import doctor as texts

SHARE_OF_TIME = 0.3
"""For each of the three requests, so that a slow one is reported by name."""


async def check_webhook(context: Context) -> Result:
    settings = context.settings
    if not settings.companion_webhook_url:
        return Verdict.SKIPPED, texts.NO_WEBHOOK
    probe = webhook_probe(SHARE_OF_TIME * context.timeout_s, settings.slack_user_id)
    base, version = await probe.reach(settings.companion_webhook_url)
    secret = settings.slack_signing_secret
    if not secret:
        return Verdict.WARNING, texts.WEBHOOK_UNSIGNED.format(base=base)
    await probe.try_signature(base, secret.get_secret_value(), context.clock.now(), context.unique)
    if version != (ours := installed_version("companion-memory")):
        return Verdict.WARNING, texts.WEBHOOK_VERSION.format(base=base, version=version, ours=ours)
    token = settings.slack_web_bot_token
    if token is None:
        return Verdict.OK, texts.WEBHOOK_FINE.format(base=base, forms=texts.NO_FORMS)
    account = slack_account(token.get_secret_value(), settings.slack_api_url)
    bot = await account.check_bot_token(COMMAND_SCOPES)
    forms = texts.FORMS_OPEN.format(name=bot.name)
    return Verdict.OK, texts.WEBHOOK_FINE.format(base=base, forms=forms)


WEBHOOK = Check("webhook", check_webhook)
