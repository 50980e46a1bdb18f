"""`companion tags`, and `--tag` wherever entries are chosen."""

import json
from pathlib import Path

import pytest

from tests.entrypoints.cli.conftest import Keep, Run, entry


@pytest.fixture(autouse=True)
def tagged(keep: Keep) -> None:
    keep(
        entry("2026-10-20T08:12Z", "shipped the importer #deploy"),
        entry("2026-11-19T08:12Z", "PR #412, `#code`, https://example.com/#anchor"),
        entry("2026-11-20T08:12Z", "rolled back #Deploy, wrote #größe"),
    )


def test_tags_are_shown_with_their_count_and_last_day(companion: Run) -> None:
    assert companion("tags").stdout == (
        "#Deploy  2  Friday 2026-11-20\n#größe   1  Friday 2026-11-20\n"
    )
    assert companion("tags", "--until", "2026-10-31").stdout == "#deploy  1  Tuesday 2026-10-20\n"


def test_tags_are_json_for_programs(companion: Run) -> None:
    first, second = json.loads(companion("tags", "--format", "json").stdout)
    assert first == {
        "tag": "Deploy",
        "count": 2,
        "last_used": "2026-11-20T08:12:00.000000+00:00",
        "local_time": "2026-11-20T09:12:00+01:00",
    }
    assert second["tag"] == "größe"


def test_without_tags_it_says_how_to_write_one(companion: Run) -> None:
    shown = companion("tags", "--until", "2026-10-01")
    assert shown.stdout == ""
    assert "No tags in this period" in shown.stderr
    assert companion("tags", "--until", "2026-10-01", "--format", "json").stdout == "[]\n"


@pytest.mark.parametrize("tag", ["deploy", "#DEPLOY"])
def test_a_tag_chooses_entries_however_it_is_written(companion: Run, tag: str) -> None:
    shown = companion("entries", "--since", "2026-10-01", "--tag", tag).stdout
    assert "shipped" in shown
    assert "rolled back" in shown
    assert "PR #412" not in shown


def test_the_newest_are_the_newest_with_that_tag(companion: Run) -> None:
    shown = companion("entries", "-n", "2", "--tag", "deploy", "--format", "json").stdout
    assert [each["text"].split()[0] for each in json.loads(shown)] == ["shipped", "rolled"]


def test_an_export_has_only_the_entries_with_the_tag(companion: Run, tmp_path: Path) -> None:
    lines = companion("export", "--format", "jsonl", "--tag", "größe").stdout.splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["rolled back #Deploy, wrote #größe"]
    written = companion("export", "--tag", "nothing", "-o", str(tmp_path / "x.md"))
    assert "No entry has the tag #nothing" in written.stderr


def test_an_unknown_tag_names_the_nearest_or_where_all_are(companion: Run) -> None:
    wrong = companion("entries", "--tag", "deplyo")
    assert wrong.exit_code == 0
    assert wrong.stderr == "No entry has the tag #deplyo. The nearest tag is #Deploy.\n"
    none = companion("entries", "--tag", "zebra")
    assert none.stderr == "No entry has the tag #zebra. `companion tags` shows all tags.\n"


def test_a_tag_that_was_used_at_another_time_says_when(companion: Run) -> None:
    found = companion("entries", "--since", "2026-10-01", "--until", "2026-10-02", "--tag=deploy")
    assert found.stdout == ""
    assert found.stderr == (
        "No entries with #Deploy in this period. The last one is of Friday 2026-11-20.\n"
    )


@pytest.mark.parametrize("tag", ["", "#", "412", "two words"])
def test_what_is_no_tag_is_refused(companion: Run, tag: str) -> None:
    refused = companion("entries", "--tag", tag)
    assert refused.exit_code == 2
    assert "is not a tag. Write one word, like --tag deploy." in refused.stderr
