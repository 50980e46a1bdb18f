"""When it may ask, and when it sums up."""

from companion.domain.calendar import DEFAULT_RHYTHM, days_text
from companion.entrypoints.setup.setup import Setup, checked_setting
from companion.errors import CompanionError
from companion.texts import setup as texts

DAYS, HOURS, TIME = "COMPANION_WORK_DAYS", "COMPANION_WORK_HOURS", "COMPANION_SUMMARY_TIME"
ZONE, REVIEW = "COMPANION_TIMEZONE", "COMPANION_REVIEW"
QUESTIONS = {
    DAYS: texts.WORK_DAYS,
    HOURS: texts.WORK_HOURS,
    TIME: texts.SUMMARY_TIME,
    REVIEW: texts.REVIEW_TIME,
}


def set_up_days(setup: Setup) -> None:
    """Show what is set, and ask only if the person wants something else."""
    dialogue = setup.dialogue
    dialogue.heading(texts.DAYS_HEADING)
    for name in (*QUESTIONS, ZONE):
        if value := setup.options.values.get(name):
            setup.answers.keep(**{name: value})
    wrong = [name for name in (*QUESTIONS, ZONE) if not _is_understood(setup, name)]
    if not dialogue.attended:
        return
    defaults = _defaults()
    dialogue.say(_summary(setup, defaults))
    if not wrong and dialogue.confirm(texts.IS_THAT_RIGHT, True):
        return
    for name, question in QUESTIONS.items():
        _ask(setup, name, question, defaults[name])
    _ask(setup, ZONE, texts.TIME_ZONE, texts.PROFILE_ZONE)


def _defaults() -> dict[str, str]:
    """What holds where nothing is set, as one would type it."""
    return {
        DAYS: days_text(DEFAULT_RHYTHM.days),
        HOURS: str(DEFAULT_RHYTHM.hours),
        TIME: f"{DEFAULT_RHYTHM.summary_time:%H:%M}",
        REVIEW: texts.NO_REVIEW,
    }


def _summary(setup: Setup, defaults: dict[str, str]) -> str:
    now = {name: setup.answers.get(name) or default for name, default in defaults.items()}
    return texts.YOUR_DAYS.format(
        days=now[DAYS],
        hours=now[HOURS],
        summary_time=now[TIME],
        review=now[REVIEW],
        zone=setup.answers.get(ZONE) or texts.ZONE_OF_PROFILE,
    )


def _is_understood(setup: Setup, name: str) -> bool:
    """Whether what is set, if anything, can be used. Unattended, UsageError if it cannot."""
    value = setup.answers.get(name)
    try:
        if value:
            checked_setting(name)(value)
    except CompanionError as error:
        if not setup.dialogue.attended:
            raise
        setup.dialogue.problem(texts.WRONG_VALUE.format(name=name, value=value, error=error))
        return False
    return True


def _ask(setup: Setup, name: str, question: str, default: str) -> None:
    """Ask until it is understood. The default is not written down."""
    check = checked_setting(name)
    while True:
        typed = setup.dialogue.ask(question, setup.answers.get(name) or default)
        if typed == default:
            setup.answers.keep(**{name: ""} if setup.answers.get(name) else {})
            return
        try:
            value = check(typed)
        except CompanionError as error:
            setup.dialogue.problem(str(error))
            continue
        setup.answers.keep(**{name: value})
        return
