// The page's calls to the stand-in Slack, and its stream of events.

const JSON_TYPE = { "Content-Type": "application/json" };
const UNREACHABLE = { ok: false, error: "The demo server did not answer. Is it still running?" };

/** Answers the server's {ok, …}; what went wrong is always a sentence in `error`. */
export async function post(path, body) {
  try {
    const answer = await fetch(`page/${path}`, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) });
    const reply = await answer.json();
    return { ok: answer.ok, error: `The demo server said ${answer.status}.`, ...reply };
  } catch {
    return UNREACHABLE;
  }
}

/** Answers {ok, file} or {ok, error}. */
export async function upload(user, file) {
  const body = new FormData();
  body.append("user", user);
  body.append("file", file, file.name);
  try {
    const answer = await fetch("page/upload", { method: "POST", body });
    return { ok: answer.ok, error: `The demo server said ${answer.status}.`, ...(await answer.json()) };
  } catch {
    return { ok: false, error: `${file.name} could not be sent.` };
  }
}

export async function fetchState(user) {
  const answer = await fetch(`page/state?user=${encodeURIComponent(user)}`);
  if (!answer.ok) throw new Error(`The demo server said ${answer.status}.`);
  return answer.json();
}

/** Listen to the events of one user. `onOpen` runs at each (re)connection; `onLost` when it drops, with
 * true when the browser will not try again. Answers a closing function. */
export function listen(user, { onEvent, onOpen, onLost }) {
  const source = new EventSource(`page/events?user=${encodeURIComponent(user)}`);
  source.onopen = onOpen;
  source.onerror = () => onLost(source.readyState === EventSource.CLOSED);
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  return () => source.close();
}
