"""Which of the repositories in COMPANION_REPOS are read."""

from collections.abc import Iterator, Sequence

from companion.bootstrap import git_commits
from companion.domain.commits.worktree import Survey
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.entrypoints.terminal import counted
from companion.texts import doctor as texts

NAMED = 8
"""So many repositories are named one by one."""


async def check_commits(context: Context) -> Result:
    commits = git_commits(context.settings)
    if commits is None:
        return Verdict.SKIPPED, texts.NO_REPOSITORIES
    survey = await commits.survey()
    if survey.git is None:
        return Verdict.WARNING, texts.GIT_MISSING
    read = texts.REPOSITORIES_READ.format(
        repositories=counted(len(survey.read), "repository", "repositories"),
        paths=_listed(survey.read),
    )
    if problems := list(_problems(survey)):
        return Verdict.WARNING, "\n".join([read, *problems])
    return Verdict.OK, read


def _problems(survey: Survey) -> Iterator[str]:
    for pattern in survey.unmatched:
        yield texts.PATTERN_UNMATCHED.format(pattern=pattern)
    for path, reason in survey.unread:
        yield texts.REPOSITORY_UNREAD.format(path=path, reason=reason)


def _listed(paths: Sequence[str]) -> str:
    more = len(paths) - NAMED
    shown = [*paths[:NAMED], *([f"{more} more"] if more > 0 else [])]
    return f": {', '.join(shown)}" if shown else ""


COMMITS = Check("commits", check_commits)
