"""`.env`: what is kept is read back, what stood there stays, and nobody else reads it."""

import os
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from companion.adapters.env_file import EnvFile
from companion.errors import EnvFileError

BEFORE = """\
# my notes = here

export SLACK_BOT_TOKEN=old   # the first one
OTHER='kept as it is' # too
  LLM_MODEL =  "echo"
SLACK_BOT_TOKEN=older
"""


@pytest.fixture
def file(tmp_path: Path) -> EnvFile:
    return EnvFile(tmp_path / ".env")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_file_has_what_was_set_for_its_owner_alone(file: EnvFile) -> None:
    file.update({"SLACK_BOT_TOKEN": "xoxb-1", "LLM_MODEL": ""})
    assert file.path.read_text() == "SLACK_BOT_TOKEN=xoxb-1\n"
    assert mode(file.path) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == [".env"]


def test_other_lines_and_comments_stay_as_they_are(file: EnvFile) -> None:
    file.path.write_text(BEFORE)
    file.update({"SLACK_BOT_TOKEN": "new", "NEW": "1"})
    assert file.path.read_text() == (
        BEFORE.replace("=old ", "=new ").replace("=older", "=new") + "NEW=1\n"
    )
    assert file.read()["SLACK_BOT_TOKEN"] == "new"


def test_a_name_is_taken_back_by_an_empty_value(file: EnvFile) -> None:
    file.path.write_text("A=1\nB=2\n")
    file.update({"A": "", "C": ""})
    assert file.path.read_text() == "A=\nB=2\n"
    assert file.read() == {"B": "2"}


def test_a_last_line_without_its_end_gets_one(file: EnvFile) -> None:
    file.path.write_text("A=1")
    file.update({"B": "2"})
    assert file.path.read_text() == "A=1\nB=2\n"


def test_line_ends_of_windows_stay(file: EnvFile) -> None:
    file.path.write_bytes(b"A=1\r\nB=2\r\n")
    file.update({"A": "3"})
    assert file.path.read_bytes() == b"A=3\r\nB=2\r\n"


def test_a_link_into_another_folder_stays_a_link(file: EnvFile, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "env"
    target.parent.mkdir()
    target.write_text("A=1\n")
    file.path.symlink_to(target)
    file.update({"A": "2"})
    assert file.path.is_symlink()
    assert target.read_text() == "A=2\n"


def test_a_file_that_others_could_read_is_closed_to_them(file: EnvFile) -> None:
    file.protect()  # where there is none, there is nothing to do
    file.path.write_text("A=1\n")
    file.path.chmod(0o644)
    file.protect()
    assert mode(file.path) == 0o600


def test_a_file_that_cannot_be_replaced_is_left_whole(
    file: EnvFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.path.write_text("A=1\n")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvFileError, match="No space left on device"):
        file.update({"A": "2"})
    assert file.path.read_text() == "A=1\n"
    assert [path.name for path in file.path.parent.iterdir()] == [".env"]


def test_what_is_no_text_is_not_touched(file: EnvFile) -> None:
    file.path.write_bytes(b"A=\xff\n")
    with pytest.raises(EnvFileError, match="not UTF-8"):
        file.update({"A": "2"})
    assert file.path.read_bytes() == b"A=\xff\n"


@given(st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" '\"\\#=")))
def test_every_value_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    value = value.strip().replace("${", "$")
    file = EnvFile(tmp_path_factory.mktemp("env") / ".env")
    file.update({"A": "first", "B": "after"})
    file.update({"A": value})
    assert dotenv_values(file.path) == {"A": value, "B": "after"}
