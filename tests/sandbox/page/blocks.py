"""Blocks and views as an app would send them, for the tests of the page."""

from typing import Any

type Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(text: str, **more: Any) -> Block:
    return {"text": plain(text), "value": text.lower().replace(" ", "-"), **more}


def button(text: str, action_id: str, **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Block, block_id: str = "actions") -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def field(label: str, block_id: str, element: Block, **more: Any) -> Block:
    element = {"type": "plain_text_input", "action_id": "it", **element}
    more = {"block_id": block_id, "label": plain(label), **more}
    return {"type": "input", "element": element, **more}


def modal(*blocks: Block, title: str = "Log", **more: Any) -> Block:
    view = {"type": "modal", "title": plain(title), "blocks": list(blocks)}
    return {**view, "submit": plain("Save"), "close": plain("Cancel"), **more}


def home(*blocks: Block) -> Block:
    return {"type": "home", "blocks": list(blocks)}


OPTIONS = [option("15 minutes"), option("1 hour", description=plain("a long break"))]
PROMPT = [
    section("What are you doing *right now*?"),
    actions(
        button("Same as before", "same", style="primary", value="job-1"),
        button("Skip", "skip"),
        button(
            "Pause today",
            "pause",
            style="danger",
            confirm={
                "title": plain("Pause today?"),
                "text": mrkdwn("No more prompts *today*."),
                "confirm": plain("Pause"),
                "deny": plain("Keep asking"),
                "style": "danger",
            },
        ),
    ),
]
EVERYTHING = [
    {"type": "header", "text": plain("Your week :tada:")},
    section(
        "The *retry loop* in `billing-sync`",
        accessory={
            "type": "overflow",
            "action_id": "entry",
            "options": [option("Edit"), option("Delete")],
        },
    ),
    {"type": "section", "fields": [mrkdwn("*Entries*\n12"), mrkdwn("*Answered*\n4 of 5")]},
    {"type": "divider"},
    actions(
        {"type": "static_select", "action_id": "how_long", "options": OPTIONS},
        {"type": "datepicker", "action_id": "day", "initial_date": "2026-03-05"},
        {"type": "timepicker", "action_id": "time", "initial_time": "09:00"},
        {"type": "radio_buttons", "action_id": "one", "options": OPTIONS},
        {"type": "checkboxes", "action_id": "some", "options": OPTIONS},
        {
            "type": "external_select",
            "action_id": "ticket",
            "min_query_length": 2,
            "placeholder": plain("Ticket"),
        },
    ),
    {"type": "context", "elements": [mrkdwn("Last entry at _09:41_")]},
    {"type": "markdown", "text": "| day | entries |\n|---|---|\n| Mon | 4 |\n\n1. **first**"},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "Rich", "style": {"bold": True}}],
            }
        ],
    },
]
