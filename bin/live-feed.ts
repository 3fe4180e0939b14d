/** How things stand while somebody edits, for the pages that are open: which pages there are, and what is wrong. */
import { EventEmitter } from "node:events";
import type { LiveFeed, LiveState } from "../runtime/server/server.ts";

export interface ToldFeed extends LiveFeed {
  /** There are newer pages. */
  pagesCame(): void;
  /** Something is wrong, or, without a text, nothing any more. */
  problem(text?: string): void;
}

/** Nothing is wrong yet. */
export function openLiveFeed(): ToldFeed {
  // Numbers of one run are none of the next, so that pages of an earlier run load again.
  let state: LiveState = { pages: Date.now() };
  const told = new EventEmitter().setMaxListeners(0);
  const become = (next: LiveState): void => {
    state = next;
    told.emit("told", state);
  };
  return {
    now: () => state,
    follow(hear, signal) {
      told.on("told", hear);
      signal.addEventListener("abort", () => told.off("told", hear));
    },
    pagesCame: () => become({ ...state, pages: state.pages + 1 }),
    problem(text) {
      const { problem, pages } = state;
      if (text !== problem) become({ pages, ...(text === undefined ? {} : { problem: text }) });
    },
  };
}
