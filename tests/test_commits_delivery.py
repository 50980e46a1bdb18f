"""The whole system with git: a summary in Slack has entries and commits side by side."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from companion.adapters.summarizer import LlmSummarizer
from tests.repositories import Repository, git_environment
from tests.system import Workplace, workplace

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The repository `engine`, on GitHub; the person commits as Ada."""
    environ = git_environment(tmp_path / "home")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    made = Repository.create(tmp_path / "src" / "engine", environ)
    made.git("remote", "add", "origin", "git@github.com:ada/engine.git")
    return made


@pytest.fixture
async def place(tmp_path: Path, repository: Repository) -> AsyncIterator[Workplace]:
    """Friday, 20 November 2026, in the morning."""
    async with workplace(
        tmp_path,
        companion_prompts_per_day="0",
        companion_review="sat 16:00",
        companion_repos=f"{tmp_path}/src/*, {tmp_path}/nothing/*",
    ) as place:
        yield place


async def test_the_summary_shows_entries_and_commits_side_by_side(
    place: Workplace, repository: Repository
) -> None:
    commit = repository.commit("Fix the parser for OPS-1", "2026-11-20 08:30")
    async with place.run() as it:
        await place.slack.say("OPS-1 is odd, looking at the parser")
        await place.slack.wait_for(lambda m: bool(m.get("reactions")), timeout=60)
        place.clock.advance(DAY + HOUR)
        await it.daemon.tick()
        sent = await place.slack.wait_for(lambda m: "focused on yesterday" in m["text"], timeout=60)
    markdown = sent["blocks"][0]["text"]
    week, yesterday = markdown.split("## Here’s what you were focused on yesterday:")
    link = f"[`engine@{commit[:7]}`](https://github.com/ada/engine/commit/{commit})"
    assert "### OPS-1 (Fri)" in week
    for section in (week, yesterday):
        assert "OPS-1 is odd, looking at the parser" in section
        assert f"{link} Fix the parser for OPS-1" in section
    assert f"engine@{commit[:7]} Fix the parser for OPS-1" in sent["text"]


async def test_a_models_line_leads_to_the_message_and_to_the_commit(
    place: Workplace, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def summarize(_: LlmSummarizer, instruction: str, material: str) -> str:
        assert 'commit="engine@' in material
        return "- You found and fixed OPS-1 in the parser [1, 2]"

    monkeypatch.setattr(LlmSummarizer, "summarize", summarize)
    commit = repository.commit("Fix the parser", "2026-11-20 08:30")
    async with place.run() as it:
        ts = await place.slack.say("OPS-1 is odd, looking at the parser")
        await place.slack.wait_for(lambda m: bool(m.get("reactions")), timeout=60)
        place.clock.advance(DAY + HOUR)
        await it.daemon.tick()
        sent = await place.slack.wait_for(lambda m: "focused on yesterday" in m["text"], timeout=60)
    markdown = sent["blocks"][0]["text"]
    assert f"/p{ts.replace('.', '')})" in markdown
    assert f"[`engine@{commit[:7]}`](https://github.com/ada/engine/commit/{commit}))" in markdown


async def test_the_review_has_commits_the_branch_and_what_is_not_committed(
    place: Workplace, repository: Repository
) -> None:
    repository.commit("Fix the parser", "2026-11-20 08:30")
    (repository.folder / "new.txt").touch()
    async with place.run() as it:
        place.clock.advance(DAY + 9 * HOUR)
        await it.daemon.tick()
        sent = await place.slack.wait_for(lambda m: m["text"].startswith("Your week"), timeout=60)
        await it.daemon.finish(timeout_s=5)
    assert sent["text"].count("Fix the parser") == 2
    assert "Now engine is on main; 1 new file." in sent["text"]


async def test_nothing_of_git_is_stored(place: Workplace, repository: Repository) -> None:
    repository.commit("Fix the parser", "2026-11-20 08:30")
    async with place.run() as it:
        await it.daemon.tick()  # else the next day could be the first one, which sums up nothing
        place.clock.advance(DAY + HOUR)
        await it.daemon.tick()
        await place.slack.wait_for(lambda m: "Fix the parser" in m["text"], timeout=60)
    assert await place.entries() == []
    stored = place.settings.companion_db
    files = stored.parent.glob(f"{stored.name}*")
    assert not any(b"Fix the parser" in file.read_bytes() for file in files)
