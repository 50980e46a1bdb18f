"""Where one can look at a commit, from nothing but the address of the remote."""

import re

_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/\s]*@)?(?P<host>[a-z0-9.-]+)(?::\d+)?/"
    r"|(?:[\w.-]+@)?(?P<scp>[a-z0-9.-]+\.[a-z0-9-]+):(?!/))"
    r"(?P<path>[\w.~-]+(?:/[\w.~-]+)+)/?",
    re.ASCII | re.IGNORECASE,
)
_FORMS = {
    "github.com": "commit",
    "gitlab.com": "-/commit",
    "bitbucket.org": "commits",
    "codeberg.org": "commit",
    "git.sr.ht": "commit",
}
_OWN_SERVERS = {"github.": "commit", "gitlab.": "-/commit"}
"""Companies call their own servers so: `gitlab.example.com`."""


def commit_link(remote: str, commit: str) -> str | None:
    """The page of a commit on a host whose pages are known, over https; None for another remote.

    A user name or password in the remote's address never gets into the link.
    """
    match = _REMOTE.fullmatch(remote.strip())
    if match is None or ".." in match["path"].split("/"):
        return None
    host = (match["host"] or match["scp"]).lower()
    form = _FORMS.get(host) or _form_of_own_server(host)
    path = match["path"].removesuffix(".git")
    return f"https://{host}/{path}/{form}/{commit}" if form else None


def _form_of_own_server(host: str) -> str | None:
    if any(host.startswith(f"{known}.") for known in _FORMS):
        return None  # `github.com.example.org` only looks like somebody's own
    return next((form for start, form in _OWN_SERVERS.items() if host.startswith(start)), None)
