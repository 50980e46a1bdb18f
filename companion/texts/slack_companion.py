"""What people read in answers to `/companion`: its sender fills in `{…}`. In Slack's mrkdwn.

`{companion}` and `{log}` are what the commands are called.
"""

from companion.texts import terminal

COMPANION_HELP = """\
*{companion}* answers here, and only you see it:
• `{companion} today`, `yesterday`, `week`: your entries
• `{companion} search retry loop`: entries with these words; also `"exact words"`, `-word`, \
`tag:deploy`, `--since last month`, `--until fri`
• `{companion} where`: where you left off
• `{companion} standup`: what to say in the standup
• `{companion} ask when did I last touch billing?`: an answer from your entries
• `{companion} edit NEW TEXT`: changes your last entry
• `{companion} undo`: takes back your last log, edit or deletion
• `{companion} pause`, `pause 2h`, `pause until mon`, `pause vacation until 12 Jan`: no prompts; \
`resume` ends it
• `{companion} next`: what comes next
• `{companion} why`: why I asked or did not ask
To write something down: `{log} fixed the flaky test`, or a direct message to me."""
UNKNOWN_WORD = "I don't know `{typed}`."
NEAREST_WORD = "I don't know `{typed}`. Did you mean `{companion} {nearest}`?"
TOO_MUCH = "`{companion} {word}` takes nothing after it. Nothing was done."
NOT_FOR_YOU = (
    "This Companion only answers certain people, and you are not one of them. Ask the person who "
    "runs it to add you to `COMPANION_ALLOWED_USERS`."
)
STORE_FAILED = (
    ":warning: The store did not answer, so I can't tell. Try again in a moment; if that does not "
    "help, `companion doctor` says why."
)
LOOKING = "Looking…"
"""Shown until a slow answer is there."""
NO_ENTRIES = {
    "today": "No entries today. Add one with `{log} fixed the flaky test`.",
    "yesterday": "No entries yesterday.",
    "week": "No entries in the past seven days. Add one with `{log} fixed the flaky test`.",
    "more": "That was all.",
}
NOTHING_FOUND = "No entry has all of that."
FOUND_ELSEWHERE = "No entry has all of that. The newest one outside this period is from {day}."
NEAR_WORDS = "No entry has all of that. Did you mean {words}?"
ASK_NEEDS_QUESTION = "Say what you want to know, like `when did I last touch billing?`."
SEARCH_NEEDS_WORDS = "Say what to search for, like `retry loop` or `tag:deploy --since last month`."
IN_UTC = (
    "Times are in UTC, because I don't know your time zone: the daemon of the direct message tells "
    "me, or `COMPANION_TIMEZONE`."
)
SHOW_MORE = "Show more"
MORE_IS_LEFT_OUT = (
    "There are more, but your search is too long for a button. Shorten it, or add `--until`."
)
TOO_LONG_FOR_SLACK = (
    "Slack shows no more at once. The same command in your terminal shows all of it."
)
MORE_FOLLOWS = (
    "The same in a model's words follows in your direct message, as soon as your computer is awake."
)
NOTHING_YET = "Nothing is written down yet. `{log} TEXT` is a good place to start."
WHERE_LAST = "Your last words, {day}:"
ON_DAY, THAT_TODAY = "on {day}", "today"
WHERE_EARLIER = "_({count} earlier that day)_"
WHERE_OPEN = "Still open, as far as your entries say:"
TAKEN_BACK = {
    "log": "Undone. Deleted the entry of {moment}:\n{quote}",
    "edit": "Undone. The text of {moment} is again:\n{quote}",
    "delete": "Undone. Restored the entry of {moment}:\n{quote}",
}
UNDO_REFUSED = {
    terminal.NOTHING_TO_UNDO: (
        "There is no change to undo. This takes back a log, an edit or a deletion of the past 24 "
        "hours, but not of a message in Slack."
    ),
    terminal.CHANGED_SINCE: (
        "The entry was changed again after the last change here. Nothing was undone."
    ),
}
"""In place of what the terminal says."""
EDITED = "Changed the entry of {moment} from\n{old}\nto\n{new}\n`{companion} undo` takes that back."
EDITED_ALREADY = "The entry of {moment} says that already:\n{new}"
EDIT_IN_SLACK = (
    "Your last entry is a message in your direct message: edit it there, and it is changed here "
    "too. Nothing was changed."
)
EDIT_NEEDS_TEXT = (
    "Say what your last entry should be, like `{companion} edit fixed it, really`. It is now:\n"
    "{quote}"
)
PAUSED = "No prompts until {until}. `{companion} resume` ends the pause."
PAUSED_OPENLY = "No prompts until you resume, with `{companion} resume`."
ON_VACATION = (
    "No prompts and no summaries until {until}. The first working day from then on begins with "
    "where you left off."
)
ON_OPEN_VACATION = "No prompts and no summaries until you resume, with `{companion} resume`."
NOT_PAUSED = "There was no pause. Nothing was changed."
RESUMED = "Prompts come again."
VACATION_ENDED = (
    "Prompts and summaries come again. Your next working day begins with where you left off."
)
FORM_OPENED = "Change your last entry in the form that opened."
HOLDS = "No prompt would come now: {reasons}."
NOTHING_HOLDS = "Nothing keeps a prompt from coming now."
NOT_PLANNED = "no daemon ran, so nothing was planned"
ASKED_AT = "{at} asked"
NOT_ASKED_AT = "{at} {outcome}: {reason}"
DUE_AT = "{at} due"
ONE_TO_COME, MORE_TO_COME = "one more is to come", "{number} more are to come"
NO_DAEMON = "Nothing is sent to you yet: no daemon has your direct message."
