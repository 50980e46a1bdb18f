"""`companion import`: from our own export, from jrnl, from text; all of it or nothing."""

import json
from pathlib import Path

import pytest

from tests.entrypoints.cli.conftest import Keep, Run, entry

JRNL = {
    "tags": {"@work": 1},
    "entries": [
        {"title": "Fixed it.", "body": "At last.", "date": "2026-11-20", "time": "14:05"},
        {"title": "größer", "body": "", "date": "2026-11-21", "time": "09:00", "starred": True},
    ],
}
TEXT = "2026-11-20 14:05 fixed it\n\n# 2026-11-21\n- 09:00 größer\n"


def stored(companion: Run) -> list[tuple[str, str]]:
    listed = companion("entries", "--since", "2000-01-01", "--until", "2030-01-01",
                       "--format", "json")  # fmt: skip
    return [(each["local_time"][:16], each["text"]) for each in json.loads(listed.stdout)]


@pytest.mark.parametrize("how", ["file", "-"])
@pytest.mark.parametrize(
    ("kind", "content", "first"),
    [
        ("jrnl", json.dumps(JRNL, indent=2), "Fixed it.\nAt last."),
        ("jrnl", json.dumps(JRNL), "Fixed it.\nAt last."),
        ("text", TEXT, "fixed it"),
        ("text", "\ufeff" + TEXT.replace("\n", "\r\n"), "fixed it"),
    ],
)
def test_each_format_is_told_by_its_look_and_twice_adds_nothing(
    companion: Run, tmp_path: Path, kind: str, content: str, first: str, how: str
) -> None:
    (tmp_path / "file").write_bytes(content.encode())
    given = {"stdin": content.encode()} if how == "-" else {}

    dry = companion("import", "--dry-run", how, **given)
    assert dry.stdout == (
        f"2 entries of 2026-11-20 to 2026-11-21, read as {kind}. Nothing was stored.\n"
    )
    assert stored(companion) == []
    once, twice = companion("import", how, **given), companion("import", how, **given)

    assert once.stdout == "Read 2 entries of 2026-11-20 to 2026-11-21: 2 stored.\n"
    assert twice.stdout == (
        "Read 2 entries of 2026-11-20 to 2026-11-21: 0 stored, 2 already there.\n"
    )
    assert (once.exit_code, twice.exit_code, once.stderr) == (0, 0, "")
    assert stored(companion) == [("2026-11-20T14:05", first), ("2026-11-21T09:00", "größer")]


@pytest.mark.parametrize(
    "export",
    [
        ["export", "--format", "jsonl"],
        ["entries", "--since", "2026-11-01", "--until", "2026-12-01", "--format", "json"],
    ],
)
def test_what_was_exported_comes_back_as_it_was(
    companion: Run, keep: Keep, tmp_path: Path, export: list[str]
) -> None:
    keep(entry("2026-11-20T08:12Z", "one"), entry("2026-11-21T09:00Z", "two\nlines"))
    before = companion("export", "--format", "jsonl").stdout
    (tmp_path / "backup").write_text(companion(*export).stdout, encoding="utf-8")

    assert "0 stored, 2 already there" in companion("import", "backup").stdout
    assert "2 stored" in companion("import", "backup", COMPANION_DB="other.db").stdout
    assert companion("export", "--format", "jsonl", COMPANION_DB="other.db").stdout == before


def test_what_was_deleted_is_not_brought_back(companion: Run) -> None:
    companion("import", "-", stdin=TEXT)
    companion("delete", "last")

    assert "0 stored" in companion("import", "-", stdin=TEXT).stdout
    assert stored(companion) == [("2026-11-20T14:05", "fixed it")]


def test_lines_that_cannot_be_read_are_named_and_nothing_is_stored(companion: Run) -> None:
    bad = "".join(f"2026-13-01 10:00 no month {n}\n" for n in range(12))
    refused = companion("import", "-", stdin=TEXT + "2026-11-22 10:00 good\n" + bad)

    assert refused.exit_code == 1
    assert refused.stdout == ""
    first, *_, last = refused.stderr.splitlines()
    assert first == "companion: line 6: there is no such day or time."
    assert refused.stderr.count("companion: line ") == 10
    assert "Nothing was stored" in last
    assert "2 more" in last
    assert "no month" not in refused.stderr
    assert stored(companion) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"2026-11-20 14:05 x\ncaf\xe9\n", "Line 2 is not UTF-8"),
        (b'{\n"entries": [{"title": "x", "date": "2026-11-20"},', "not complete JSON"),
        (b'[{"text": "x", "timestamp": "2026-11-20T10:00Z"}', "not complete JSON"),
        (b'{\n"entries": [{"title": "x"}]}', "line 1: it has no date"),
        (b'{"timestamp": "2026-11-20"}\n', "line 1: it has no text"),
    ],
)
def test_a_file_that_is_broken_is_told_so_and_nothing_is_stored(
    companion: Run, tmp_path: Path, content: bytes, problem: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    refused = companion("import", "file")

    assert refused.exit_code in {1, 2}
    assert problem in refused.stderr
    assert stored(companion) == []


@pytest.mark.parametrize("content", ["", "\n \n", '{"entries": []}', "[]"])
def test_a_file_without_entries_is_told_so(companion: Run, content: str) -> None:
    empty = companion("import", "-", stdin=content)

    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "no entries" in empty.stderr


def test_a_format_that_is_named_goes_before_what_it_looks_like(companion: Run) -> None:
    refused = companion("import", "--format", "jsonl", "-", stdin=TEXT)

    assert refused.exit_code == 1
    assert "line 1: this is no JSON" in refused.stderr


def test_a_file_that_is_not_there_is_wrong_use(companion: Run) -> None:
    refused = companion("import", "nowhere.jsonl")

    assert refused.exit_code == 2
    assert "nowhere.jsonl" in refused.stderr
