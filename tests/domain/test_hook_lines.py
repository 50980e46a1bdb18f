"""Our lines in somebody's file: exactly they come out again."""

from hypothesis import given
from hypothesis import strategies as st

from companion.domain.hooks.git_hook import is_nothing, is_shell_script, new_hook, with_lines
from companion.domain.hooks.lines import BEGIN, END, has, marked, without

LINES = marked("do something\n# really")


@given(st.text(), st.text())
def test_what_stands_around_them_keeps_every_character(before: str, after: str) -> None:
    text = f"{before}\n{LINES}{after}"
    if BEGIN not in before + after:
        assert has(text)
        assert without(text) == f"{before}\n{after}"


def test_marks_inside_of_lines_mark_nothing() -> None:
    text = f"echo '{BEGIN}'\necho '{END}'\n"
    assert not has(text)
    assert without(text) == text
    assert without(f"{text}{LINES}") == text


def test_a_begin_without_an_end_is_left_alone() -> None:
    text = f"{BEGIN}\necho hello\n"
    assert without(text) == text


def test_only_shell_scripts_take_lines() -> None:
    for first in ("#!/bin/sh", "#! /bin/bash -e", "#!/usr/bin/env sh", "#!/usr/bin/env  zsh"):
        assert is_shell_script(f"{first}\necho hello\n".encode())
    for other in (b"", b"echo", b"#!/usr/bin/env python3\n", b"#!/bin/sh\r\n", b"#!/bin/sh\n\xff"):
        assert not is_shell_script(other)


def test_they_stand_before_anything_that_could_end_the_hook() -> None:
    hook = "#!/bin/sh -e\nexit 0\n"
    assert with_lines(hook, LINES) == f"#!/bin/sh -e\n{LINES}exit 0\n"
    assert without(with_lines(hook, LINES)) == hook


def test_a_hook_of_ours_alone_leaves_nothing() -> None:
    for chain in (False, True):
        assert is_nothing(without(new_hook(LINES, chain=chain)))
    assert not is_nothing("#!/bin/sh\necho hello\n")
