/**
 * A process that is to be killed: says that it is ready, waits for a line with the step at which it ends itself (0 for never), and appends one row, in a
 * transaction that counts its appends, as one who just came to the table does: its file first and then its commit (apart), or both at once
 * (together). Then it tells how many steps that took.
 */
import { once } from "node:events";
import { deadlySteps } from "./fs-steps.ts";

const [root = "", location = "", name = "", cache = "", order = "apart"] = process.argv.slice(2);
const deadly = deadlySteps();

const { appendFiles, encodeRows, storeFiles } = await import("../../../runtime/delta/commit/append.ts");
const { readSnapshot } = await import("../../../runtime/delta/snapshot/snapshot.ts");
const { openStores } = await import("../../../runtime/storage/open-store.ts");
const table = process.env["NEURALAKE_DYNAMODB_TABLE"];
const store = openStores({ directory: cache, bytesMax: 1_000_000_000, ...(table === undefined ? {} : { logTable: { table } }) })(root);

process.stdout.write("ready\n");
const [line] = await once(process.stdin.setEncoding("utf8"), "data") as [string];
const snapshot = await readSnapshot(store, location);
const last = snapshot.transactions.get(name);
const number = (last ?? 0) + 1;
deadly.arm(Number(line));
process.stdout.write("armed\n");
const files = await encodeRows(snapshot, [{ id: BigInt(number), city: name }], store.locate(location));
const stored = storeFiles(store, location, files);
if (order === "apart") await stored;
const outcome = await appendFiles(store, location, snapshot, files, { after: stored, transactions: [{ appId: name, version: number }], expects: new Map([[name, last]]) });
const steps = deadly.disarm();
process.stdout.write(`${JSON.stringify({ outcome: outcome.kind, steps })}\n`);
process.exit(outcome.kind === "committed" ? 0 : 3);
