/**
 * How long `neuralake compile` takes over 1,000 tables of 20 columns with nothing generated yet, against TypeScript alone on the same files (a
 * program made and checked) and against `dbt parse`, `prisma generate` and `drizzle-kit generate` of the same tables in their own words. Each
 * run is a process of its own, timed from its start to its end; all take turns, and the medians are compared. What Node and Python keep of
 * code they loaded is there for all: the first round, which is not counted, makes it. Sizes other than 1,000 as an argument.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { openDbt } from "./compile/peers/dbt.ts";
import { openDrizzle } from "./compile/peers/drizzle.ts";
import { timed } from "./compile/peers/peer.ts";
import type { Peer } from "./compile/peers/peer.ts";
import { openPrisma } from "./compile/peers/prisma.ts";
import { columnsEach, writeTables } from "./compile/tables.ts";

const tables = Number(process.argv[2] ?? 1_000);
const databases = 10;
const rounds = 5;
const goals = { typeCheck: 1.25, timesFaster: 5 };

const script = (name: string): string => path.join(import.meta.dirname, name);

function openOurs(project: string): Peer {
  return {
    name: "neuralake compile",
    command: [process.execPath, script("../../bin/neuralake.js"), "compile"],
    env: {},
    made: "generated",
    count() {
      const { databases: all } = JSON.parse(readFileSync(path.join(project, "generated/catalog.json"), "utf8")) as Catalog;
      const counts = all.flatMap((database) => database.tables).map((table) => table.columns.length);
      return { tables: counts.length, columns: counts.reduce((sum, count) => sum + count, 0) };
    },
  };
}

/** TypeScript makes nothing: that it finds no mistake is all there is to see. */
const openTypeCheck = (project: string): Peer => ({
  name: "type check", command: [process.execPath, script("compile/peer.ts"), project], env: {}, made: "nothing", count: () => ({ tables, columns: tables * columnsEach }),
});

/**
 * One run with nothing made before; every table and column must be in what it makes. What the last run made is put aside, not removed: ext4
 * does not take the place of a file for another in the first minutes after its removal, and looks past all such places for each new file.
 */
function runOnce(project: string, peer: Peer): number {
  if (existsSync(path.join(project, peer.made))) renameSync(path.join(project, peer.made), mkdtempSync(path.join(scratch, "made-")));
  const seconds = timed(project, peer.command, peer.env);
  const counted = peer.count();
  if (counted.tables !== tables || counted.columns !== tables * columnsEach) throw new Error(`${peer.name} made ${counted.tables} tables of ${counted.columns} columns`);
  return seconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounded = (value: number): number => Number(value.toFixed(3));

const scratch = mkdtempSync(path.join(tmpdir(), "neuralake-bench-"));
try {
  const project = path.join(scratch, "neuralake");
  const folder = (name: string): string => {
    mkdirSync(path.join(scratch, name));
    return path.join(scratch, name);
  };
  writeTables(project, tables, databases);
  const runs = [
    { peer: openOurs(project), project, took: [] as number[] },
    { peer: openTypeCheck(project), project, took: [] as number[] },
    ...await Promise.all(([["dbt", openDbt], ["prisma", openPrisma], ["drizzle", openDrizzle]] as const).map(async ([name, open]) => {
      const own = folder(name);
      return { peer: await open(own, tables), project: own, took: [] as number[] };
    })),
  ];
  for (let round = 0; round <= rounds; round++) {
    for (const { peer, project: own, took } of runs) {
      const seconds = runOnce(own, peer);
      if (round > 0) took.push(seconds);
    }
  }
  const [seconds = Number.NaN, checkSeconds = Number.NaN, ...others] = runs.map(({ took }) => median(took));
  const peers = runs.slice(2).map(({ peer }, index) => ({ peer: peer.name, seconds: rounded(others[index] ?? Number.NaN), timesFaster: rounded((others[index] ?? Number.NaN) / seconds) }));
  console.log(JSON.stringify({ bench: "compile", tables, columns: columnsEach, seconds: rounded(seconds), typeCheckSeconds: rounded(checkSeconds), ratio: rounded(seconds / checkSeconds), peers, goals }));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
