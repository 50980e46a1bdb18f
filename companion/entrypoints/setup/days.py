"""When it may ask, and when it sums up."""

from companion.entrypoints.setup.journey import Journey, valid
from companion.errors import CompanionError

_QUESTIONS = {
    "COMPANION_WORK_DAYS": ("Days on which it may ask", "mon-fri"),
    "COMPANION_WORK_HOURS": ("Hours in which it may ask", "09:00-17:00"),
    "COMPANION_SUMMARY_TIME": ("When the summary comes, every day", "08:30"),
}
_ZONE = "COMPANION_TIMEZONE"
_PROFILE = "Slack's"


def set_up_days(it: Journey) -> None:
    """The defaults are shown, and asked about only if the person wants others."""
    talk = it.talk
    talk.heading("Your days")
    for name in (*_QUESTIONS, _ZONE):
        if value := it.given.values.get(name):
            it.answers.keep(**{name: value})
    bad = [name for name in (*_QUESTIONS, _ZONE) if not _holds(it, name)]
    now = {name: it.answers.get(name) or default for name, (_, default) in _QUESTIONS.items()}
    zone = it.answers.get(_ZONE)
    if not talk.attended:
        return
    talk.say(
        f"It asks a few times a day, {now['COMPANION_WORK_DAYS']}, {now['COMPANION_WORK_HOURS']}, "
        f"and sums up at {now['COMPANION_SUMMARY_TIME']} every day; in "
        f"{zone or 'the time zone of your Slack profile, also on travel'}."
    )
    if not bad and talk.confirm("Is that right?", True):
        return
    for name, (question, default) in _QUESTIONS.items():
        _ask(it, name, question, default)
    _ask(it, _ZONE, f"Time zone, like Europe/Berlin, or {_PROFILE}", _PROFILE)


def _holds(it: Journey, name: str) -> bool:
    """Whether what is set, if anything, is understood. Unattended, UsageError where it is not."""
    value = it.answers.get(name)
    try:
        if value:
            valid(name)(value)
    except CompanionError as error:
        if not it.talk.attended:
            raise
        it.talk.problem(f"{name}={value}: {error}")
        return False
    return True


def _ask(it: Journey, name: str, question: str, default: str) -> None:
    """What is the default anyway is not written down."""
    check = valid(name)
    while True:
        typed = it.talk.ask(question, it.answers.get(name) or default)
        if typed == default:
            it.answers.keep(**{name: ""} if it.answers.get(name) else {})
            return
        try:
            value = check(typed)
        except CompanionError as error:
            it.talk.problem(str(error))
            continue
        it.answers.keep(**{name: value})
        return
