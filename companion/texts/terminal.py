"""What terminal commands say. Help stands with its command; `{…}` is filled in with str.format."""

# Every command
FOLDER_IS_GONE = "The folder that you are in was deleted. Change to another one, then try again."
UNEXPECTED_ERROR = "Unexpected error: {kind}"
SEE_DETAILS = "run with LOG_LEVEL=DEBUG for details."
PACKAGE_MISSING = (
    "The package {name} is missing, which this command needs. Install Companion Memory anew, or "
    "use another machine: the webhook's image has only what the webhook needs."
)
UNKNOWN_TZ = (
    "TZ is {name!r}, which is not a time zone, so times are in {zone}. Set COMPANION_TIMEZONE, "
    "like Europe/Berlin."
)
CHECK_NETWORK = "Check the network, then try again."
REVERSED_PERIOD = "--since must be before --until. It is {since}, and --until is {until}."
BAD_MOMENT = "{option}: {problem}"
BAD_MOMENT_NAMED = "{option} {text!r}: {problem}"
FUTURE_MOMENT = "{option} {text} is in the future. Give a moment that has passed."
OUTPUT_LOST = (
    "The output cannot be written ({reason}). What the command stored is stored; free some space, "
    "then show it again."
)
NO_SUCH_COMMAND = "There is no command {typed!r}. Did you mean `companion {meant}`?"
UNKNOWN_OPTION = (
    "`{command}` has no option {option}. If your text begins with a dash, put -- before it: "
    "`{command} -- {option} …`."
)
DYNAMODB_PLACE = "the DynamoDB table {table} ({region})"

# companion without a command
NO_ENTRIES_TODAY = 'No entries today. Add one with `companion log "…"`.'
PAUSED_NOW = "You are {reason}. `companion resume` ends that."
COMES_NEXT = "Next: {kind}, {moment}"
NO_SLACK = "Prompts and summaries come in Slack. `companion init` sets that up."
HELP_HINT = "`companion --help` lists all commands."

# log, edit, delete
LOGGED = "Logged at {time}: {text}"
LOGGED_FOR = "Logged for {moment}: {text}"
LOGGED_FOR_NOON = "Logged for {moment} (a day alone means its noon): {text}"
EDITED = "Edited the entry of {moment}: {text}"
DELETED = "Deleted the entry of {moment}: {text}"
TEXT_IS_NOT_UTF8 = "The text is not UTF-8. Nothing was stored."
TEXT_HAS_NUL = "The text has a NUL byte, as programs and pictures have. Nothing was stored."
TEXT_IS_EMPTY = "There is no text. Nothing was stored."
NOTHING_STORED = "Nothing was stored."
YOUR_TEXT = "Nothing was stored. Your text was:\n{text}\n"
EDITOR_LEFT_NO_TEXT = "The editor saved no new text. Nothing was stored."
EDITOR_FAILED = "{reason}. Nothing was stored; set EDITOR, or give the text after the command."

UNDONE = {
    "log": "Undone. Deleted the entry of {moment}: {text}",
    "edit": "Undone. The text of {moment} is again: {text}",
    "delete": "Undone. Restored the entry of {moment}: {text}",
}
NOTHING_TO_UNDO = (
    "There is no change to undo. `companion undo` takes back a log, an edit or a deletion of the "
    "past 24 hours, but not of a message in Slack."
)
UNDONE_ALREADY = "The last change is undone already. Nothing was changed."
CHANGED_SINCE = (
    "The entry was changed again after the last change here. Nothing was undone; "
    "`companion entries --ids` shows it."
)

# entries, jobs, summary
NO_ENTRIES = 'No entries in this period. Add one with `companion log "…"`.'
NO_ENTRIES_YET = 'No entries yet. Add one with `companion log "…"`.'
NOT_A_TAG = "{text!r} is not a tag. Write one word, like --tag deploy."
TAG_ELSEWHERE = "No entries with #{tag} in this period. The last one is of {day}."
UNKNOWN_TAG = "No entry has the tag #{tag}."
NEAREST_TAG = "The nearest tag is #{tag}."
TAGS_HINT = "`companion tags` shows all tags."
NO_TAGS = 'No tags in this period. Write one into an entry: `companion log "shipped it #deploy"`.'
NO_JOBS = "Nothing is planned. `companion daemon` plans each day when it begins."
NOT_A_DAY = "That is not one day. Use --since and --until for anything else."
ONE_WINDOW = "--day, --last-week and --since/--until each name a time. Use one of them."
ONLY_DAILY_IS_SENT = (
    "--send sends the daily summary, of the past week and yesterday. Leave out {option}."
)
SUMMARIZING = "Reading your week…"
SENDING_SUMMARY = "Writing to you…"
SUMMARY_SENT = "Sent to your direct message in Slack."
LATER_ENTRIES = "Today's {entries} will be in tomorrow's summary; `companion entries` shows {them}."
NOTHING_TO_SUM_UP = 'Nothing is written down for the past week. Begin with `companion log "…"`.'
NO_JSON_WHEN_SENDING = "--send shows nothing. Leave out --format json."

# search
SEARCHING = "Searching… After an upgrade or an import, the first search takes longer."
NOTHING_FOUND = "No entry has all of that."
NEAR_WORDS = "Did you mean {words}?"
FOUND_ELSEWHERE = "The newest one outside this period is from {day}."
MORE_FOUND = "There are older ones too: `-n {count}` shows more."

# pause, resume
PAUSED = "No prompts until {until}. `companion resume` ends the pause."
PAUSED_OPENLY = "No prompts until you resume, with `companion resume`."
ON_VACATION = (
    "No prompts and no summaries until {until}. The first working day from then on begins with "
    "where you left off."
)
ON_OPEN_VACATION = "No prompts and no summaries until you resume, with `companion resume`."
NOT_PAUSED = "There was no pause. Nothing was changed."
RESUMED = "Prompts come again."
VACATION_ENDED = (
    "Prompts and summaries come again. Your next working day begins with where you left off."
)

# why
NO_PROMPT_NOW = "No prompt comes now: {reasons}."
NOTHING_HOLDS = "Nothing holds prompts back now."
NOT_PLANNED = "Nothing was planned, because no daemon ran. `companion daemon status` says more."
ONE_PROMPT_TO_COME = "1 more prompt is still to come."
PROMPTS_TO_COME = "{number} more prompts are still to come."

# prompt
ASKING = "Asking…"
ASKED = "Asked in your direct message."
ASKED_WITHOUT_DAEMON = (
    "Asked in your direct message. No daemon is running here; your answer is stored when one "
    "starts."
)
NOT_ASKED = "The daemon did not ask: {reason}."
DAEMON_HAS_NOT_ASKED = (
    "The daemon has not asked yet. `companion daemon status` may say why; `companion jobs` will "
    "show what became of it."
)

# entries from before there was a Slack ID
LOCAL_LEFT = (
    "{entries} from before there was a Slack ID are not shown here. `companion adopt` moves them "
    "to {user}."
)
ADOPTING = "Moving earlier entries"
ADOPTED = "{entries} from before there was a Slack ID moved to {user}."
ADOPTED_AGAIN = (
    "{entries} from before there was a Slack ID moved to {user}; {old:,} of them were stored there "
    "already."
)
NOTHING_TO_ADOPT = "There are no entries from before there was a Slack ID."
NOT_ADOPTED = "{entries} could not be stored there and stay where they are. Shorten their texts."
ADOPT_AGAIN = "The earlier entries stay where they are until `companion adopt` moves them."

# --sandbox
SANDBOX_REFUSED = (
    "--sandbox does not work with `companion {name}`. It is for `companion` alone and for {names}."
)
SANDBOX_HAS_BUTTON = "--sandbox sends nothing. Press *Summarize now* on the sandbox's page."
SANDBOX_IS_EMPTY = "The sandbox has stored nothing yet. Start `companion sandbox` first."

# where, standup
FINDING_WHERE = "Looking for where you left off…"
MAKING_STANDUP = "Reading your last days…"
WITHOUT_MODEL = "Without a model: {reason}."
NOTHING_YET = 'Nothing is written down yet. Begin with `companion log "…"`.'
COPIED_TO_CLIPBOARD = "It is in the clipboard."
NO_CLIPBOARD = (
    "There is no clipboard to put it into. On Linux, install xclip, xsel or wl-clipboard."
)

# stats
COUNTING = "Counting…"
LATER_THAN_NOW = "Not counted, because dated after now: {entries}."
DARK_NEEDS_PICTURE = "--dark is for pictures. Add --png FILE or --svg FILE."
PICTURE_WRITTEN = "{path}: {alt_text}"

# export
EXPORTING = "Exporting"
EXPORTED = "{entries} in {path}."
UNKNOWN_ENDING = (
    "The name {file} does not say which format to write. Add --format, or name it *.md, *.jsonl "
    "or *.csv."
)
NOT_A_FILE = "{path} is not a file. Nothing was written; choose another name."
CANNOT_WRITE = "{path} cannot be written ({reason}). Nothing was written; choose another place."

WRITTEN_BY_ANOTHER = (
    "Another command is writing {name}. Nothing was written; wait for it, or choose another name."
)

# import
READING = "Reading"
STORING = "Storing"
NOTHING_TO_IMPORT = (
    "The file has no entries when read as {form}. Use --format to read it otherwise."
)
SLACK_EXPORT_NEEDS_ID = (
    "Slack's export has everybody's messages, and yours are found by SLACK_USER_ID, which is "
    "missing. Set it to your member ID: in Slack, your profile → ⋮ → Copy member ID."
)
DRY_RUN = "{entries}, read as {form}. Nothing was stored."
IMPORTED = "Read {entries}: {new:,} stored."
IMPORTED_AGAIN = "Read {entries}: {new:,} stored, {old:,} already there."
CANNOT_READ = "{file} cannot be read ({reason})."
LINE_IS_NOT_UTF8 = "Line {number} is not UTF-8 text. Nothing was stored; save the file as UTF-8."
INCOMPLETE_JSON = "The file is not complete JSON ({kind}). Nothing was stored."
BAD_LINE = "{unit} {number}: {problem}."
LINE_TOO_LONG = "Line {number} is longer than any entry. Nothing was stored."
UTF16_WITHOUT_MARK = (
    "The file looks like UTF-16, but has no byte order mark. Nothing was stored; save it as UTF-8."
)
WRONG_ENCODING = "The file is not valid {encoding}. Nothing was stored."
UNKNOWN_JSON = (
    "This JSON is not an export of Companion Memory, jrnl, Day One or Slack. Nothing was stored; "
    "`companion import --help` says what is read."
)
NOT_A_SLACK_EXPORT = (
    "{file} is not an export of Slack: no folder in it has files like 2026-11-20.json. Nothing was "
    "stored."
)
SEVERAL_JOURNALS = (
    "{file} has {count} files of JSON. Nothing was stored; unpack it and import each of them."
)
PACKED = "{file} is compressed. Nothing was stored; unpack it first."
INCOMPLETE_ZIP = "the zip is not complete"
BAD_LINES = "Nothing was stored. Fix or remove the lines named above, then try again."
MORE_BAD_LINES = " ({number:,} more lines like these.)"

# backup
BACKUP_OF_TABLE = (
    "Your entries are in DynamoDB, which has no file to copy. Use `companion export -o "
    "FILE.jsonl`, or the table's point-in-time recovery."
)
BACKUP_TO_STDOUT = "A backup is a file. Nothing was written; give its name instead of `-`."
BACKUP_ONTO_ITSELF = "{path} is the database itself. Choose another FILE."
BACKUP_EXISTS = "{path} is there already. Choose another FILE, or replace it with --force."
BACKED_UP = "{source} is copied to {path}."

# copy
SAME_STORE = "--from and --to are both {store}. Name two different stores."
NO_SQLITE_FILE = "There is no file {path}. Set COMPANION_DB to your file."
COPYING = "Copying {user}, then comparing"
COPIED = (
    "{user}: {entries}, {common:,} of them now in both stores ({written:,} written); {tombstones}, "
    "{jobs}."
)
NOTHING_TO_COPY = "There is nobody's data in {store}."
TOO_LARGE_TO_COPY = "Entry {log_id} is missing: its text has {kb:,} KB, too much for {store}."
COPIED_ALL_BUT = (
    "Everything except {entries} was copied. Shorten what is named (`companion edit LOG_ID` in "
    "{store}, or the message in Slack), then copy again."
)
COPY_INCOMPLETE = (
    "Some entries are not there yet. Stop the daemon, then run the same command again."
)
USE_DYNAMODB = (
    "To use it, set DYNAMODB_TABLE={table} and AWS_REGION={region} in {file} (and where the "
    "webhook runs), then start the daemon."
)
USE_SQLITE = (
    "To use it, remove DYNAMODB_TABLE from {file}, then start the daemon. Your entries are in "
    "{path}."
)

# erase
CANNOT_CONFIRM = "No terminal to confirm on. Use --yes to erase without asking. Nothing was erased."
ERASE_WARNING = "This removes everything of {user} in {place}, for good."
ERASE_QUESTION = "Type {user} to go on"
ERASE_MISMATCH = "That is a different id. Nothing was erased."
ERASING = "Erasing"
ERASED = "Removed from {place}: {entries}, {tombstones}, {jobs}, {cursors}."
MESSAGES_STAY = (
    "Your messages are still in Slack. A daemon that starts again reads them from there."
)
RECOVERY_STAYS = "The table's point-in-time recovery keeps earlier states for up to 35 days."

# init
FLY_OPTION = "{option} belongs to --way fly. One computer does not need it."
CANNOT_ASK = "No terminal to ask on. Set these in the environment or in {file}, or use the option:"
INIT_WRITES = "Your answers go into {file}, which only you can read."
INIT_HINT = "Enter takes the value in [brackets]. Ctrl-C stops; your answers so far are saved."
INIT_STOPPED = "\nStopped. Your answers so far are saved; `companion init` goes on from there."
SECRET_IS_NOT_TEXT = "{file} cannot be read as text."  # noqa: S105 -- a message

# manifest
URL_IS_FOR_WEB = "--url is for the web app only. The {app} app has no address."

# daemon
OPTIONS_OF_RUN = "--supervised and --log-file belong to `companion daemon` without a subcommand."
DAEMON_RUNS = "companion daemon: in the direct message of {user}, storing in {place}"
INSTALLED = "The daemon starts now and at each login, by {service}, with the settings in {file}."
AFTER_INSTALL = (
    "`companion daemon status` shows its state, and `companion daemon logs -f` what it does."
)
ONLY_IN_THIS_SHELL = (
    "{name} is set only in this shell, where the daemon does not see it: put it into {file}, or "
    "unset it"
)
UNINSTALLED = "The daemon is stopped, and {service} no longer starts it."
NOT_INSTALLED = "Nothing was installed."
CHECKING_DAEMON = "Looking…"
NO_LOG = (
    "There is no log at {path} yet. A daemon started at login (`companion daemon install`) or with "
    "--supervised writes one."
)

# webhook
WEBHOOK_RUNS = "companion webhook: http://{host}:{port}{path}, storing in {place}"
CANNOT_LISTEN = "Cannot listen on port {port} ({reason}). Stop what uses it, or set another PORT."

# table
TABLE_EXISTS = "the table {table} already exists"
NOT_CHANGED = "Nothing was changed. Use --apply to change it."
TABLE_IS_RIGHT = "The table {table} is as it should be."

# doctor
CHECKING = "Checking everything…"
SKIPPED = "skipped: {text}"

# settings
SETTINGS_FILE = "The settings file is {file}."
NO_SETTINGS_FILE = "There is no settings file yet. `companion init` writes {file}."
NOT_SET = "-"
NOT_GIVEN = "- (the keychain does not give it)"

# sandbox
SANDBOX_IS_AT = "Companion Memory's sandbox is at {url} (Ctrl-C stops it)."
STORED_IN = "Stored in {folder}. To clear it, run `companion sandbox --reset`."
SANDBOX_FOLDER = "The sandbox's folder {folder} cannot be used: {problem}."
