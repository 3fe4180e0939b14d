/**
 * The names under which a table's log counts a partition of a topic (protocol, "Transaction Identifiers"). A topic made anew under the
 * same name has another id, so nobody takes its first offsets for the old ones.
 */

/** Version: the last offset that was taken; in a dead table the last that was set aside. */
export function takenId(topicId: string, partition: number): string {
  return `neuralake:kafka:${topicId}:${partition}`;
}

/** Version: the epoch of the owner, which is only ever raised. */
export function ownerId(topicId: string, partition: number): string {
  return `neuralake:owner:${topicId}:${partition}`;
}
