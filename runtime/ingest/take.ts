/**
 * Taking messages, so that each is in the table or in the dead table, once. What cannot be a row goes first: a commit to the dead table,
 * then the topic of dead letters, then the commit to the table that counts all of them as taken. Who dies in between finds them in the
 * dead table and leaves them there, whatever the rules say by then.
 */
import type { Message } from "./message.ts";
import { afterAside, afterSent, afterTaken, demands, isOurs, only, unsent } from "./ownership.ts";
import type { Ownership } from "./ownership.ts";
import { ask } from "./script.ts";
import type { CommitAnswer, Script } from "./script.ts";

/** Messages of each partition: at least one, in order, all beyond what was taken. */
export type Batch = ReadonlyMap<number, readonly Message[]>;

/** What is still owned after a batch; partitions that are not were lost to somebody, or nobody can say, and must be claimed anew. */
export interface Taken { readonly owned: Ownership; readonly batch: Batch }

type Tried =
  | { readonly kind: "taken"; readonly owned: Ownership }
  /** `again`: something else than ownership was in the way. */
  | { readonly kind: "again" | "fenced" | "unknown"; readonly owned: Ownership };

/** Takes a batch, whole for each partition that stays ours: `batch` of the answer. `owned` holds the batch's partitions and no others. */
export function* take(topicId: string, owned: Ownership, batch: Batch): Script<Taken> {
  while (batch.size > 0) {
    const tried = yield* attempt(topicId, owned, batch);
    owned = tried.owned;
    if (tried.kind === "taken") break;
    if (tried.kind === "again") yield* ask({ do: "refresh" });
    else {
      const ours = tried.kind === "unknown" ? new Set<number>() : yield* stillOurs(topicId, owned);
      owned = only(owned, ours);
      batch = only(batch, ours);
    }
  }
  return { owned, batch };
}

function* attempt(topicId: string, before: Ownership, batch: Batch): Script<Tried> {
  const open = [...batch].flatMap(([partition, messages]) => messages.filter(({ offset }) => before.get(partition)?.aside.has(offset) !== true));
  const judged = yield* ask({ do: "judge", messages: open });
  let owned = before;
  if (judged.refused.length > 0) {
    const outcome = yield* ask({ do: "commit", side: "dead", ...demands(topicId, owned, "dead", lastOf(judged.refused)), refused: judged.refused });
    if (outcome.kind !== "committed") return { kind: refusal(outcome), owned };
    owned = afterAside(owned, judged.refused);
  }
  const last = lastOf([...batch.values()].flatMap((messages) => messages.slice(-1)));
  const passing = unsent(owned, last, batch);
  if (passing.length > 0) yield* ask({ do: "send", refused: passing });
  owned = afterSent(owned, passing);
  const outcome = yield* ask({ do: "commit", side: "main", ...demands(topicId, owned, "taken", last), kept: judged.kept });
  return outcome.kind === "committed" ? { kind: "taken", owned: afterTaken(owned, last) } : { kind: refusal(outcome), owned };
}

function refusal(outcome: Exclude<CommitAnswer, { kind: "committed" }>): "again" | "fenced" | "unknown" {
  if (outcome.kind === "unknown") return "unknown";
  return outcome.about === "transaction" ? "fenced" : "again";
}

/** The partitions whose counters are as we left them. */
function* stillOurs(topicId: string, owned: Ownership): Script<ReadonlySet<number>> {
  const counters = yield* ask({ do: "look" });
  return new Set([...owned].filter(([partition, state]) => isOurs(topicId, partition, state, counters)).map(([partition]) => partition));
}

/** The greatest offset of each partition among messages. */
function lastOf(messages: readonly { readonly partition: number; readonly offset: number }[]): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  for (const { partition, offset } of messages) last.set(partition, Math.max(offset, last.get(partition) ?? -1));
  return last;
}
