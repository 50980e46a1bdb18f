"""A developer's year of entries, made up from a seed: the same seed makes the same year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry, Source
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, job_id

DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Berlin")
DAYS = 365
CHANNELS = {"C0OPS": "#ops", "C0BILLING": "#billing"}
PEOPLE = {"U0BO": "@Bo", "U0IDA": "@Ida"}
VACATIONS = ((80, 91), (220, 240))
"""Two of them: the number of their first day and of the day after the last."""
PER_DAY = range(4, 10)


@dataclass(frozen=True, slots=True)
class Project:
    """What somebody works on for some weeks."""

    name: str
    tag: str
    key: str
    file: str


PROJECTS = (
    Project("retry loop", "deploy", "BILL", "src/retry.py"),
    Project("search index", "search", "SRCH", "index.sql"),
    Project("date parser", "Parser", "PARS", "lib/parse_date.ts"),
    Project("billing export", "backend/api", "EXP", "export.go"),
    Project("Größenfilter", "frontend", "WEB", "Filter.tsx"),
)
WORK = (
    "stuck in the {name} again, {file} does not see the header",
    "fixed {key}-{number}: the {name} waits for the lock now",
    "{key}-{number} is reviewed, opened PR #{number} #{tag}",
    "split {file} in two for the {name} #{tag}",
    "rolled out the {name} to staging #{tag}\n- logs are quiet\n- {key}-{number} can be closed",
    "paired with @Bo on {key}-{number}",
    "told #ops about the {name}",
    "heute am {name} gearbeitet, {key}-{number} ist fast fertig #{tag}",
    "Fehler in {file} gefunden: die Größe fehlt",
    "read <https://example.com/{key}/{number}|the page> on the *{name}*",
)
LEFT_OPEN = (
    "next: write tests for {file}",
    "blocked by @Ida on {key}-{number}, waiting for the credentials",
    "should the {name} keep {key}-{number} for a year?",
    "Als nächstes: {file} aufräumen",
)
ANSWERS = (
    "wrote the tests for {file}",
    "{key}-{number} is unblocked, the credentials are here",
    "decided: the {name} keeps {key}-{number} for a year",
    "{file} aufgeräumt",
)
OTHER = ("lunch with @Ida", "1:1 with my lead", "Kaffee geholt ☕", "dentist, back at three")


@dataclass(frozen=True, slots=True)
class Year:
    """`entries` oldest first, and the prompts that some of them answer. `end` is its last night."""

    user_id: str
    end: datetime
    entries: list[Entry] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    def window(self, since: datetime, until: datetime) -> list[Entry]:
        """Its entries since <= t < until."""
        return [entry for entry in self.entries if since <= entry.timestamp < until]


def make_year(seed: int, last_day: date, user_id: str = "U0ADA") -> Year:
    """The 365 days that end with `last_day`, about 1,500 entries."""
    rng = Random(seed)
    end = datetime.combine(last_day + DAY, time(), tzinfo=ZONE).astimezone(UTC)
    year = Year(user_id, end)
    answers: list[tuple[int, str]] = []
    for number in range(DAYS):
        day = last_day - (DAYS - 1 - number) * DAY
        if day.weekday() < 5 and not any(first <= number < last for first, last in VACATIONS):
            year.jobs.append(_prompt(user_id, day))
            for moment in sorted(_moments(rng, day)):
                _write(year, rng, moment, number, answers)
    return year


def _moments(rng: Random, day: date) -> set[datetime]:
    seconds = rng.sample(range(9 * 3600 + 1, 19 * 3600), rng.choice(PER_DAY))
    midnight = datetime.combine(day, time(), tzinfo=ZONE)
    return {(midnight + timedelta(seconds=second)).astimezone(UTC) for second in seconds}


def _write(
    year: Year, rng: Random, moment: datetime, number: int, answers: list[tuple[int, str]]
) -> None:
    """One more entry; what it leaves open is answered some days later, as a rule."""
    at = len(year.entries)
    if answers and answers[0][0] <= at:
        text = answers.pop(0)[1]
    elif rng.random() < 0.1:
        text = rng.choice(OTHER)
    else:
        # Two projects side by side, and every ten weeks another one.
        project = PROJECTS[(number // 70 + rng.choice((0, 0, 1))) % len(PROJECTS)]
        names = {
            "name": project.name,
            "tag": rng.choice((project.tag, project.tag.lower())),
            "key": project.key,
            "number": f"{100 + number // 5}",
            "file": project.file,
        }
        if rng.random() < 0.12:
            which = rng.randrange(len(LEFT_OPEN))
            text = LEFT_OPEN[which].format(**names)
            if rng.random() < 0.8:
                answers.append((at + 12, ANSWERS[which].format(**names)))
        else:
            text = rng.choice(WORK).format(**names)
    is_answer = rng.random() < 0.3
    source = Source.REPLY if is_answer else rng.choice((Source.MESSAGE, Source.COMMAND))
    year.entries.append(
        Entry(
            user_id=year.user_id,
            timestamp=moment,
            text=text,
            log_id=UUID(int=at + 1),
            source=source,
            tz=ZONE.key,
            answers=year.jobs[-1].job_id if is_answer else None,
            mentions=_mentions(text),
        )
    )


def _mentions(text: str) -> Mapping[str, str]:
    names = {**CHANNELS, **PEOPLE}
    return {key: name for key, name in names.items() if name in text}


def _prompt(user_id: str, day: date) -> Job:
    due = datetime.combine(day, time(9), tzinfo=ZONE).astimezone(UTC)
    return Job(
        user_id=user_id,
        job_id=job_id(day, "prompt-1"),
        kind=JobKind.PROMPT,
        day=day,
        due=due,
        tz=ZONE.key,
        state=JobState.DONE,
        result=JobResult(Outcome.SENT, due, message_ts=f"{due.timestamp():.6f}"),
    )
