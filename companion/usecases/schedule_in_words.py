"""What comes next, and why one was asked or not, in sentences for Slack."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm
from companion.domain.day_names import day_name
from companion.domain.jobs.job import Job, Outcome
from companion.domain.until import until_text
from companion.texts import slack as home_texts
from companion.texts import slack_companion as texts
from companion.usecases.next import Next
from companion.usecases.why import DayOfPrompts, Why


def coming_text(following: Next, zone: ZoneInfo, rhythm: Rhythm) -> str:
    """What comes next."""

    def until(moment: datetime) -> str:
        return until_text(moment, following.now, zone, rhythm.day_start)

    said = []
    if following.pause is not None:
        end = following.pause.until
        paused = home_texts.HOME_ON_VACATION if following.pause.vacation else home_texts.HOME_PAUSED
        said.append(paused.format(until=until(end) if end else home_texts.HOME_RESUME))
    if (hours := following.prompts) is not None:
        is_now = hours.since <= following.now
        said.append(
            home_texts.HOME_PROMPTS_NOW.format(until=until(hours.until))
            if is_now
            else home_texts.HOME_PROMPTS.format(since=until(hours.since))
        )
    if following.summary is not None:
        said.append(home_texts.HOME_SUMMARY.format(at=until(following.summary)))
    if following.review is not None:
        said.append(home_texts.HOME_REVIEW.format(at=until(following.review)))
    return "\n".join(said)


def why_text(why: Why, zone: ZoneInfo) -> str:
    """Why somebody was asked or not, yesterday and today, and what holds now."""
    holds = texts.HOLDS.format(reasons="; ".join(why.holds)) if why.holds else texts.NOTHING_HOLDS
    return "\n".join([holds, *(line for day in why.days for line in _day(day, zone))])


def _day(day: DayOfPrompts, zone: ZoneInfo) -> Iterator[str]:
    yield ""
    planned = "; ".join(plan.reason for plan in day.plans if plan.reason)
    yield f"{day_name(day.day)}: {planned or texts.NOT_PLANNED}"
    for job in day.prompts:
        yield f"• {_prompt(job, zone)}"
    if day.to_come:
        more = texts.ONE_TO_COME if day.to_come == 1 else texts.MORE_TO_COME
        yield f"• {more.format(number=day.to_come)}"


def _prompt(job: Job, zone: ZoneInfo) -> str:
    at = f"{(job.finished_at or job.due).astimezone(zone):%H:%M}"
    if job.outcome is Outcome.SENT:
        return texts.ASKED_AT.format(at=at)
    if job.outcome is None:
        return texts.DUE_AT.format(at=f"{job.due.astimezone(zone):%H:%M}")
    return texts.NOT_ASKED_AT.format(at=at, outcome=job.outcome, reason=job.reason or "")
