/** Deletes rows of the table at a path in a process that has opened nothing before; prints what it took, the peak of the process and how many rows went. */
import { openTable } from "../../../runtime/lake.ts";

const [directory = "", where = ""] = process.argv.slice(2);
const before = process.memoryUsage().rss;
const began = performance.now();
const table = await openTable(directory);
const { deleted } = await table.delete(where);
const ms = performance.now() - began;
await table.close();
console.log(JSON.stringify({ ms, before, peak: process.resourceUsage().maxRSS * 1_024, deleted }));
