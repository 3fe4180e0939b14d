/** Messages of a table that makes columns by itself: their rows are read together, since the engine makes values of many at once. */
import type { Row } from "../values/value.ts";
import { Failure } from "../values/failure.ts";
import type { ReadMessage } from "./message-row.ts";
import type { Message } from "./message.ts";

/** A reader of just these messages, whose rows have what `make` made. One that cannot be read, or made whole, is VALUE_INVALID as ever. */
export async function wholeReader(read: ReadMessage, messages: readonly Message[], make: (rows: readonly Row[]) => Promise<readonly Row[]>): Promise<ReadMessage> {
  const rows = new Map<Message, Row | Failure>();
  for (const message of messages) rows.set(message, await orFailure(() => read(message)));
  const there = [...rows].flatMap(([message, row]) => (row instanceof Failure ? [] : [{ message, row }]));
  const together = await orFailure(async () => await make(there.map(({ row }) => row)));
  for (const [k, { message, row }] of there.entries()) {
    // Together they failed: each by itself tells which is to blame.
    rows.set(message, together instanceof Failure ? await orFailure(async () => (await make([row]))[0] ?? row) : together[k] ?? row);
  }
  return (message) => {
    const row = rows.get(message) ?? read(message);
    if (row instanceof Failure) throw new Failure("VALUE_INVALID", row.message, { cause: row });
    return row;
  };
}

async function orFailure<T>(act: () => T | Promise<T>): Promise<T | Failure> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Failure && (error.code === "VALUE_INVALID" || error.code === "ROWS_REFUSED")) return error;
    throw error;
  }
}
