"""The documents and `.env.example` say what is true: commands, settings, promises, links."""

import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from PIL import Image, ImageSequence

from companion.domain.computer.surroundings import MODEL_KEYS, NETWORK, PLACES
from companion.domain.summaries.summary import WEEK, YESTERDAY
from companion.entrypoints.cli import USE_ENTRIES, cli
from companion.settings import SETTINGS as SETTING_FIELDS
from companion.settings import Settings, load_settings
from companion.settings.place import NAMED_BY
from companion.texts.slack import QUESTION
from tests.benchmarks.report import BEGIN, END, Figure, table, write
from tests.documents import (
    CHANGELOG,
    PAGES,
    ROOT,
    anchors,
    broken_links,
    companion_commands,
    inline_code,
    links,
    read,
    section,
    shell_blocks,
)

DAY, SUMMARY = ROOT / "docs" / "day.gif", ROOT / "docs" / "summary.png"
ENV_EXAMPLE = ROOT / ".env.example"
SETTINGS = sorted(name.upper() for name in SETTING_FIELDS)
TRY_IT = [
    "pip install uv && uv run companion sandbox",
    "pip install uv && uv run --group dev pytest",
]
TEXTS = {page: read(page) for page in PAGES}
README = TEXTS["README.md"]

type Understood = Callable[[str], str | None]


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        # Some groups do something by themselves.
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{above}{name}", command


def env_example() -> dict[str, tuple[str, str]]:
    """Name → value and the comment above it."""
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    return {
        line.partition("=")[0]: (line.partition("=")[2], above)
        for above, line in pairwise(lines)
        if line and not line.startswith("#")
    }


@pytest.fixture
def understood(monkeypatch: pytest.MonkeyPatch) -> Understood:
    """Says which command the arguments reach, without running it; None where they are refused."""
    reached: list[str] = []

    def recorder(name: str) -> Callable[..., None]:
        return lambda *_, **__: reached.append(name)

    for name, command in commands(cli):
        monkeypatch.setattr(command, "callback", recorder(name))

    def understand(arguments: str) -> str | None:
        reached.clear()
        result = CliRunner().invoke(cli, shlex.split(arguments))
        # Of `--version` and `--help` the command line itself makes an end. A group is reached on
        # the way to its command.
        return (reached or [""])[-1] if result.exit_code == 0 else None

    return understand


def test_every_document_there_is_is_read_here() -> None:
    there = {
        str(file.relative_to(ROOT))
        for folder in (ROOT, ROOT / "docs", ROOT / "macos")
        for file in folder.glob("*.md")
    }
    assert there == {*PAGES, CHANGELOG}


def test_the_readme_leads_to_every_document() -> None:
    reached, new = set(), {"README.md"}
    while new:
        reached |= new
        found = {(page, link.partition("#")[0]) for page in new for link in links(read(page))}
        files = {(ROOT / page).parent / link for page, link in found if link.endswith(".md")}
        inside = [file.resolve() for file in files if file.exists()]
        new = {str(file.relative_to(ROOT)) for file in inside} - reached
    assert reached == {*PAGES, CHANGELOG}


def test_the_two_commands_to_try_stand_alone_word_for_word() -> None:
    assert [block for block in shell_blocks(README) if "pip install" in block] == TRY_IT


def test_the_day_in_the_readme_has_the_words_that_are_sent() -> None:
    for words in (QUESTION, WEEK.heading, YESTERDAY.heading):
        assert words.removeprefix("## ") in README


def test_the_readme_shows_a_day_that_moves_and_loads_fast_and_a_summary() -> None:
    assert {"docs/day.gif", "docs/summary.png"} <= set(links(README))
    assert DAY.stat().st_size < 2_000_000
    with Image.open(DAY) as day, Image.open(SUMMARY) as summary:
        shown_ms = sum(int(frame.info["duration"]) for frame in ImageSequence.Iterator(day))
        assert 12_000 <= shown_ms <= 20_000
        assert day.width == summary.width


def test_the_command_to_try_is_a_console_script_that_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (installed,) = entry_points(group="console_scripts", name="companion")
    assert installed.value == project["scripts"]["companion"]
    assert callable(installed.load())


@pytest.mark.parametrize("command", sorted(set().union(*map(companion_commands, TEXTS.values()))))
def test_every_command_in_the_documents_is_understood(command: str, understood: Understood) -> None:
    assert understood(command) is not None


def test_every_command_there_is_stands_among_the_commands(understood: Understood) -> None:
    rows = "\n".join(re.findall(r"^\| (`[^`]+`) \|", TEXTS["docs/commands.md"], re.MULTILINE))
    shown = {understood(command) for command in companion_commands(rows)}
    assert {name for name, command in commands(cli) if not command.hidden} - shown == set()


def test_the_commands_that_the_sandbox_is_for_are_listed() -> None:
    listed = TEXTS["docs/commands.md"].partition("It works for")[2].partition("\n\n")[0]
    known = set(re.findall(r"`([a-z]+)`", listed)) - {"companion"}
    assert known == set(USE_ENTRIES)


@pytest.mark.parametrize("wrong", ["entreis", "entries --format xml", "table make", "jobs --hours"])
def test_a_command_that_does_not_exist_would_be_noticed(wrong: str, understood: Understood) -> None:
    assert understood(wrong) is None


def test_every_setting_is_among_the_settings_and_none_besides() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", TEXTS["docs/settings.md"], re.MULTILINE)
    assert sorted(rows) == SETTINGS
    named = re.compile(r"([A-Z]+(?:_[A-Z]+)+)(?:=.*)?")
    codes = [code for text in TEXTS.values() for code in inline_code(text)]
    mentioned = {match[1] for code in codes if (match := named.fullmatch(code))}
    others = {
        *PLACES,
        *NETWORK,
        *MODEL_KEYS,
        NAMED_BY,
        "COMPANION_TEST_DYNAMODB_URL",  # the tests' own
        "COMPANION_TIME_ZONE",  # a name that is wrong
    }
    assert mentioned - set(SETTINGS) <= others


def test_the_settings_name_the_defaults() -> None:
    row = re.compile(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", re.MULTILINE)
    rows = dict(row.findall(TEXTS["docs/settings.md"]))
    assert rows == {name: value for name, (value, _) in env_example().items() if value}


def promises() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each promise of the guarantees: its row, and each test that it names, with its file."""
    table = section(TEXTS["docs/guarantees.md"], "What it promises")
    rows = [row for row in table.splitlines() if row.startswith("|")][2:]
    proofs = [row.strip("| ").rpartition(" | ")[2] for row in rows]
    return [
        (row, re.findall(r"\[([^\]]+)\]\(\.\./(tests/[^)]+)\)", proof))
        for row, proof in zip(rows, proofs, strict=True)
    ]


def test_every_promise_names_a_test_that_exists() -> None:
    assert promises()
    for row, proofs in promises():
        assert proofs, row
        for name, file in proofs:
            assert f"def test_{name.replace(' ', '_')}(" in read(file), row


def test_every_promise_of_the_readme_is_among_the_guarantees() -> None:
    text = section(README, "What it promises")
    short = [" ".join(item.split()) for item in re.findall(r"^- .+(?:\n  .+)*", text, re.MULTILINE)]
    assert short
    for promise in short:
        proof = re.search(r"\(\[test\]\((tests/[^)]+)\)\)\.$", promise)
        assert proof is not None, promise
        assert proof[1] in {file for _, proofs in promises() for _, file in proofs}, promise


@pytest.mark.parametrize("page", [*PAGES, CHANGELOG])
def test_every_link_leads_somewhere(page: str) -> None:
    assert broken_links(page) == []


def test_a_heading_has_the_anchor_that_a_link_to_it_needs() -> None:
    text = "# What `it` costs, and why\n## A [link](x.md)\n```sh\n# a comment\n```\n## A link\n"
    assert anchors(text) == {"what-it-costs-and-why", "a-link", "a-link-1"}


def test_a_link_to_a_file_or_a_heading_that_is_missing_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.documents.ROOT", tmp_path)
    (tmp_path / "there.md").write_text("# Here\n")
    (tmp_path / "page.md").write_text(
        "# Top\n[a](there.md) [b](there.md#here) [c](#top) ![d](gone.png)\n"
        "[e](gone.md) [f](there.md#gone) [g](#gone) [`h`](../out.md) [i](https://example.com)\n"
    )
    assert broken_links("page.md") == [
        "gone.png",
        "gone.md",
        "there.md#gone",
        "#gone",
        "../out.md",
    ]


def test_the_table_of_figures_is_as_the_benchmarks_write_it() -> None:
    text = TEXTS["docs/performance.md"]
    assert text.count(BEGIN) == text.count(END) == 1
    measured = text.partition(BEGIN)[2].partition(END)[0]
    said, _, rows = measured.partition("\n\n")
    assert re.fullmatch(r"Medians of whole processes, measured on \d{4}-\d\d-\d\d on .+\.", said)
    assert rows == f"{table([figure(row) for row in rows.splitlines()[2:]])}\n"


def figure(row: str) -> Figure:
    """What a row says, but for whether the goal is reached: that is worked out again."""
    name, ours, reference, ratio, goal, _ = (cell.strip() for cell in row.strip("|").split("|"))
    sign, limit = goal.split()
    return Figure(
        name=name,
        ours=ours,
        reference=reference,
        ratio=float(ratio),
        goal=float(limit),
        at_most=sign == "≤",
    )


def test_new_figures_take_the_place_of_the_old_and_of_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(TEXTS["docs/performance.md"], encoding="utf-8")
    new = [Figure(name="log", ours="1 ms", reference="2 ms", ratio=0.5, goal=0.7)]
    write(page, new, "2027-01-02")
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    measured, _, after = rest.partition(END)
    assert "measured on 2027-01-02" in measured
    assert measured.endswith(f"\n\n{table(new)}\n")
    old_before, _, old_rest = TEXTS["docs/performance.md"].partition(BEGIN)
    assert (before, after) == (old_before, old_rest.partition(END)[2])


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def test_the_changelog_keeps_its_form() -> None:
    first, *sections = re.split(r"^## ", read(CHANGELOG), flags=re.MULTILINE)
    assert first.startswith("# Changelog\n")
    heads = [text.partition("\n")[0] for text in sections]
    assert heads[0] == "[Unreleased]"
    released = [
        re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", head) for head in heads[1:]
    ]
    assert None not in released, heads
    dated = [(version(match[1]), match[2]) for match in released if match]
    assert dated == sorted(dated, reverse=True)
    kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    for text in sections:
        named = re.findall(r"^### (.+)$", text, re.MULTILINE)
        assert named == sorted(set(named), key=kinds.index), text
        assert not re.search(r"^### .+\n+(?=#|\Z)", text, re.MULTILINE), text  # none is empty
        assert not named or text.count("\n- ") >= len(named)


def test_the_changelog_has_the_version_of_the_project() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    text = read(CHANGELOG)
    newest = re.findall(r"^## \[(\d.*)\]", text, re.MULTILINE)[0]
    assert version(newest) <= version(project["version"])
    # A version that is being prepared says what is new in it.
    assert newest == project["version"] or "\n- " in section(text, "[Unreleased]")


def test_the_example_of_an_env_file_has_every_setting_with_a_word_on_its_default() -> None:
    assert sorted(env_example()) == SETTINGS
    for name, (value, comment) in env_example().items():
        assert re.match(r"# .*\b[Dd]efault\b", comment), name
        assert comment.endswith(f" Default: {value}") or not value, name
        assert comment.startswith(f"# {SETTING_FIELDS[name.lower()].description}"), name


def test_the_example_of_an_env_file_as_it_stands_gives_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    defaults = load_settings(Settings)
    shutil.copy(ENV_EXAMPLE, ".env")
    assert load_settings(Settings, env_file=Path(".env")) == defaults


def test_the_example_of_an_env_file_leaves_nothing_empty_that_has_a_fixed_default() -> None:
    empty = {name for name, (value, _) in env_example().items() if not value}
    assert empty == {
        name.upper() for name in SETTING_FIELDS if getattr(Settings(), name) is None
    } | {
        "COMPANION_DB"  # each system has its own
    }
