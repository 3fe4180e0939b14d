/** What the feeding of one table consists of while it runs: its parts, and the little that changes. */
import type { IngestMetrics } from "../governance/metrics.ts";
import type { FeedEvent } from "./contract.ts";
import type { Inbox } from "./inbox.ts";
import type { Membership } from "./kafka/membership.ts";
import type { Reader, TopicFacts } from "./kafka/reader.ts";
import type { Ownership } from "./ownership.ts";
import type { Pace } from "./pace.ts";
import type { Performer } from "./performer.ts";
import type { Puller } from "./puller.ts";

export interface Line {
  /** The table's full name, and its topic's. */
  readonly table: string;
  readonly topic: string;
  readonly brokers: readonly string[];
  readonly reader: Reader;
  readonly inbox: Inbox;
  readonly puller: Puller;
  readonly membership: Membership;
  readonly performer: Performer;
  readonly pace: Pace;
  readonly tell: (event: FeedEvent) => void;
  readonly metrics: IngestMetrics | undefined;
  /** The topic as we know it; another id means another topic, whose messages nobody has taken. */
  facts: TopicFacts;
  owned: Ownership;
  /** When a partition was lost: it is claimed again once the group has confirmed since then that it is still ours. */
  readonly lostAt: Map<number, number>;
}

/** Reads a partition no more. */
export function release(line: Line, partition: number): void {
  line.puller.leave(partition);
  line.owned = new Map([...line.owned].filter(([other]) => other !== partition));
  line.metrics?.released({ table: line.table, topic: line.topic, partition });
}

/** Messages of a partition that the table has not: those in the inbox and those behind them. */
export function lagOf(line: Line, partition: number): number | undefined {
  const ahead = line.puller.ahead(partition);
  return ahead === undefined ? undefined : ahead + line.inbox.of(partition);
}
