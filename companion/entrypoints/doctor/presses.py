"""Whether presses of the buttons below prompts arrive: Slack does not say if an app gets them."""

from companion.bootstrap import open_existing, terminal_zone
from companion.domain.calendar import DAY, wall_time
from companion.domain.features import Feature
from companion.domain.jobs.job import JobKind, Outcome
from companion.domain.jobs.presses import pressed_by
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.errors import StoreError
from companion.texts import doctor as texts

LOOKBACK = 30 * DAY
ENOUGH = 5
"""After so many prompts somebody has probably pressed a button."""


async def check_presses(context: Context) -> Result:
    settings = context.settings
    if not context.has_daemon:
        return Verdict.SKIPPED, texts.NO_DAEMON
    if settings.slack_user_id is None:
        return context.without("SLACK_USER_ID")
    if not settings.is_on(Feature.BUTTONS):
        return Verdict.SKIPPED, texts.BUTTONS_OFF
    now = context.clock.now()
    try:
        async with open_existing(settings) as store:
            jobs = await store.fetch_jobs(
                settings.slack_user_id, (now - LOOKBACK).date(), now.date() + 2 * DAY
            )
    except StoreError:  # the store's own check says why
        return Verdict.SKIPPED, texts.STORE_UNREAD
    if presses := [job.due for job in jobs if pressed_by(job)]:
        last = wall_time(max(presses), terminal_zone(settings))
        return Verdict.OK, texts.PRESSES_ARRIVE.format(last=last)
    sent = [job for job in jobs if job.kind is JobKind.PROMPT and job.outcome is Outcome.SENT]
    if len(sent) < ENOUGH:
        return Verdict.SKIPPED, texts.FEW_PROMPTS
    return Verdict.SKIPPED, texts.NO_PRESSES.format(prompts=len(sent))


PRESSES = Check("buttons", check_presses)
