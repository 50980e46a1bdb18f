"""`companion ask`: a question is answered from what was written down."""

import json
from collections.abc import Callable

from click.testing import Result

type Companion = Callable[..., Result]


def test_the_entries_that_answer_are_shown(companion: Companion) -> None:
    companion("log", "fixed *billing*")
    companion("log", "lunch")
    shown = companion("ask", "--no-model", "when", "did I last", "touch billing?")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Last on ")
    assert shown.stdout.endswith("** fixed \\*billing\\*\n")
    assert "lunch" not in shown.stdout


def test_nothing_written_down_is_said(companion: Companion) -> None:
    shown = companion("ask", "--no-model", "what about kubernetes?")
    assert shown.stdout == (
        "Nothing is written down about that. Looked for: “kubernetes”, at any time.\n"
    )


def test_it_says_why_no_model_answered(companion: Companion) -> None:
    companion("log", "fixed billing")
    shown = companion("ask", "billing?", LLM_MODEL="no-such-model")
    assert "fixed billing" in shown.stdout
    assert "Without a model: the model “no-such-model” is not known to llm" in shown.stderr


def test_an_answer_is_given_to_programs(companion: Companion) -> None:
    companion("log", "fixed billing")
    found = json.loads(companion("ask", "--no-model", "--format", "json", "billing?").stdout)
    assert found["question"] == "billing?"
    assert [entry["text"] for entry in found["entries"]] == ["fixed billing"]
    assert found["without_model"] is None


def test_an_empty_question_is_refused_with_an_example(companion: Companion) -> None:
    for words in ((), (" ",)):
        refused = companion("ask", *words)
        assert refused.exit_code == 2
        assert "Ask like: when did I last touch billing?" in refused.stderr
