"""`companion ask`: answer a question from what was written down."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example, format_option, model_option
from companion.entrypoints.cli.support.settings import note_local_entries, person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note, on_terminal, show, show_json, visible, working
from companion.texts import asking as texts

if TYPE_CHECKING:
    from companion.domain.questions.answer import Answer


@click.command(
    epilog=example(
        "companion ask when did I last touch billing",
        'companion ask "what did I do for the retry loop in October?"',
        "companion ask --no-model what was blocked last week",
    )
)
@click.argument("question", metavar="QUESTION", nargs=-1)
@model_option
@format_option
def ask(question: tuple[str, ...], model: bool, output: str) -> None:
    """Answer a question from your entries.

    A model, if one answers, chooses what to search for and writes a few lines; each names the
    entries that it rests on. Without one the entries are shown that have the words of the question.
    Days are found as they are written for `companion entries`: yesterday, last week, in October,
    since mon, 20 Nov.
    """
    settings = person_settings(sums_up=True)

    from companion.bootstrap import SystemClock, asker, open_existing, terminal_zone
    from companion.domain.questions.answer import DatedMoments, answer_fields, render_answer
    from companion.domain.questions.reading import QuestionError, check_question
    from companion.domain.summaries.references import IdReferences
    from companion.errors import UsageError

    try:
        asked = check_question(" ".join(question))
    except QuestionError as error:
        raise UsageError(str(error)) from None
    zone, now = terminal_zone(settings), SystemClock().now()

    async def find() -> "Answer":
        async with open_existing(settings) as store:
            answerer = asker(settings, store, by_model=model)
            return await answerer(settings.user_id, asked, now, zone)

    with working(texts.ASKING):
        answer = run(find())
    if output == "json":
        show_json(answer_fields(answer))
    else:
        moments = DatedMoments(zone, settings.companion_day_start)
        _show(render_answer(answer, moments, IdReferences(moments)))
    if answer.reason:
        note(texts.WITHOUT_MODEL.format(reason=answer.reason))
    note_local_entries(settings)


def _show(markdown: str) -> None:
    if on_terminal():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(visible(markdown)))
    else:
        show(markdown)
