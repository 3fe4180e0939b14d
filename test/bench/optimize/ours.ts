/** Optimizes the table at a path in a process that has opened nothing before, by columns where there are some; prints what it took, the peak of the process and the files before and after. */
import { openTable } from "../../../runtime/lake.ts";

const [directory = "", target = "", by = ""] = process.argv.slice(2);
const began = performance.now();
const table = await openTable(directory);
const { filesRemoved, filesAdded, commits } = await table.optimize({ targetBytes: Number(target), ...(by === "" ? {} : { zOrderBy: by.split(",") }) });
const ms = performance.now() - began;
await table.close();
console.log(JSON.stringify({ ms, peak: process.resourceUsage().maxRSS * 1_024, before: filesRemoved, after: filesAdded, commits }));
