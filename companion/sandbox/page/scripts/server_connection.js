// Talks to the sandbox: sends what the person does, and follows what changes.

const NO_ANSWER = "The sandbox does not answer. Is it still running in the terminal?";

/** Send JSON; throws an Error with a message (and maybe a `suggestion`) for the person. */
export async function post(path, body = {}) {
  const response = await fetch(`/sandbox/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => { throw new Error(NO_ANSWER); });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || !answer.ok) {
    const error = new Error(answer.error ?? `The sandbox refused this (status ${response.status}).`);
    throw Object.assign(error, { suggestion: answer.suggestion });
  }
  return answer;
}

/**
 * Follow the workspace for as long as the page is open.
 *
 * After each (re)connection the whole state is loaded anew; events that come in meanwhile wait
 * until it is there, so that none is overwritten by a state that is older than it.
 */
export function follow({ loaded, changed, lost }) {
  const events = new EventSource("/sandbox/events");
  let waiting = [];
  events.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (waiting) waiting.push(event);
    else changed(event);
  };
  events.onopen = async () => {
    waiting = [];
    try {
      const response = await fetch("/sandbox/state");
      if (!response.ok) throw new Error(`status ${response.status}`);
      loaded(await response.json());
      waiting.forEach(changed);
      waiting = null;
    } catch {
      restart();
    }
  };
  events.onerror = () => {
    lost();
    // A browser tries again by itself after a network error, but not after an HTTP error.
    if (events.readyState === EventSource.CLOSED) restart();
  };
  function restart() {
    events.close();
    lost();
    setTimeout(() => follow({ loaded, changed, lost }), 2000);
  }
}
