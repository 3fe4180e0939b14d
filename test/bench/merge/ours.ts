/** Merges the rows of a Parquet file into the table at a path, in a process that has opened nothing before; prints what it took, the peak of the process and what became of rows. */
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";

const [directory = "", source = ""] = process.argv.slice(2);
const began = performance.now();
const lake = await openLake({ catalog: { format: catalogFormat, databases: [] }, root: directory, project: directory });
const { inserted, updated } = await lake.mergeFiles(directory, [source], { on: ["id"] });
const ms = performance.now() - began;
await lake.close();
console.log(JSON.stringify({ ms, peak: process.resourceUsage().maxRSS * 1_024, inserted, updated }));
