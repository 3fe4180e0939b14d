/** Which tables a running `neuralake ingest` feeds: those it was told, or all that the newest catalog has, as they come and go. */
import { setTimeout as wait } from "node:timers/promises";
import { allTables, fullName } from "../compiler/ir/names.ts";
import type { FollowedLake } from "./followed-lake.ts";

/** Feeds one table until the signal is aborted. */
export type FeedOne = (table: string, signal: AbortSignal) => Promise<void>;

const everyMs = 500;

/** The tables of the newest catalog that a topic feeds. */
export function fedTables(followed: FollowedLake): readonly string[] {
  const edition = followed.take();
  try {
    return allTables(edition.lake.catalog).filter(({ stream }) => stream !== undefined).map(fullName);
  } finally {
    followed.giveBack(edition);
  }
}

/** Feeds these tables; ends when the signal is aborted, or, once the others have stopped, with the error of the first that cannot go on. */
export async function feedNamed(tables: readonly string[], feed: FeedOne, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const feeding = tables.map((table) => feed(table, both).catch((error: unknown) => {
    stop.abort();
    throw error;
  }));
  const failed = (await Promise.allSettled(feeding)).find((ended) => ended.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** Feeds every fed table of the newest catalog until the signal is aborted: a new one begins, one that is gone ends. */
export async function feedAll(followed: FollowedLake, feed: FeedOne, signal: AbortSignal): Promise<void> {
  const running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  let fault: { readonly error: unknown } | undefined;
  while (!signal.aborted && fault === undefined) {
    const wanted = new Set(fedTables(followed));
    for (const table of wanted) {
      if (running.has(table)) continue;
      const stop = new AbortController();
      const ended = feed(table, AbortSignal.any([signal, stop.signal])).catch((error: unknown) => { fault ??= { error }; });
      running.set(table, { stop, ended });
    }
    for (const [table, { stop, ended }] of running) {
      if (wanted.has(table)) continue;
      stop.abort();
      await ended;
      running.delete(table);
    }
    await wait(everyMs, undefined, { signal }).catch(() => undefined);
  }
  for (const { stop } of running.values()) stop.abort();
  await Promise.all([...running.values()].map(({ ended }) => ended));
  if (fault !== undefined) throw fault.error;
}
