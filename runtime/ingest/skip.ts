/** Counting messages as taken that the broker has no more: only ever asked for by a person, and said in the table's history. */
import { afterTaken, demands, only } from "./ownership.ts";
import type { Ownership } from "./ownership.ts";
import { ask } from "./script.ts";
import type { Script } from "./script.ts";

/** Goes on at `first`; the partition is owned no more when somebody else has it. */
export function* skip(topicId: string, owned: Ownership, partition: number, first: number): Script<Ownership> {
  const last = new Map([[partition, first - 1]]);
  const gone = `${(owned.get(partition)?.taken ?? -1) + 1} to ${first - 1} of partition ${partition}`;
  for (;;) {
    const outcome = yield* ask({ do: "commit", side: "main", ...demands(topicId, owned, "taken", last), note: `left out: offsets ${gone}, which the broker had no more` });
    if (outcome.kind === "committed") return afterTaken(owned, last);
    if (outcome.kind === "unknown" || outcome.about === "transaction") return only(owned, new Set([...owned.keys()].filter((other) => other !== partition)));
    yield* ask({ do: "refresh" });
  }
}
