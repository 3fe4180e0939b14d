/** Takes what waits in the inbox once it is due, and tells what came of it. */
import type { IngestMetrics } from "../governance/metrics.ts";
import { lagOf } from "./line.ts";
import type { Line } from "./line.ts";
import { only } from "./ownership.ts";
import { lose } from "./ownerships.ts";
import { take } from "./take.ts";
import type { Batch } from "./take.ts";

/** Milliseconds until what waits should be taken, 0 when it should be now; undefined when nothing waits. */
export function dueIn({ inbox, pace }: Line, now: number): number | undefined {
  if (inbox.since === undefined) return undefined;
  if (inbox.messages >= pace.messagesMax || inbox.bytes >= pace.bytesMax) return 0;
  return Math.max(0, inbox.since + pace.waitMs - now);
}

/** Takes everything that waits. */
export async function takeWaiting(line: Line): Promise<void> {
  const batch = line.inbox.drain(new Set(line.owned.keys()));
  line.puller.resume();
  if (batch.size === 0) return;
  const taken = await line.performer.run(take(line.facts.id, only(line.owned, new Set(batch.keys())), batch));
  for (const partition of batch.keys()) if (!taken.owned.has(partition)) lose(line, partition);
  line.owned = new Map([...line.owned, ...taken.owned]);
  if (taken.batch.size > 0) tellTaken(line, taken.batch);
}

function tellTaken(line: Line, batch: Batch): void {
  const { table, metrics } = line;
  const { rows, version, seconds } = line.performer.last();
  const messages = [...batch.values()].reduce((sum, some) => sum + some.length, 0);
  const dead = messages - rows;
  const lag = countLag(line);
  metrics?.committed({ table, rows, dead, seconds });
  if (metrics !== undefined) tellLatency(table, batch, metrics);
  line.tell({ kind: "committed", rows, dead, version, lag });
}

/** Counts the messages that the table has not, by partition, and gives their sum: also where none come, so that a quiet topic is known from one that nobody reads. */
export function countLag(line: Line): number {
  const { table, topic, metrics } = line;
  let lag = 0;
  for (const partition of line.owned.keys()) {
    const behind = lagOf(line, partition);
    if (behind === undefined) continue;
    lag += behind;
    metrics?.lag({ table, topic, partition }, behind);
  }
  return lag;
}

function tellLatency(table: string, batch: Batch, metrics: IngestMetrics): void {
  const now = Date.now();
  let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const messages of batch.values()) {
    for (const { timestamp } of messages) {
      if (timestamp < oldest) oldest = timestamp;
      if (timestamp > newest) newest = timestamp;
    }
  }
  metrics.latency(table, Math.max(0, now - oldest) / 1000);
  metrics.latency(table, Math.max(0, now - newest) / 1000);
}
