/** Requests that are sent again until something is decided: how often, and how long between. */
import { setTimeout as pause } from "node:timers/promises";

const triesMax = 8;
/** No further try after so many milliseconds: longer than a silent server is waited for once, since a second try may find what the first has done. */
const triesMs = 100_000;

/** Waits before the next try, longer and longer, and by chance so that writers do not meet again; false when there have been enough. */
export function openTries(): () => Promise<boolean> {
  const began = Date.now();
  let tried = 0;
  return async () => {
    tried += 1;
    if (tried === triesMax || Date.now() - began > triesMs) return false;
    await pause(Math.random() * Math.min(2_000, 50 * 2 ** tried));
    return true;
  };
}
