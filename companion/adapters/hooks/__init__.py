"""Lines of ours in git's hooks and in the files that shells read at their start."""

from companion.adapters.hooks.git import GitHook
from companion.adapters.hooks.shell import ShellHook

__all__ = ["GitHook", "ShellHook"]
