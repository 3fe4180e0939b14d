/** Feeds several tables at once, each on its own: one that cannot go on does not stop the others. */
import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../values/failure.ts";
import type { Feed, FeedEvent } from "./contract.ts";
import { feedTable } from "./feeding.ts";
import type { FeedingOptions } from "./feeding.ts";

/** What is told of a table. */
export type IngestEvent = FeedEvent & { readonly table: string };

export interface IngestOptions extends Omit<FeedingOptions, "tell"> {
  readonly tell: (event: IngestEvent) => void;
  /** A table that cannot go on is told of, once a reason, and begun again, a little later each time, instead of being an error. */
  readonly forever: boolean;
}

/** A table's feed, opened when it begins and closed when it ends. */
export type OpenFeed = () => Feed & { close(): void };

const waitsMs = [1_000, 2_000, 5_000, 10_000, 30_000];

/** Feeds one table until the signal is aborted; what is in hand is committed then. */
export async function ingest(table: string, open: OpenFeed, { tell, forever, ...options }: IngestOptions): Promise<void> {
  const { signal } = options;
  let told: string | undefined;
  let failures = 0;
  const hear = (event: FeedEvent): void => {
    if (event.kind === "committed") [told, failures] = [undefined, 0];
    tell({ ...event, table });
  };
  while (!signal.aborted) {
    try {
      await feedOnce(open, { ...options, tell: hear });
    } catch (error) {
      // What is no Failure is a fault of ours, and not to be tried again.
      if (!forever || !(error instanceof Failure)) throw error;
      if (told !== error.message) tell({ table, kind: "failed", error });
      told = error.message;
      await wait(waitsMs[Math.min(failures++, waitsMs.length - 1)], undefined, { signal }).catch(() => undefined);
    }
  }
}

async function feedOnce(open: OpenFeed, options: FeedingOptions): Promise<void> {
  const feed = open();
  try {
    await feedTable(feed, options);
  } finally {
    feed.close();
  }
}
