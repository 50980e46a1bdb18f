"""The model that writes the summaries: known, with its key, and answering."""

import asyncio

from companion.bootstrap.surroundings import check_model, summarizer_for_one_try
from companion.entrypoints.setup.setup import Setup
from companion.errors import CompanionError, SummarizerError
from companion.texts import setup as texts

NAME = "LLM_MODEL"
MODEL_TIMEOUT_S = 60


def choose_model(setup: Setup) -> None:
    """llm's default or a named one. Without a model, summaries are the entries themselves."""
    setup.dialogue.heading(texts.MODEL_HEADING)
    if setup.dialogue.attended:
        _ask(setup)
    else:
        _take(setup, setup.present(NAME))


def _ask(setup: Setup) -> None:
    dialogue = setup.dialogue
    name, given = setup.present(NAME), setup.options.values.get(NAME, "")
    if not given:
        dialogue.say(texts.ANY_MODEL)
    while True:
        typed = given or dialogue.ask(texts.MODEL, name or texts.LLM_DEFAULT)
        if typed == texts.SKIP:
            dialogue.say(texts.SKIPPED)
            return
        given, name = "", "" if typed == texts.LLM_DEFAULT else typed
        try:
            _try(setup, name)
            return
        except SummarizerError as error:
            dialogue.problem(f"{_capitalized(error.reason)}.")
            dialogue.say(texts.FIX_MODEL)


def _take(setup: Setup, name: str) -> None:
    """Take what was given, unasked. Only a model that was named has to work."""
    try:
        _try(setup, name)
    except SummarizerError as error:
        reason = _capitalized(error.reason)
        if NAME in setup.options.values:
            raise CompanionError(f"{reason}.") from error
        setup.dialogue.problem(texts.MODEL_SILENT.format(reason=reason))


def _try(setup: Setup, name: str) -> None:
    async def look() -> str:
        return await asyncio.to_thread(check_model, name or None)

    async def ask() -> None:
        model = summarizer_for_one_try(name or None, MODEL_TIMEOUT_S)
        await model.summarize(texts.MODEL_TRIAL, texts.MODEL_QUESTION)

    dialogue, wanted = setup.dialogue, setup.options.try_model
    found = dialogue.wait(texts.LOOKING_FOR_MODEL, look)
    if wanted is None:
        wanted = dialogue.confirm(texts.TRY_MODEL.format(model=found), True)
    if wanted:
        dialogue.wait(texts.ASKING_MODEL.format(model=found), ask)
    good = texts.MODEL_ANSWERS if wanted else texts.MODEL_KNOWN
    dialogue.good(good.format(model=found))
    setup.answers.keep(**{NAME: name})


def _capitalized(reason: str) -> str:
    return reason[:1].upper() + reason[1:]
