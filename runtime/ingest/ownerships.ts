/** Keeps what is owned in step with what the group assigns, and each owned partition followed from where the table is. */
import { Failure } from "../values/failure.ts";
import { claim } from "./claim.ts";
import { brokerTrouble } from "./kafka/connection.ts";
import type { OutOfRange, TopicFacts } from "./kafka/reader.ts";
import { release } from "./line.ts";
import type { Line } from "./line.ts";
import type { Ownership } from "./ownership.ts";
import { skip } from "./skip.ts";
import type { Steady } from "./steady.ts";

/** Lets go of what is assigned to others, claims what is assigned to us; whether anything was claimed. */
export async function settleOwnership(line: Line, steady: Steady): Promise<boolean> {
  const assigned = line.membership.assigned();
  for (const partition of line.owned.keys()) if (!assigned.has(partition)) release(line, partition);
  const missing = [...assigned].filter((partition) => !line.owned.has(partition) && mayClaim(line, partition)).toSorted((left, right) => left - right);
  if (missing.length === 0) return false;
  const claimed = await line.performer.run(claim(line.facts.id, missing));
  for (const partition of missing) line.lostAt.delete(partition);
  line.owned = new Map([...line.owned, ...claimed]);
  await follow(line, claimed, steady);
  line.tell({ kind: "owns", topic: line.topic, partitions: [...line.owned.keys()].toSorted((left, right) => left - right) });
  return true;
}

/** A partition that was lost belongs to somebody else by now, unless the group says otherwise. */
function mayClaim(line: Line, partition: number): boolean {
  const lost = line.lostAt.get(partition);
  return lost === undefined || line.membership.confirmedSince(lost);
}

/** From behind what was taken; from the oldest message where nothing was. */
async function follow(line: Line, owned: Ownership, steady: Steady): Promise<void> {
  const fresh = [...owned].filter(([, { taken }]) => taken === undefined).map(([partition]) => partition);
  const earliest = fresh.length === 0 ? new Map<number, number>() : await steady.persist(() => line.reader.earliest(fresh), (error) => brokerTrouble(line.brokers, error));
  for (const [partition, { taken }] of owned) line.puller.follow(partition, taken === undefined ? earliest.get(partition) ?? 0 : taken + 1);
}

/** The topic was made anew, or has more partitions: everything begins again with what it is now. */
export function topicChanged(line: Line, facts: TopicFacts): void {
  for (const partition of line.owned.keys()) release(line, partition);
  line.lostAt.clear();
  line.facts = facts;
  line.membership.rejoin();
}

/** What to do about a partition that cannot be read where we are: OFFSET_LOST, unless nothing of it was taken yet or a person said to go on. */
export async function beyondReach(line: Line, { partition, asked, first, end }: OutOfRange, fromEarliest: boolean): Promise<void> {
  const state = line.owned.get(partition);
  // News of a place that was left since.
  if (state === undefined || (state.taken !== undefined && state.taken + 1 !== asked)) return;
  if (asked < first && (state.taken === undefined || fromEarliest)) {
    const kept = state.taken === undefined ? line.owned : await line.performer.run(skip(line.facts.id, line.owned, partition, first));
    if (!kept.has(partition)) return lose(line, partition);
    line.owned = kept;
    return line.puller.follow(partition, first);
  }
  const where = `partition ${partition} of ${line.topic}`;
  if (asked > end) {
    throw new Failure("OFFSET_LOST", `${line.table} has taken ${where} up to offset ${asked - 1}, and the broker's last is ${end - 1}: the topic is not the one that was read.`, {
      hint: "Point the configuration at the right brokers, or make the topic anew, with another id: its messages are then taken from the first.", place: { value: String(asked) },
    });
  }
  throw new Failure("OFFSET_LOST", `${line.table} has taken ${where} up to offset ${asked - 1}, and the broker's first is ${first}: the messages ${asked} to ${first - 1} are gone.`, {
    hint: `To leave them out and go on at ${first}: neuralake ingest ${line.table} --from-earliest`, place: { value: String(asked) },
  });
}

/** Somebody else has it, or nobody can say. */
export function lose(line: Line, partition: number): void {
  release(line, partition);
  line.lostAt.set(partition, Date.now());
}
