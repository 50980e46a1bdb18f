"""Asks any model that the `llm` library knows (https://llm.datasette.io/), in this process."""

import asyncio
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from companion.errors import SummarizerError
from companion.settings import DEFAULT_MODEL_TIMEOUT_S

if TYPE_CHECKING:
    from llm import AsyncKeyModel, AsyncModel, KeyModel, Model

    type Schema = Mapping[str, Any] | None
    type AnyModel = AsyncModel | AsyncKeyModel | Model | KeyModel

PAUSES_S = (1.0, 4.0)
# These clients retry by themselves: three attempts, paced by the server's `Retry-After`.
RETRYING_CLIENTS = frozenset({"anthropic", "openai"})
# By name, because each maker's plugin has its own HTTP library, and none may be imported here:
# those of builtins and requests, httpx, aiohttp.
PASSING_ERRORS = frozenset(
    {"ConnectionError", "TimeoutError", "Timeout", "TransportError", "ClientConnectionError"}
)
PASSING_STATUSES = frozenset({408, 409, 429})

# llm notes that its plugins are loaded before it has loaded them.
_loading = threading.Lock()


class LlmSummarizer:
    """A Model. `model` is an id or alias as the `llm` command reads it; None: its default.

    One summary takes at most `timeout_s` seconds, with all its attempts. After a failure that can
    pass, there is another attempt after each of `pauses_s`. llm's Python interface keeps no log of
    prompts; its command does.
    """

    def __init__(
        self,
        model: str | None,
        timeout_s: float = DEFAULT_MODEL_TIMEOUT_S,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._name = model
        self._timeout_s = timeout_s
        self._pauses_s = tuple(pauses_s)

    async def summarize(self, instruction: str, material: str) -> str:
        """See Summarizer. The reason never holds a secret or a word of the material."""
        return await self._answer(instruction, material, None)

    async def fill_in(self, instruction: str, material: str, schema: Mapping[str, Any]) -> str:
        """See Model: llm hands the schema on where the model takes one."""
        return await self._answer(instruction, material, schema)

    async def _answer(self, instruction: str, material: str, schema: "Schema") -> str:
        try:
            async with asyncio.timeout(self._timeout_s) as limit:
                # Not on the event loop: the first import of llm takes about a second.
                model = await _in_daemon_thread(lambda: _find_model(self._name))
                return await self._ask(model, instruction, material, schema)
        except SummarizerError:
            raise
        except Exception as error:
            if limit.expired():
                raise no_answer_within(self._timeout_s) from None
            raise SummarizerError(_reason(error)) from error

    async def _ask(
        self, model: "AnyModel", instruction: str, material: str, schema: "Schema"
    ) -> str:
        for pause_s in self._pauses_s:
            try:
                return await _attempt(model, instruction, material, schema)
            except Exception as error:
                if not _can_pass(error):
                    raise
            await asyncio.sleep(pause_s)
        return await _attempt(model, instruction, material, schema)


def no_answer_within(timeout_s: float) -> SummarizerError:
    return SummarizerError(f"the model did not answer within {timeout_s:g} seconds")


def check_model(name: str | None) -> str:
    """The id of the model that summaries use; makes no request.

    SummarizerError if llm does not know it, or has no key for it. Blocks: the first import of
    llm takes about a second.
    """
    from llm import NeedsKeyException

    model = _find_model(name)
    try:
        model.get_key(None)
    except NeedsKeyException:
        raise _key_missing(model) from None
    return model.model_id


def model_keys() -> dict[str, str]:
    """The variables in which the installed models look for a key → the key's name in llm."""
    with _loading:
        import llm

        models = [each.model for each in llm.get_models_with_aliases()]
    return {
        model.key_env_var: model.needs_key
        for model in models
        if model.key_env_var and model.needs_key
    }


def stored_model_keys() -> frozenset[str]:
    """The names of the keys that `companion llm keys set` stored."""
    import llm

    return frozenset(llm.load_keys())  # type: ignore[no-untyped-call]  # llm has no types there


def _key_missing(model: "AnyModel") -> SummarizerError:
    return SummarizerError(
        f"the key for {model.model_id} is missing; "
        f"`companion llm keys set {model.needs_key or model.model_id}` stores it"
    )


def _find_model(name: str | None) -> "AnyModel":
    """The model, asynchronous where it can be. SummarizerError if llm does not know it."""
    with _loading:
        import llm

        name = name or llm.get_default_model()  # type: ignore[no-untyped-call]  # llm has no types there
        try:
            return llm.get_async_model(name)
        except llm.UnknownModelError:
            pass
        try:
            return llm.get_model(name)
        except llm.UnknownModelError:
            raise SummarizerError(
                f"the model “{name}” is not known to llm; "
                "`companion llm models` lists those that are"
            ) from None


async def _attempt(
    model: "AnyModel", instruction: str, material: str, schema: "Schema" = None
) -> str:
    from llm import AsyncKeyModel, AsyncModel, NeedsKeyException

    options = _stored_options(model)
    if schema and model.supports_schema:
        options["schema"] = dict(schema)
    try:
        if isinstance(model, AsyncModel | AsyncKeyModel):
            response = model.prompt(
                material, system=instruction, stream=model.can_stream, **options
            )
            return without_thinking(await response.text())
        synchronous = model
        return without_thinking(
            await _in_daemon_thread(
                lambda: synchronous.prompt(
                    material, system=instruction, stream=synchronous.can_stream, **options
                ).text()
            )
        )
    except NeedsKeyException:
        raise _key_missing(model) from None


def _stored_options(model: "AnyModel") -> dict[str, Any]:
    """What `llm models options set` stored, as far as the model knows it.

    llm applies them on its own command line alone: https://llm.datasette.io/en/stable/usage.html
    """
    from llm.cli import get_model_options

    known = model.Options.model_fields
    return {
        name: value for name, value in get_model_options(model.model_id).items() if name in known
    }


_THINKING = re.compile(r"\s*<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>", re.DOTALL)


def without_thinking(answer: str) -> str:
    """The answer of a reasoning model without what it thought; empty if it did nothing else.

    Some servers leave out the opening tag, because it belongs to the model's template.
    """
    while match := _THINKING.match(answer):
        answer = answer[match.end() :]
    return _THOUGHT.sub("", answer, count=1).strip()


async def _in_daemon_thread[T](call: Callable[[], T]) -> T:
    """Like `asyncio.to_thread`, but the process does not wait for the thread when it ends.

    A model that hangs must not keep the process from stopping.
    """
    future: Future[T] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="summarizer", daemon=True).start()
    return await asyncio.wrap_future(future)


def _can_pass(error: Exception) -> bool:
    families = type(error).__mro__
    if any(family.__module__.partition(".")[0] in RETRYING_CLIENTS for family in families):
        return False
    status = _status(error)
    if status is not None:
        return status in PASSING_STATUSES or status >= 500
    return any(family.__name__ in PASSING_ERRORS for family in families)


def _status(error: Exception) -> int | None:
    """The HTTP status, where the provider's error has one (openai; httpx, requests; aiohttp)."""
    response = getattr(error, "response", None)
    for holder, name in ((error, "status_code"), (response, "status_code"), (error, "status")):
        status = getattr(holder, name, None)
        if isinstance(status, int):
            return status
    return None


def _reason(error: Exception) -> str:
    """Only the error's type: its text may quote the prompt or the key."""
    status = _status(error)
    answered = f" (status {status})" if status is not None else ""
    return f"the model’s provider failed with {type(error).__name__}{answered}"
