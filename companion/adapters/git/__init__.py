"""The person's commits, as git has them: read with git itself, bounded in time, and not stored."""

from companion.adapters.git.commits import GitCommits

__all__ = ["GitCommits"]
