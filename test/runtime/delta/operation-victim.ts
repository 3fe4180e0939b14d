/**
 * A process that is to be killed: says that it is ready, waits for a line with the operation and the step of the file system at which it ends itself (0 for never), and does
 * it to the table as it is. Then it tells how that ended, and how many steps it took.
 */
import { mkdtemp } from "node:fs/promises";
import { once } from "node:events";
import path from "node:path";
import { deadlySteps } from "./fs-steps.ts";

const [directory = ""] = process.argv.slice(2);
const deadly = deadlySteps();

const { readSnapshot } = await import("../../../runtime/delta/snapshot/snapshot.ts");
const { openEngine } = await import("../../../runtime/query/engine.ts");
const { openStores } = await import("../../../runtime/storage/open-store.ts");
const { Failure } = await import("../../../runtime/values/failure.ts");
const { location } = await import("./rides.ts");
const { tableOperations } = await import("./table-operations.ts");
// The number of a process comes round again.
const temporary = await mkdtemp(path.join(directory, "engine-"));
const engine = await openEngine({ readable: [directory], temporary });
const table = process.env["NEURALAKE_DYNAMODB_TABLE"];

process.stdout.write("ready\n");
const [line] = await once(process.stdin.setEncoding("utf8"), "data") as [string];
const { root, operation: name, step } = JSON.parse(line) as { readonly root: string; readonly operation: string; readonly step: number };
const operation = tableOperations.find((one) => one.name === name);
if (operation === undefined) throw new Error(`there is no ${name}`);
const store = openStores({ directory: path.join(directory, "cache"), bytesMax: 1_000_000_000, ...(table === undefined ? {} : { logTable: { table } }) })(root);
const base = await readSnapshot(store, location);
deadly.arm(step);
process.stdout.write("armed\n");
let ended = "done";
try {
  await operation.act({ store, base, engine });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  ended = error.code;
}
// Ended at once, it would keep what the pipe had no room for yet.
process.stdout.write(`${JSON.stringify({ ended, steps: deadly.disarm() })}\n`, () => process.exit(0));
