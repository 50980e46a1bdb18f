"""The prompts that a person can choose in their agent: they name tools, and hold no entries."""

from mcp_types import Prompt

from companion.texts import agents as texts

PROMPTS = [
    Prompt(
        name="start-of-day",
        title="Start of day",
        description="Where you left off, what is open, and what to begin with.",
    ),
    Prompt(
        name="hand-over",
        title="Hand over",
        description="Write down what was done, what is open, and the next step.",
    ),
]


def prompt_text(name: str, *, may_log: bool) -> str | None:
    """What the agent is told; None for a prompt that there is not."""
    match name:
        case "start-of-day":
            return texts.START_OF_DAY
        case "hand-over":
            return texts.HAND_OVER if may_log else texts.HAND_OVER_READ_ONLY
        case _:
            return None
