/** Opens the table at a path in a process that has opened nothing before, then again unchanged; prints what it took and what it found. Then the rows of all files by their statistics, which opening leaves where they are: with `check` told, else timed alone. */
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { openFiles } from "../../../runtime/storage/files.ts";

const [directory = "", what = "time"] = process.argv.slice(2);
const store = openFiles(directory);
const before = process.memoryUsage().rss;
const began = performance.now();
const snapshot = await readSnapshot(store, "");
const files = snapshot.files.length;
const coldMs = performance.now() - began;
const grown = process.memoryUsage().rss - before;
const peak = process.resourceUsage().maxRSS * 1_024 - before;
const again: number[] = [];
for (let turn = 0; turn < 20; turn++) {
  const resumed = performance.now();
  const same = await readSnapshot(store, "", undefined, snapshot);
  again.push(performance.now() - resumed);
  if (same !== snapshot) throw new Error("the table changed");
}
const counting = performance.now();
const { rows: counted } = sizeOf(snapshot);
const statisticsMs = performance.now() - counting;
const rows = what === "check" ? counted : null;
console.log(JSON.stringify({ coldMs, statisticsMs, unchangedMs: again.toSorted((left, right) => left - right)[10], grown, peak, files, rows, version: snapshot.version }));
