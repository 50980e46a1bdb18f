"""Stand-ins at the ports, written once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from companion.domain.chart import Picture
from companion.domain.commits.work import Work
from companion.domain.commits.worktree import Survey, Worktree
from companion.errors import DrawingError, SummarizerError


class FakeClock:
    """A Clock that stands still until it is told to move."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by

    def set(self, now: datetime) -> None:
        self._now = now


class FakePainter:
    """A Painter that draws nothing, and at once; or cannot."""

    def __init__(self, *, works: bool = True) -> None:
        self._works = works

    async def draw(self, picture: Picture, form: str) -> bytes:
        if not self._works:
            raise DrawingError(form, "no paint")
        return b"\x89PNG"


class FakeCommits:
    """Commits that a test made up; it remembers which times it was asked for."""

    def __init__(self, *work: Work, worktree: Worktree | None = None) -> None:
        self._work, self._worktree = work, worktree
        self.asked: list[tuple[datetime, datetime]] = []

    async def fetch(self, user_id: str, since: datetime, until: datetime) -> list[Work]:
        self.asked.append((since, until))
        return [each for each in self._work if since <= each.timestamp < until]

    async def look_up(self, user_id: str, folder: Path, commit: str) -> Work | None:
        return next((work for work in self._work if work.reference.endswith(commit)), None)

    async def worktree(self, folder: Path | None) -> Worktree | None:
        return self._worktree

    async def survey(self) -> Survey:
        return Survey(git="git version 2")


class FakeModel:
    """A Model that fills in forms and writes answers from a script, and keeps what it was given."""

    def __init__(self, forms: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        self._forms, self._answers = list(forms), list(answers)
        self.asked_to_search: list[str] = []
        self.asked_to_answer: list[tuple[str, str]] = []

    async def fill_in(self, instruction: str, material: str, schema: Mapping[str, Any]) -> str:
        self.asked_to_search.append(material)
        return self._next(self._forms)

    async def summarize(self, instruction: str, material: str) -> str:
        self.asked_to_answer.append((instruction, material))
        return self._next(self._answers)

    @staticmethod
    def _next(script: list[str]) -> str:
        if not script:
            raise SummarizerError("the model does not answer")
        return script.pop(0)
