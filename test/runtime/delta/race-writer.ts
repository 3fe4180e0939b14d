/**
 * A process that appends rows to the table of the race, one commit after another, until its input ends; then prints the versions it
 * committed. Its rows go by the transaction in the same commit, so that the next of its name goes on where it was killed.
 */
import { setTimeout as wait } from "node:timers/promises";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";

const [root = "", location = "", name = "", cache = "", everyMs = "0"] = process.argv.slice(2);
const table = process.env["NEURALAKE_DYNAMODB_TABLE"];
const store = openStores({ directory: cache, bytesMax: 1_000_000_000, ...(table === undefined ? {} : { logTable: { table } }) })(root);
const stop = new AbortController();
process.stdin.once("end", () => stop.abort()).resume();

let snapshot = await readSnapshot(store, location);
while (!stop.signal.aborted) {
  const last = snapshot.transactions.get(name);
  const number = (last ?? 0) + 1;
  const rows = Array.from({ length: 1 + (number % 3) }, (_, index) => ({ id: BigInt(number * 10 + index), city: name }));
  const files = await writeRows(store, location, snapshot, rows);
  const outcome = await appendFiles(store, location, snapshot, files, { transactions: [{ appId: name, version: number }], expects: new Map([[name, last]]) });
  if (outcome.kind === "committed") snapshot = outcome.snapshot;
  // Appends follow whatever compaction does: nobody else has this name, so that only a wish to end is left.
  else throw new Error(`${name} ${number}: ${JSON.stringify(outcome)}`);
  process.stdout.write(`${outcome.version}\n`);
  await wait(Number(everyMs), undefined, { signal: stop.signal }).catch(() => undefined);
}
