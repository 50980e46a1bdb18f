"""What `companion init` says. `{…}` is filled in by `str.format`."""

# Where it runs

HOW_TO_RUN = "How will you run it?"
WAY = "Way"
DEPLOYMENTS = {
    "mac": "One computer, a Mac or Linux: one Slack app, entries in SQLite; /log works while it "
    "is on",
    "fly": "A computer and Fly.io: two Slack apps, entries in DynamoDB; /log always works",
}
DEPLOYMENT_NAMES = {
    "mac": ("mac", "linux", "one", "one computer", "a mac", "computer", "alone"),
    "fly": ("fly", "fly.io", "two", "mac and fly", "mac and fly.io", "a computer and fly.io"),
}
"""What people type to choose, in lower case."""
NO_KEYCHAIN = "There is no keychain here that protects secrets. Use --no-keychain."
USE_KEYCHAIN = "Keep the secrets in the keychain instead of the file?"

# Dialogue

NEEDED = "This one is needed."
SET_BUT_WRONG = "{name} is set, but: {error}"
HIDDEN = " (hidden{enter})"
ENTER_KEEPS = "; Enter keeps what is set"
ENTER_TRIES_AGAIN = "; Enter tries what is set again"
ENTER_SKIPS = "; Enter skips"
OR_NONE = ", {none} is for none"
CHOOSE_A_NUMBER = "A number from 1 to {most}."

# What to give where nobody can be asked

WAYS_TO_GIVE = {
    "SLACK_BOT_TOKEN": "SLACK_BOT_TOKEN, or --bot-token-file",
    "SLACK_APP_TOKEN": "SLACK_APP_TOKEN, or --app-token-file",
    "SLACK_SIGNING_SECRET": "SLACK_SIGNING_SECRET, or --signing-secret-file",
    "SLACK_USER_ID": "SLACK_USER_ID, or --user",
}
GIVE_WAY = "--way mac, or --way fly"

# The store

STORAGE_HEADING = "Where your entries are stored"
IN_THE_FILE = "In {file}, which only you can read."
FILE_STAYS = (
    "The entries in {file} stay there. `companion copy --from sqlite --to dynamodb` copies them "
    "here."
)
TABLE_STAYS = (
    "The entries in the table {table} stay there. `DYNAMODB_TABLE={table} companion copy --from "
    "dynamodb --to sqlite` copies them here."
)
TEMPORARY_KEYS = "These AWS keys are temporary: they work now, and are not written down."
TABLE_READY = "The table {table} in {region} is ready."
KEEP_TABLE = "Keep the table {table} in {region}, which is set and works?"
REGION = "AWS region"
TABLE = "DynamoDB table"
ABOUT_KEYS = (
    "The access key: Enter alone leaves it to AWS's own configuration (a profile, SSO); Fly.io "
    "will need a key of its own then."
)
KEY = "AWS_ACCESS_KEY_ID{shown}"
SHOWN_KEY = " [{first}…{last}, or - for none]"
SECRET_KEY = "AWS_SECRET_ACCESS_KEY (hidden{enter})"  # noqa: S105 -- a question
KEY_WITHOUT_SECRET = "An access key has a secret. Give both, or none."  # noqa: S105
NOT_A_REGION = "{region!r} is not an AWS region. Write it like us-west-2 or eu-central-1."
LOOKING_AT_TABLE = "Looking at {table}…"
CREATING_TABLE = "Creating {table}…"
CREATE_TABLE = "There is no table {table} in {region}. Create it?"
NO_TABLE = "there is none in {region}."
NO_TABLE_ADVICE = "Is it in another region? --create-table creates it here."

# The Slack apps

ASKING_SLACK = "Asking Slack…"
ONE_APP = "The Slack app"
FIRST_APP = "The first Slack app: your assistant"
SECOND_APP = "The second Slack app: {log} and {companion}, over HTTP"
FORM = (
    "This opens Slack's form for a new app, filled in: choose the workspace, Next, Create. {then}"
)
FORM_AGAIN = (
    "Only if the app is gone: this opens Slack's form for a new app, filled in: choose the "
    "workspace, Next, Create. {then}"
)
OPEN_BROWSER = "Open it in the browser?"
COMMANDS_MOVE = (
    " {log} and {companion} then belong to this app. If another app has one of them and should "
    "keep it, stop here (Ctrl-C) and start again with --command /did or --companion-command /mem, "
    "or any other name."
)
BOT_TOKEN = "Bot token, xoxb-…"  # noqa: S105 -- a question
COPY_BOT_TOKEN = "Then Install App, Install to Workspace; it shows the Bot User OAuth Token."  # noqa: S105
BOT_TOKEN_GOOD = "@{name} in {team}, with all the scopes it needs."  # noqa: S105
APP_TOKEN = "App-level token, xapp-…"  # noqa: S105
GENERATE_APP_TOKEN = (
    "Basic Information, App-Level Tokens, Generate: any name, with connections:write."  # noqa: S105
)
APP_TOKEN_GOOD = "Socket Mode can be opened."  # noqa: S105
OTHER_WORKSPACE = (
    "That token is of the workspace {team}, and nobody there has {user_id}, the SLACK_USER_ID "
    "that is set. Use the token of the app in your workspace; or, to move to {team}, start again "
    "with --user and your name there."
)
WEBHOOK = "The webhook's address, https://<app>.fly.dev"
SIGNING_SECRET = "Signing secret"  # noqa: S105
COPY_SIGNING_SECRET = (
    "Then Install App, Install to Workspace; Basic Information has the Signing Secret."  # noqa: S105
)
SIGNING_SECRET_GOOD = (
    "That looks like a signing secret; `companion doctor` tries it once the webhook is running."  # noqa: S105
)
WEB_BOT_TOKEN = "Its bot token, xoxb-…"  # noqa: S105 -- a question
COPY_WEB_BOT_TOKEN = (
    "OAuth & Permissions of the same app shows its Bot User OAuth Token. Only the forms of {log} "  # noqa: S105
    "and {companion} edit need it."
)
WEB_BOT_TOKEN_GOOD = "The forms open as @{name}."  # noqa: S105
NO_FORMS = "No forms. {log} with a text works all the same."
OTHER_WORKSPACE_THAN_FIRST = (
    "That token is of the workspace {other}, and your assistant is in {team}. Use the token of the "
    "second app there."
)
NOT_A_SIGNING_SECRET = (
    "That is not a signing secret: 32 of 0-9 and a-f, under Basic Information, App Credentials "  # noqa: S105
    "(neither the client secret, which looks alike, nor the verification token)."
)

# The person

YOU = "You, in Slack"
YOUR_NAME = "Your name, @handle or member ID there"
YOU_ARE = "You are {person}; your time zone there is {time_zone}."
TYPE_A_NAME = "Type a name, or paste the member ID."
NO_EMAIL = "The app cannot see e-mail addresses. Type your name, or the member ID."
LOOKING_THROUGH = "Looking through {team}…"
NO_SUCH_NAME = "Nobody in {team} is called {name!r}. In Slack, your profile → ⋮ → Copy member ID."
ARE_YOU = "Are you {person}?"
TOO_MANY_NAMES = "{number} people in {team} have a name like {name!r}. Give the member ID: {people}"
WHICH_ONE = "Which one"
NONE_OF_THEM = "none of them"

# The model

MODEL_HEADING = "The model that writes the summaries"
SKIP = "skip"
LLM_DEFAULT = "llm's default"
MODEL = "Model"
EARLIER_ENTRIES = "Your earlier entries"
ANY_MODEL = (
    "Any that `companion llm models` lists, or `skip`: a summary is then your entries as they are."
)
SKIPPED = "Skipped. Set LLM_MODEL whenever you like."
FIX_MODEL = "Fix that in another terminal and press Enter, name another model, or `skip`."
MODEL_SILENT = "{reason}. Until it answers, a summary is your entries as they are."
LOOKING_FOR_MODEL = "Looking for the model…"
TRY_MODEL = "Ask {model} for a word, to try it?"
ASKING_MODEL = "Asking {model}…"
MODEL_ANSWERS = "{model} answers."
MODEL_KNOWN = "{model} is known; it was not asked."
MODEL_TRIAL = "This is a test. Answer with the one word Yes."
MODEL_QUESTION = "Do you answer?"

# The days

DAYS_HEADING = "Your days"
WORK_DAYS = "Days on which it may ask"
WORK_HOURS = "Hours in which it may ask"
SUMMARY_TIME = "When the summary comes, every day"
REVIEW_TIME = "When the weekly review comes, like fri 16:00, or never"
NO_REVIEW = "never"
PROFILE_ZONE = "Slack's"
TIME_ZONE = "Time zone, like Europe/Berlin, or Slack's"
ZONE_OF_PROFILE = "the time zone of your Slack profile, also when you travel"
YOUR_DAYS = (
    "It asks a few times a day, {days}, {hours}, and sums up at {summary_time} every day; in "
    "{zone}. The weekly review comes: {review}."
)
IS_THAT_RIGHT = "Is that right?"
WRONG_VALUE = "{name}={value}: {error}"

# What is next

SHADOWED = "{name} is set to something else in the environment, which goes before {file}."
DONE = "That is all: {file} has it, for you alone to read. Next:"
DONE_KEYCHAIN = "That is all: the keychain and {file} have it, for you alone to read. Next:"
NEXT_STEPS = (
    "  {command} doctor           checks whether everything works, now and later",
    "  {command} daemon           starts it here; Ctrl-C stops it",
    "  {command} daemon install   starts it whenever you log in",
)
FLY_CREATE = "fly apps create {app}   # and write that name into fly.toml"
FLY_FROM_FILE = "grep -E '^({names})=' {file} | fly secrets import"
FLY_FROM_KEYCHAIN = (
    'for n in {names}; do echo "$n=$({keyring} get companion-memory $n)"; done | fly secrets import'
)
FLY_SET = "fly secrets set {name}={value}"
FLY_AWS_KEYS = "fly secrets set AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…"
FLY_DEPLOY = "fly deploy"
