"""Writes the digest from the entries: by a model where one answers, and without one otherwise."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from companion.domain.digest import (
    DAY_INSTRUCTION,
    MAX_MATERIAL,
    WEEK,
    YESTERDAY,
    Digest,
    Section,
    by_day,
    entries_digest,
    materials,
    notes_material,
)
from companion.domain.entry import Entry
from companion.domain.markdown import tidy
from companion.errors import SummarizerError
from companion.ports import Summarizer


async def compose_digest(
    week: Sequence[Entry],
    yesterday: Sequence[Entry],
    zone: ZoneInfo,
    summarizer: Summarizer,
    max_material: int = MAX_MATERIAL,
) -> Digest:
    """The digest of the entries of both windows, each oldest first.

    `zone` is where the person is, for entries that do not say where they were written. One call
    of the model for each section that has entries; more only where a section has more than
    `max_material` characters. If any call fails, no section is the model's, so that the digest is
    of one kind and says once why: this never raises SummarizerError.
    """
    try:
        return Digest(
            week=await _written(WEEK, week, zone, summarizer, max_material),
            yesterday=await _written(YESTERDAY, yesterday, zone, summarizer, max_material),
        )
    except SummarizerError as error:
        return entries_digest(week, yesterday, zone, error.reason)


async def _written(
    section: Section,
    entries: Sequence[Entry],
    zone: ZoneInfo,
    summarizer: Summarizer,
    max_material: int,
) -> str:
    if not entries:
        return section.nothing
    material, *more = materials(entries, zone, max_material)
    if more:
        material = await _noted_by_day(entries, zone, summarizer, max_material)
    return await _answer(summarizer, section.instruction, material)


async def _noted_by_day(
    entries: Sequence[Entry], zone: ZoneInfo, summarizer: Summarizer, max_material: int
) -> str:
    """Notes on each day in place of more entries than the model can read at once."""
    notes = [
        (day, await _answer(summarizer, DAY_INSTRUCTION, material))
        for day, of_day in by_day(entries, zone).items()
        for material in materials(of_day, zone, max_material)
    ]
    material = notes_material(notes)
    if len(material) > max_material:
        raise SummarizerError("there is more to read than the model can take, even day by day")
    return material


async def _answer(summarizer: Summarizer, instruction: str, material: str) -> str:
    answer = tidy(await summarizer.summarize(instruction, material))
    if not answer:
        raise SummarizerError("the model answered with nothing")
    return answer
