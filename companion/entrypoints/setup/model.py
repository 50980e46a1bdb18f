"""The model that writes the summaries: known, with its key, and answering."""

import asyncio

from companion.entrypoints.setup.journey import Journey
from companion.errors import CompanionError, SummarizerError

SKIP = "skip"
DEFAULT = "llm's default"


def choose_model(it: Journey) -> None:
    """llm's default or a named one. Without any the summaries are the entries themselves."""
    talk = it.talk
    talk.heading("The model that writes the summaries")
    name, given = it.present("LLM_MODEL"), it.given.values.get("LLM_MODEL", "")
    if not talk.attended:
        _take(it, name)
        return
    if not given:
        talk.say(
            f"Any that `llm models` lists, or `{SKIP}`: a summary is then your entries as they are."
        )
    while True:
        typed = given or talk.ask("Model", name or DEFAULT)
        if typed == SKIP:
            talk.say("Skipped: LLM_MODEL names one whenever you like.")
            return
        given, name = "", "" if typed == DEFAULT else typed
        try:
            _check(it, name)
            return
        except SummarizerError as error:
            talk.problem(f"{_sentence(error.reason)}.")
            talk.say(f"Mend that in another terminal and press Enter, name another, or `{SKIP}`.")


def _take(it: Journey, name: str) -> None:
    """What was said, unasked. Only a model that was named has to work: a summary needs none."""
    try:
        _check(it, name)
    except SummarizerError as error:
        if "LLM_MODEL" in it.given.values:
            raise CompanionError(f"{_sentence(error.reason)}.") from error
        it.talk.problem(f"{_sentence(error.reason)}; until it answers, a summary is your entries.")


def _check(it: Journey, name: str) -> None:
    from companion.adapters.summarizer import LlmSummarizer, check_model

    async def look() -> str:
        return await asyncio.to_thread(check_model, name or None)

    async def ask() -> None:
        await LlmSummarizer(name or None, timeout_s=60, pauses_s=()).summarize(
            "You are tried out. Answer with the one word Yes.", "Do you answer?"
        )

    found = it.talk.wait("Looking for the model…", look)
    tries = it.given.try_model
    if tries if tries is not None else it.talk.confirm(f"Ask {found} a word, to try it?", True):
        it.talk.wait(f"Asking {found}…", ask)
        it.talk.good(f"{found} answers.")
    else:
        it.talk.good(f"{found} is known; it was not asked.")
    it.answers.keep(LLM_MODEL=name)


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]
