"""Links to commits come from the remote's address, and only for hosts whose pages are known."""

import pytest

from companion.domain.commits.links import commit_link


@pytest.mark.parametrize(
    ("remote", "link"),
    [
        ("https://github.com/ada/engine.git", "https://github.com/ada/engine/commit/c0ffee"),
        ("https://github.com/ada/engine", "https://github.com/ada/engine/commit/c0ffee"),
        ("https://ada:t0ken@github.com/ada/engine/", "https://github.com/ada/engine/commit/c0ffee"),
        ("git@github.com:ada/engine.git", "https://github.com/ada/engine/commit/c0ffee"),
        ("ssh://git@github.com:22/ada/e.js.git", "https://github.com/ada/e.js/commit/c0ffee"),
        ("git@gitlab.com:a/b/c.git", "https://gitlab.com/a/b/c/-/commit/c0ffee"),
        ("git@gitlab.example.org:a/b.git", "https://gitlab.example.org/a/b/-/commit/c0ffee"),
        ("git@bitbucket.org:a/b.git", "https://bitbucket.org/a/b/commits/c0ffee"),
        ("https://git.sr.ht/~ada/engine", "https://git.sr.ht/~ada/engine/commit/c0ffee"),
        ("http://GitHub.com/ada/engine", "https://github.com/ada/engine/commit/c0ffee"),
    ],
)
def test_a_known_host_has_a_page_for_each_commit(remote: str, link: str) -> None:
    assert commit_link(remote, "c0ffee") == link


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "/srv/git/engine.git",
        "../engine",
        "file:///srv/git/engine.git",
        "https://example.com/ada/engine.git",
        "ext::sh -c whoami",
        "https://github.com/ada/engine)[x](https://evil.example",
        "https://github.com/ada/../engine",
        "https://github.com.evil.example/ada/engine",
        "https://github.com@evil.example/ada/engine",
        "javascript://github.com/ada/engine",
        "git@github.com:ada",
    ],
)
def test_any_other_remote_has_none(remote: str) -> None:
    assert commit_link(remote, "c0ffee") is None
