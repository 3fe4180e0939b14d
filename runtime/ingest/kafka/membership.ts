/**
 * A place in the group of those who feed one table: which partitions are ours to read, for now. The group only shares the work out; that
 * two who believe the same do no harm is the table's own affair.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Consumer } from "@platformatic/kafka";
import { clientOptions } from "./connection.ts";
import { retireDeadMembers, memberName } from "./dead-members.ts";

export interface Membership {
  /** The partitions that are ours as far as we know. */
  assigned(): ReadonlySet<number>;
  /** Whether the group has confirmed us since a time in milliseconds since 1970. */
  confirmedSince(time: number): boolean;
  /** Joins anew: the topic is not what it was. */
  rejoin(): void;
  close(): Promise<void>;
}

export interface MembershipOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** One a table, so that no two tables share their messages. */
  readonly group: string;
  /** The assignment may have changed. */
  readonly changed: () => void;
  /** The group cannot be reached; it is tried again until it can. */
  readonly trouble: (error: unknown) => void;
  /** It answered. */
  readonly well: () => void;
}

/** A member that is silent for so long is taken for dead (no broker allows less than six seconds unless told). */
const sessionMs = 10_000;
const heartbeatMs = 1_000;
const again = 500;

/** Joins the group, and joins it anew whenever that is lost, until it is closed. */
export function joinGroup(options: MembershipOptions): Membership {
  const stop = new AbortController();
  let member: Consumer | undefined;
  let confirmed = 0;
  const confirm = (): void => {
    confirmed = Date.now();
    options.well();
    options.changed();
  };
  let leave = new AbortController();
  const running = keepJoined(options, stop.signal, confirm, (now) => {
    member = now;
    leave = new AbortController();
    options.changed();
    return leave.signal;
  });
  return {
    assigned: () => new Set(member?.assignments?.find(({ topic }) => topic === options.topic)?.partitions),
    confirmedSince: (time) => confirmed > time,
    rejoin: () => leave.abort(),
    async close() {
      stop.abort();
      await running;
    },
  };
}

async function keepJoined(options: MembershipOptions, signal: AbortSignal, confirm: () => void, current: (member: Consumer | undefined) => AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const member = newMember(options);
    try {
      const lost = lostMembership(member, confirm, signal);
      await retireDeadMembers(options.brokers, options.group);
      member.topics.track(options.topic);
      await Promise.race([member.joinGroup({}), lost]);
      await Promise.race([lost, aborted(current(member))]);
    } catch (error) {
      if (!signal.aborted) options.trouble(error);
    } finally {
      current(undefined);
      // A broker that is gone cannot be told; the session ends by itself.
      await member.close(true).catch(() => undefined);
    }
    await wait(again, undefined, { signal }).catch(() => undefined);
  }
}

function newMember({ brokers, group }: MembershipOptions): Consumer {
  return new Consumer({
    ...clientOptions(brokers, memberName()), retries: 200, groupId: group,
    sessionTimeout: sessionMs, rebalanceTimeout: sessionMs, heartbeatInterval: heartbeatMs, heartbeatStallTimeout: sessionMs,
    protocols: [{ name: "cooperative-sticky", version: 3 }],
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => { signal.addEventListener("abort", () => resolve(), { once: true }); });
}

/** Rejects when the group was lost for good, resolves when `signal` says that it is enough. */
function lostMembership(member: Consumer, confirm: () => void, signal: AbortSignal): Promise<void> {
  const lost = new Promise<void>((resolve, reject) => {
    member.on("consumer:group:join", confirm);
    member.on("consumer:heartbeat:end", confirm);
    member.on("consumer:heartbeat:stalled", ({ lastError }) => reject(lastError ?? new Error("the group does not answer")));
    // What the library emits beside its declared events: a rejoin that failed, after which it sends no heartbeat.
    (member as NodeJS.EventEmitter).on("error", reject);
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  // Whoever waits for it hears of it; nobody does while the group is being joined.
  lost.catch(() => undefined);
  return lost;
}
