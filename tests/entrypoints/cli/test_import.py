"""`companion import`: from our own export, from jrnl, from text; all of it or nothing."""

import gzip
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from companion.domain.entry import message_log_id
from tests.entrypoints.cli.conftest import Keep, Run, entry

CASES = Path(__file__).parents[2] / "cases/import"
JRNL = {
    "tags": {"@work": 1},
    "entries": [
        {"title": "Fixed it.", "body": "At last.", "date": "2026-11-20", "time": "14:05"},
        {"title": "größer", "body": "", "date": "2026-11-21", "time": "09:00", "starred": True},
    ],
}
DAY_ONE = {
    "metadata": {"version": "1.0"},
    "entries": [
        {"creationDate": "2026-11-20T13:05:00Z", "text": "fixed it", "uuid": "A" * 32},
        {"creationDate": "2026-11-21T08:00:00Z", "text": "größer", "uuid": "B" * 32},
    ],
}
SLACK = [
    {"type": "message", "user": "U0BOB", "text": "not mine", "ts": "1763812800.000100"},
    {"type": "message", "user": "U0ADA", "text": "fixed it", "ts": "1795179900.000000"},
    {"type": "message", "user": "U0ADA", "text": "größer", "ts": "1795248000.000000"},
]
TEXT = "2026-11-20 14:05 fixed it\n\n# 2026-11-21\n- 09:00 größer\n"


def packed(*names: str) -> bytes:
    """A zip of files with those names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), json.dumps(DAY_ONE))
    return content.getvalue()


def stored(companion: Run) -> list[tuple[str, str]]:
    listed = companion("entries", "--since", "2000-01-01", "--until", "2030-01-01",
                       "--format", "json")  # fmt: skip
    return [(each["local_time"][:16], each["text"]) for each in json.loads(listed.stdout)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("how", ["file", "-"])
@pytest.mark.parametrize(
    ("kind", "content", "first"),
    [
        ("jrnl", json.dumps(JRNL, indent=2), "Fixed it.\nAt last."),
        ("jrnl", json.dumps(JRNL), "Fixed it.\nAt last."),
        ("text", TEXT, "fixed it"),
        ("text", TEXT.replace("\n", "\r\n"), "fixed it"),
        ("text", TEXT.replace("\n", "\r"), "fixed it"),
        ("text", "[2026-11-20 14:05] fixed it\n[2026-11-21 09:00] größer", "fixed it"),
        ("csv", "text;timestamp\nfixed it;2026-11-20T13:05Z\ngrößer;2026-11-21T08:00Z", "fixed it"),
        ("day-one", json.dumps(DAY_ONE), "fixed it"),
        ("slack", json.dumps(SLACK), "fixed it"),
        ("slack", json.dumps({"ok": True, "messages": SLACK}), "fixed it"),
    ],
)
def test_each_format_is_recognized_and_importing_twice_adds_nothing(
    companion: Run,
    tmp_path: Path,
    kind: str,
    content: str,
    first: str,
    how: str,
    encoding: str,
) -> None:
    (tmp_path / "file").write_bytes(content.encode(encoding))
    given = {"stdin": content.encode(encoding)} if how == "-" else {}

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
    (_, words), (_, second) = found = stored(companion)
    assert [moment for moment, _ in found] == ["2026-11-20T14:05", "2026-11-21T09:00"]
    assert (words, second.split("\n")[0]) == (first, "größer")


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
    assert first == "companion: line 6: there is no such day."
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
        (b'{\n"entries": [{"title": "x"}]}', "entry 1: it has no date"),
        (b'{"timestamp": "2026-11-20"}\n', "line 1: it has no text"),
    ],
)
def test_a_broken_file_is_reported_and_nothing_is_stored(
    companion: Run, tmp_path: Path, content: bytes, problem: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    refused = companion("import", "file")

    assert refused.exit_code in {1, 2}
    assert problem in refused.stderr
    assert stored(companion) == []


@pytest.mark.parametrize("content", ["", "\n \n", '{"entries": []}', "[]"])
def test_a_file_without_entries_is_reported(companion: Run, content: str) -> None:
    empty = companion("import", "-", stdin=content)

    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "no entries" in empty.stderr


def test_a_named_format_goes_before_the_recognized_one(companion: Run) -> None:
    refused = companion("import", "--format", "jsonl", "-", stdin=TEXT)

    assert refused.exit_code == 1
    assert "line 1: this is not JSON" in refused.stderr


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("2026-11-20 14:05 x".encode("utf-16-le"), "looks like UTF-16"),
        (
            b"\xff\xfe" + "2026-11-20 14:05 \ud83e".encode("utf-16-le", "surrogatepass"),
            "valid UTF-16",
        ),
        (b"\xef\xbb\xbf2026-11-20 14:05 \xff", "valid UTF-8"),
        (b'{"foo": 1}', "not an export of"),
        (b'{"foo": {"timestamp": 1},\n"entries": 5}', "not an export of"),
        (b"2026-11-20 14:05 " + b"x" * (5 * 2**20), "Line 1 is longer"),
        (
            b'{"timestamp": "2026-11-20T13:05Z", "text": "' + b"x" * 310_000 + b'"}',
            "300 KB at most",
        ),
        (b"PK\x03\x04", "the zip is not complete"),
        (gzip.compress(b"2026-11-20 14:05 x", mtime=0), "is compressed"),
        (b"date,time,text\n2026-11-20,09:00,x\n", "timestamp and text are needed"),
        (b"timestamp;words\n2026-11-20T09:00Z;x\n", "timestamp and text are needed"),
        (packed("Work.json", "Home.json"), "has 2 files of JSON"),
        (packed("a.txt"), "not an export of Slack"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_words_that_are_true(
    companion: Run, tmp_path: Path, content: bytes, problem: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    refused = companion("import", "file")

    assert problem in refused.stderr
    assert refused.exit_code in {1, 2}
    assert stored(companion) == []


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda path: path.name)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_every_case_is_stored_whole_or_not_at_all(companion: Run, case: Path, zone: str) -> None:
    counts = {"daystart.jsonl": 4, "repeat.txt": 7, "md.jsonl": 9, "ampm.txt": 6, "range.txt": 3,
              "indented_day.txt": 3, "jrnl_body_dates.txt": 1, "dayone.json": 1, "nanos.txt": 2,
              "pgoffset.txt": 2, "secs_comma.txt": 2}  # fmt: skip
    once = companion("import", str(case), COMPANION_TIMEZONE=zone)
    again = companion("import", str(case))
    assert len(stored(companion)) == counts.get(case.name, 0)
    assert once.exit_code == again.exit_code == (0 if case.name in counts else 1)
    if case.name in counts:
        assert " 0 stored" in again.stdout


def test_the_nine_texts_come_back_from_markdown_as_they_were(companion: Run) -> None:
    companion("import", str(CASES / "md.jsonl"))
    companion("export", "-o", "x.md")
    dry = companion("import", "--dry-run", "x.md")
    assert "9 entries" in dry.stdout
    assert "read as markdown" in dry.stdout
    assert " 0 stored" in companion("import", "x.md").stdout

    assert " 9 stored" in companion("import", "x.md", COMPANION_DB="other.db").stdout
    before = companion("export", "--format", "jsonl").stdout
    assert companion("export", "--format", "jsonl", COMPANION_DB="other.db").stdout == before


def slack_export(folder: Path) -> None:
    """As Slack lays it out: a folder for each channel, a file for each day."""
    for name, days in {"general": ["2026-11-20", "2026-11-21"], "D0ADA": ["2026-11-20"]}.items():
        (folder / name).mkdir(parents=True)
        for number, day in enumerate(days):
            message = {
                "type": "message",
                "user": "U0ADA",
                "text": f"{name} &amp; {day}",
                "ts": f"1795179{number}00.000100",
            }
            (folder / name / f"{day}.json").write_text(json.dumps([SLACK[0], message]))
    (folder / "channels.json").write_text(json.dumps([{"id": "C0GEN", "name": "general"}]))
    (folder / "dms.json").write_text(json.dumps([{"id": "D0ADA", "members": ["U0ADA"]}]))


@pytest.mark.parametrize("how", ["folder", "nested", "zip"])
def test_ones_own_messages_are_read_from_slacks_export(
    companion: Run, tmp_path: Path, how: str
) -> None:
    slack_export(tmp_path / "export/inner" if how == "nested" else tmp_path / "export")
    name = "export"
    if how == "zip":
        name = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "export")

    assert "3 stored" in companion("import", name).stdout
    assert "0 stored" in companion("import", name).stdout
    listed = companion("export", "--format", "jsonl").stdout
    found = [json.loads(line) for line in listed.splitlines()]
    assert sorted(each["text"] for each in found) == [
        "D0ADA & 2026-11-20", "general & 2026-11-20", "general & 2026-11-21"
    ]  # fmt: skip
    assert str(message_log_id("D0ADA", "1795179000.000100")) in {each["log_id"] for each in found}


def test_what_is_wrong_in_slacks_export_is_named_with_its_file(
    companion: Run, tmp_path: Path
) -> None:
    slack_export(tmp_path / "export")
    (tmp_path / "export/general/2026-11-21.json").write_text('[{"user": "U0ADA", "text": "x"}]')
    refused = companion("import", "export")
    assert "general/2026-11-21.json, message 1: its ts" in refused.stderr
    assert stored(companion) == []


def test_a_folder_of_something_else_is_refused(companion: Run, tmp_path: Path) -> None:
    (tmp_path / "export/inner").mkdir(parents=True)
    assert "is not an export of Slack" in companion("import", "export").stderr


def test_the_zip_of_day_one_is_read(companion: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "day-one.zip", "w") as packed:
        packed.writestr("Journal.json", json.dumps(DAY_ONE))
        packed.writestr("photos/a.jpeg", b"x")
    assert "2 stored" in companion("import", "day-one.zip").stdout


def test_a_file_that_is_not_there_is_wrong_use(companion: Run) -> None:
    refused = companion("import", "nowhere.jsonl")

    assert refused.exit_code == 2
    assert "nowhere.jsonl" in refused.stderr
