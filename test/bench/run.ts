/** `npm run bench -- NAME...`: runs test/bench/NAME.ts, each in a process of its own; each prints one JSON line. Without a name, all of them. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";

const folder = import.meta.dirname;
const known = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "run.ts").map((name) => path.basename(name, ".ts")).sort();
/** What two of them were called before they were held against delta-rs too. */
const formerly: ReadonlyMap<string, string> = new Map([["append", "delta-append"], ["s3-append", "delta-append-s3"]]);
const asked = process.argv.slice(2).map((name) => formerly.get(name) ?? name);
const unknown = asked.filter((name) => !known.includes(name));

if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(", ")}; there are ${known.join(", ")}`);
  process.exitCode = 2;
} else {
  for (const name of asked.length > 0 ? asked : known) {
    const { status } = spawnSync(process.execPath, ["-C", "source", path.join(folder, `${name}.ts`)], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
