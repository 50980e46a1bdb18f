// Times as the person at the page reads them: their zone, 24 hours as everywhere here, day names in English.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const seconds = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
const long = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const middle = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const digits = new Intl.DateTimeFormat("sv-SE"); // ISO 8601

export const moment = (ts) => new Date(Number(ts) * 1000);
export const timeOf = (when) => clock.format(when);
export const fullOf = (when) => `${long.format(when)}, ${clock.format(when)}`;

export function dayOf(when) {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (when.toDateString() === today.toDateString()) return "Today";
  if (when.toDateString() === yesterday.toDateString()) return "Yesterday";
  return long.format(when);
}

// The tokens of Slack's <!date^…>: https://docs.slack.dev/messaging/formatting-message-text/#date-formatting
const TOKENS = {
  time: timeOf,
  time_secs: (when) => seconds.format(when),
  date_num: (when) => digits.format(when),
  date: (when) => middle.format(when),
  date_short: (when) => short.format(when),
  date_long: (when) => long.format(when),
  date_pretty: dayOf,
  date_short_pretty: dayOf,
  date_long_pretty: dayOf,
};

/** Show every <time data-format="{time}"> under an element in local time. */
export function localizeTimes(root) {
  for (const element of root.querySelectorAll("time[data-format]")) {
    const when = new Date(element.dateTime);
    if (Number.isNaN(when.getTime())) continue; // the text from the server stays
    element.textContent = element.dataset.format.replace(
      /\{(\w+)\}/g, (token, name) => TOKENS[name]?.(when) ?? token);
    element.title = fullOf(when);
  }
}
