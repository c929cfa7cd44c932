// What time it is in the demo: this machine's, and as much more as people moved it.

const MINUTE = 60_000;
let ahead = 0;

export const now = () => Date.now() + ahead;
export const aheadMinutes = () => ahead / MINUTE;

/** `seconds` since the epoch, as the server's clock shows them; what the answer took on its way is no time moved. */
export function setNow(seconds) {
  ahead = Math.round((seconds * 1000 - Date.now()) / MINUTE) * MINUTE;
}
