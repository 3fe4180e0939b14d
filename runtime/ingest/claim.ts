/**
 * Becoming the owner of partitions. An epoch higher than any before is committed to the table, then to the dead table; every commit demands
 * it, so after the first nobody else takes a message, and after the second nobody else sets one aside: what the dead table holds then stays.
 */
import { ownerId, takenId } from "./application-ids.ts";
import type { Ownership } from "./ownership.ts";
import { ask } from "./script.ts";
import type { Counters, Script } from "./script.ts";

/** Claims the partitions of a topic, as often as it takes. */
export function* claim(topicId: string, partitions: readonly number[]): Script<Ownership> {
  for (;;) {
    const { main, dead } = yield* ask({ do: "look" });
    const owners = partitions.map((partition) => ownerId(topicId, partition));
    const epochs = new Map(owners.map((id) => [id, 1 + Math.max(main.get(id) ?? 0, dead.get(id) ?? 0)]));
    const demanded = [...owners, ...partitions.map((partition) => takenId(topicId, partition))];
    const first = yield* ask({ do: "commit", side: "main", counters: epochs, expects: picked(main, demanded) });
    if (first.kind !== "committed") continue;
    // What an owner before sets aside until here is none of our business: it is recalled below.
    const second = yield* ask({ do: "commit", side: "dead", counters: epochs, expects: picked(dead, owners) });
    if (second.kind !== "committed") continue;
    return yield* recalled(topicId, partitions, epochs, first.counters, second.counters);
  }
}

function* recalled(topicId: string, partitions: readonly number[], epochs: Counters, main: Counters, dead: Counters): Script<Ownership> {
  const states = partitions.map((partition) => {
    const [id, owner] = [takenId(topicId, partition), ownerId(topicId, partition)];
    return { partition, epoch: epochs.get(owner) ?? 0, taken: main.get(id), dead: dead.get(id) };
  });
  const ahead = states.filter((state) => (state.dead ?? -1) > (state.taken ?? -1));
  const found = ahead.length === 0 ? [] : yield* ask({ do: "recall", beyond: new Map(ahead.map(({ partition, taken }) => [partition, taken])) });
  return new Map(states.map(({ partition, ...state }) => {
    const aside = new Map(found.filter((message) => message.partition === partition).map((message) => [message.offset, { message, sent: false }]));
    return [partition, { ...state, aside }];
  }));
}

function picked(counters: Counters, ids: readonly string[]): ReadonlyMap<string, number | undefined> {
  return new Map(ids.map((id) => [id, counters.get(id)]));
}
