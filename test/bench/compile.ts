/**
 * How long a cold compile of 1,000 tables of 20 columns takes, against TypeScript alone on the same files: a program made and checked.
 * Each run is a process of its own, timed from its start to its end; the two take turns, and the medians are compared.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const tables = 1_000;
const columnsEach = 20;
const databases = 10;
const pairs = 5;
const goal = 1.6;

const types = ["Int64", "Text", "Decimal<10, 2>", "Timestamp", "Float64 | null", "Day", "Bool", '"open" | "closed"', "Int32", "Uuid"];

function tableText(number: number): string {
  const columns = Array.from({ length: columnsEach }, (_, index) => {
    const words = index === 0 ? "  @key()\n" : index === 8 ? "  @between(0, 1_000)\n" : "";
    return `  /** What number ${index} says of a thing. */\n${words}  column_${index}: ${types[index % types.length]};\n`;
  });
  return `import { between, deltaTable, key } from "neuralake";
import type { Bool, Day, Decimal, Float64, Int32, Int64, Text, Timestamp, Uuid } from "neuralake";

/** Things of kind ${number}, one a row. */
@deltaTable({ layer: "silver" })
export class Things${number} {
${columns.join("\n")}}
`;
}

function writeProject(project: string): void {
  for (let number = 0; number < tables; number++) {
    const folder = path.join(project, "catalog", `area_${number % databases}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `things${number}.ts`), tableText(number));
  }
}

/** Seconds that `script` takes over the project, as a process of its own. */
function timed(script: string, project: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["-C", "source", path.join(import.meta.dirname, "compile", script), project], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return (performance.now() - started) / 1_000;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const project = mkdtempSync(path.join(tmpdir(), "neuralake-bench-"));
try {
  writeProject(project);
  const ours: number[] = [];
  const peers: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    rmSync(path.join(project, "generated"), { recursive: true, force: true });
    ours.push(timed("ours.ts", project));
    peers.push(timed("peer.ts", project));
  }
  const [seconds, peerSeconds] = [median(ours), median(peers)];
  console.log(JSON.stringify({ bench: "compile", tables, columns: columnsEach, seconds, peerSeconds, ratio: seconds / peerSeconds, goal }));
} finally {
  rmSync(project, { recursive: true, force: true });
}
