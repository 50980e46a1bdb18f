"""What the hooks say. `{…}` is filled in by `str.format`."""

GIT_INSTALLED = (
    "From now on each commit in this repository is logged, by {file}. `companion hook uninstall "
    "git` ends that, and removes exactly what this wrote."
)
GIT_INSTALLED_EVERYWHERE = (
    "From now on each commit is logged in repositories that you clone or create, by {file}. Those "
    "that you have stay as they are: run `companion hook install git` in each that you want.\n"
    "`companion hook uninstall git --global` ends that for new repositories."
)
SHELL_INSTALLED = (
    "{shell} now shows where you left off when you come to a repository after a day away, by the "
    "lines in {file}. Open a new terminal; `companion hook uninstall {shell}` removes them."
)
UNINSTALLED = "Removed from {file}."
NOT_INSTALLED = "There was nothing to remove in {file}."
STATE_ON = "{name}: installed, in {file}"
STATE_OFF = "{name}: not installed"
STATE_UNKNOWN = "{name}: {problem}"

TEMPORARY_INSTALLATION = (
    "This companion runs from a cache ({folder}), which may be emptied at any time, so a hook "
    "would stop working. Install it: `uv tool install companion-memory`, then try again."
)
HOOK_IS_OFF = (
    "{file} is there, but switched off, because it is not executable. Make it executable or move "
    "it, then try again."
)
HOOKS_ARE_SHARED = (
    "The hooks of this repository are in {folder}, which everybody gets who works on it. Nothing "
    "was changed; ask the others first, or unset core.hooksPath."
)
HOOKS_OF_ALL = (
    "git's core.hooksPath names {folder}, so this is for every repository, also for those that you "
    "have."
)
HOOKS_ARE_REWRITTEN = (
    "A tool such as husky writes {folder} anew from time to time. `companion hook status` says "
    "whether the hook is still there."
)
NOT_IN_A_REPOSITORY = (
    "{folder} is not in a git repository. Go to one, or use --global for those that you will clone "
    "or create."
)
NO_GIT = "git cannot be run. Install it, then try again."
GIT_REFUSED = "git refused `git {command}`. Try that command, and see what it says."
ONLY_GIT_IS_GLOBAL = "--global is for git. Leave it out for a shell."
ONLY_SHELLS_ARE_PRINTED = "--print is for shells. The git hook has to be installed."
GIT_HERE, GIT_NEW = "git, this repository", "git, new repositories"
UNKNOWN_SHELL = "SHELL names none of zsh, bash and fish. Name yours: `companion hook install zsh`."
