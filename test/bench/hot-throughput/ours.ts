/** `neuralake ingest` without its command line: feeds the table of a project. Prints seconds from the claim of its partitions to the last commit, and how many commits there were. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { ingest } from "../../../runtime/ingest/ingest.ts";
import { openLake } from "../../../runtime/lake.ts";

const [brokers = "", project = "", messages = ""] = process.argv.slice(2);
const catalog = JSON.parse(await readFile(path.join(project, "generated/catalog.json"), "utf8")) as Catalog;
const lake = await openLake({ catalog, root: path.join(project, "lake"), project });
const declared = lake.feed("rides.trips");
const stop = new AbortController();
let [rows, commits, began] = [0, 0, 0];
await ingest("rides.trips", () => ({ name: "rides.trips", current: () => declared, refresh: async () => undefined, close: () => undefined }), {
  brokers: brokers.split(","), signal: stop.signal, forever: false,
  tell(event) {
    if (event.kind === "owns") began = performance.now();
    if (event.kind !== "committed") return;
    commits++;
    rows += event.rows;
    if (rows >= Number(messages)) stop.abort();
  },
});
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, commits }));
await lake.close();
process.exit();
