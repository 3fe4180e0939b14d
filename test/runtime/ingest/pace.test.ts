import { expect, test } from "vitest";
import { openInbox } from "../../../runtime/ingest/inbox.ts";
import type { Message } from "../../../runtime/ingest/message.ts";
import { paceOf } from "../../../runtime/ingest/pace.ts";
import { dueIn } from "../../../runtime/ingest/taking.ts";
import type { Line } from "../../../runtime/ingest/line.ts";

const messages = (count: number, partition = 0): Message[] => Array.from({ length: count }, (_, offset) => ({ partition, offset, timestamp: 0, key: null, value: null }));

test("a message waits for half of its table's freshness, never for more than a minute; five seconds are the freshness of who declares none", () => {
  expect(["20ms", "5s", "24h", undefined].map((freshness) => paceOf(freshness).waitMs)).toEqual([10, 2_500, 60_000, 2_500]);
});

test("what waits is due when the first of it waited long enough, and at once when there is much of it", () => {
  const inbox = openInbox();
  const line = { inbox, pace: { waitMs: 10, messagesMax: 5, bytesMax: 100 } } as unknown as Line;
  expect(dueIn(line, 1_000)).toBeUndefined();
  inbox.add(0, messages(1), 10, 1_000);
  inbox.add(1, messages(1, 1), 10, 1_008);
  expect([dueIn(line, 1_000), dueIn(line, 1_009), dueIn(line, 1_020)]).toEqual([10, 1, 0]);
  inbox.add(1, messages(3, 1), 10, 1_001);
  expect(dueIn(line, 1_001)).toBe(0);
  inbox.drop(1);
  expect([inbox.messages, inbox.bytes, dueIn(line, 1_001)]).toEqual([1, 10, 9]);
  inbox.add(0, messages(1), 90, 1_001);
  expect(dueIn(line, 1_001)).toBe(0);
  expect([...inbox.drain(new Set([0]))].map(([partition, some]) => [partition, some.length])).toEqual([[0, 2]]);
  expect([inbox.messages, inbox.since]).toEqual([0, undefined]);
});
