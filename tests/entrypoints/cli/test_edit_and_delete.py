"""`companion edit` and `companion delete`, by the ids that `companion entries --ids` shows."""

import re

from tests.entrypoints.cli.conftest import Keep, Run, entry


def test_an_entry_is_corrected_by_the_id_that_is_shown(companion: Run) -> None:
    companion("log", "fixed the falky test")
    companion("log", "another")
    shown = companion("entries", "--ids").stdout
    (short,) = re.findall(r"  \d\d:\d\d  ([0-9a-f]{8})  fixed the falky test\n", shown)

    edited = companion("edit", short, "fixed", "the", "flaky", "test", "--really")
    assert edited.exit_code == 0
    assert re.fullmatch(
        r"Edited the entry of \w+ \d{4}-\d\d-\d\d \d\d:\d\d: fixed the flaky test --really\n",
        edited.stdout,
    )
    assert "flaky test --really" in companion("entries").stdout

    deleted = companion("delete", short)
    assert deleted.stdout.startswith("Deleted the entry of ")
    assert deleted.stdout.endswith(": fixed the flaky test --really\n")
    assert "flaky" not in companion("entries").stdout
    assert "another" in companion("entries").stdout


def test_the_text_may_come_from_standard_input_and_must_not_be_empty(companion: Run) -> None:
    companion("log", "one")
    assert companion("edit", "last", "-", stdin="two\nlines\n").stdout.endswith(": two\n  lines\n")
    refused = companion("edit", "last")
    assert refused.exit_code == 2
    assert "Nothing was stored" in refused.stderr


def test_an_option_before_the_text_is_refused_and_two_dashes_let_it_through(companion: Run) -> None:
    companion("log", "one")
    for arguments in (["last", "--at", "two"], ["--at", "last", "two"]):
        refused = companion("edit", *arguments)
        assert refused.exit_code == 2
        assert "has no option --at" in refused.stderr
    assert companion("edit", "last", "--", "--at", "two").stdout.endswith(": --at two\n")
    assert companion("edit", "--", "last", "three").stdout.endswith(": three\n")


def test_what_was_said_in_the_direct_message_is_left_to_slack(companion: Run, keep: Keep) -> None:
    keep(entry("2026-11-20T08:12Z", "said in Slack"))
    for arguments in (["edit", "last", "x"], ["delete", "last"]):
        refused = companion(*arguments)
        assert refused.exit_code == 1
        assert f"{arguments[0]} it in Slack" in refused.stderr
    assert "said in Slack" in companion("export").stdout


def test_a_wrong_id_is_refused_with_the_command_that_shows_ids(companion: Run) -> None:
    for name in ("12345678", "nonsense"):
        refused = companion("delete", name)
        assert refused.exit_code == 2
        assert "`companion entries --ids`" in refused.stderr
