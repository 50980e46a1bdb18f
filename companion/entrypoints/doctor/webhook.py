"""Whether the webhook is up, and accepts Slack's signature."""

from companion.bootstrap.surroundings import webhook_probe
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.texts import doctor as texts

SHARE_OF_TIME = 0.3
"""For each of the three requests, so that a slow one is reported by name."""


async def check_webhook(context: Context) -> Result:
    settings = context.settings
    if not settings.companion_webhook_url:
        return Verdict.SKIPPED, texts.NO_WEBHOOK
    probe = webhook_probe(SHARE_OF_TIME * context.timeout_s, settings.slack_user_id)
    base = await probe.reach(settings.companion_webhook_url)
    secret = settings.slack_signing_secret
    if not secret:
        return Verdict.WARNING, texts.WEBHOOK_UNSIGNED.format(base=base)
    await probe.try_signature(base, secret.get_secret_value(), context.clock.now(), context.unique)
    return Verdict.OK, texts.WEBHOOK_FINE.format(base=base)


WEBHOOK = Check("webhook", check_webhook)
