/**
 * How long one edit takes while a catalog of 1,000 and of 10,000 tables of 20 columns is watched, from the save to the last written file:
 * a column's comment, a new column, and a view's SQL take turns. Also what of it is writing: the same bytes written by this process, with
 * nothing else done. Sizes as arguments; without, both.
 */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openCompiler } from "../../compiler/compile.ts";
import type { Compiled } from "../../compiler/compile.ts";
import { viewText, writeTables } from "./compile/tables.ts";

const edits = 12;
const goal = 100;
const tablesEach = 100;

/** The three kinds of edit, each another text each time. */
const kinds: readonly ((text: string, number: number) => string)[] = [
  (text, number) => text.replace(/What number 3 says[^.]*\./, `What number 3 says of a thing, ${number}.`),
  (text, number) => text.replace(/\n\}\n$/, `\n\n  added_${number}: Int64;\n}\n`),
  (text, number) => text.replace(/\} > \d+/, `} > ${number}`),
];

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

interface BareWrite { readonly ms: number; readonly cpuMs: number; readonly bytes: number }

/** Milliseconds to write as many bytes into as many files. */
function bareWrite(project: string, written: readonly string[]): BareWrite {
  const contents = written.map((file) => readFileSync(path.join(project, "generated", file)));
  const [started, used] = [performance.now(), process.cpuUsage()];
  for (const [index, content] of contents.entries()) {
    writeFileSync(path.join(project, `bare-${index}.part`), content);
    renameSync(path.join(project, `bare-${index}.part`), path.join(project, `bare-${index}`));
  }
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - started, cpuMs: (user + system) / 1_000, bytes: contents.reduce((sum, content) => sum + content.length, 0) };
}

function requireGood({ diagnostics, written }: Compiled): readonly string[] {
  if (diagnostics.length > 0 || written.length === 0) throw new Error(`nothing was written: ${JSON.stringify(diagnostics[0])}`);
  return written;
}

async function measure(tables: number): Promise<{ readonly ms: number; readonly cpuMs: number; readonly writeMs: number; readonly writeCpuMs: number; readonly bytes: number }> {
  const project = mkdtempSync(path.join(tmpdir(), "neuralake-bench-"));
  const compiler = openCompiler({ project, draft: true });
  try {
    const databases = tables / tablesEach;
    writeTables(project, tables, databases);
    writeFileSync(path.join(project, "catalog/area_0/dear_things.ts"), viewText);
    requireGood(await compiler.compile());
    const times: number[] = [];
    const cpu: number[] = [];
    const writes: BareWrite[] = [];
    for (let number = 0; number < edits; number++) {
      const kind = kinds[number % kinds.length];
      const name = kind === kinds[2] ? "catalog/area_0/dear_things.ts" : `catalog/area_1/things${1 + number * databases}.ts`;
      writeFileSync(path.join(project, name), kind?.(readFileSync(path.join(project, name), "utf8"), number + 1) ?? "");
      const [started, used] = [performance.now(), process.cpuUsage()];
      const written = requireGood(await compiler.compile(new Set([name])));
      const { user, system } = process.cpuUsage(used);
      times.push(performance.now() - started);
      cpu.push((user + system) / 1_000);
      writes.push(bareWrite(project, written));
    }
    // The first of each kind warms what it needs.
    return { ms: median(times.slice(kinds.length)), cpuMs: median(cpu.slice(kinds.length)), writeMs: median(writes.map(({ ms }) => ms)), writeCpuMs: median(writes.map((write) => write.cpuMs)), bytes: median(writes.map(({ bytes }) => bytes)) };
  } finally {
    await compiler.close();
    rmSync(project, { recursive: true, force: true });
  }
}

const sizes = process.argv.slice(2).map(Number);
for (const tables of sizes.length > 0 ? sizes : [1_000, 10_000]) {
  const { ms, cpuMs, writeMs, writeCpuMs, bytes } = await measure(tables);
  console.log(JSON.stringify({ bench: "compile-edit", tables, columns: 20, ms: Math.round(ms), cpuMs: Math.round(cpuMs), bareWriteMs: Math.round(writeMs), bareWriteCpuMs: Math.round(writeCpuMs), bytes, withoutWritingMs: Math.round(ms - writeMs), goal }));
}
