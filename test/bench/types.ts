/**
 * What TypeScript takes to check 50 queries against 1,000 tables of 20 columns, through the generated client, through Kysely over hand-written interfaces, and through the clients
 * of Prisma and drizzle: the same compiler under the same options, each a process of its own, in turns; processor time is compared. Of our own package it sees what is
 * shipped, its declarations. First each file must check without an error, and with a wrong column in one more query have that error alone.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cached } from "../services/cache.ts";
import { runTool } from "../services/tool.ts";
import { median, rounded } from "./append/rides.ts";
import { writeTables } from "./compile/tables.ts";
import { columnsEach, databases, drizzleQueries, kyselyQueries, ourQueries, prismaQueries, tables } from "./types/queries.ts";
import type { QueryFile } from "./types/queries.ts";
import { drizzleTables, kyselyTables, prismaSchema } from "./types/schemas.ts";

const turns = Number(process.env["BENCH_TURNS"] ?? 3);
const goal = 1.2;
const root = path.join(import.meta.dirname, "../..");
const tsc = path.join(root, "node_modules/typescript/lib/tsc.js");
const versions = { prisma: "prisma@7.10.0", client: "@prisma/client@7.10.0", drizzle: "drizzle-orm@0.45.4" };
const options = { target: "esnext", module: "nodenext", lib: ["esnext", "esnext.temporal"], types: ["node"], strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true, noEmit: true, allowImportingTsExtensions: true };

interface Checked { readonly seconds: number; readonly cpuSeconds: number; readonly instantiations: number; readonly types: number; readonly megabytes: number }

const scratch = mkdtempSync(path.join(tmpdir(), "neuralake-bench-"));
try {
  const peers = await installPeers();
  const own = path.join(root, "node_modules");
  const projects = {
    ours: project("ours", ourQueries, { kysely: own, "apache-arrow": own, "openapi-fetch": own }),
    kysely: project("kysely", kyselyQueries, { kysely: own }),
    prisma: project("prisma", prismaQueries, { "@prisma/client": path.join(peers, "node_modules") }),
    drizzle: project("drizzle", drizzleQueries, { "drizzle-orm": path.join(peers, "node_modules") }),
  };
  generateOurs(projects.ours.folder);
  writeFileSync(path.join(projects.kysely.folder, "tables.ts"), kyselyTables);
  symlinkSync(path.join(peers, "client"), path.join(projects.prisma.folder, "client"));
  writeFileSync(path.join(projects.drizzle.folder, "tables.ts"), drizzleTables);
  const runs = new Map(Object.keys(projects).map((name): [string, Checked[]] => [name, []]));
  for (const made of Object.values(projects)) requireCaught(made);
  for (let turn = 0; turn < turns; turn++) for (const [name, { folder }] of Object.entries(projects)) runs.get(name)?.push(check(folder));
  const figures = Object.fromEntries([...runs].map(([name, checked]) => [name, medians(checked)]));
  const ratioTo = (name: string): number => rounded((figures["ours"]?.cpuSeconds ?? Number.NaN) / (figures[name]?.cpuSeconds ?? Number.NaN));
  console.log(JSON.stringify({ bench: "types", tables, columns: columnsEach, queries: 50, ...figures, ofKysely: ratioTo("kysely"), ofPrisma: ratioTo("prisma"), ofDrizzle: ratioTo("drizzle"), goal, met: ratioTo("kysely") <= goal }));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Prisma and drizzle, and Prisma's client of the tables; its command wants an engine for databases that it does not use here, and would fetch one. */
function installPeers(): Promise<string> {
  return cached("types-peers", [...Object.values(versions), prismaSchema], async (folder) => {
    await runTool("npm", ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", ...Object.values(versions)], { cwd: folder });
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
    writeFileSync(path.join(folder, "schema.prisma"), prismaSchema);
    await runTool(process.execPath, [path.join(folder, "node_modules/prisma/build/index.js"), "generate", "--schema", "schema.prisma"], { cwd: folder, env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" } });
  });
}

interface Project { readonly folder: string; readonly queries: QueryFile }

/** A project with one file of queries and, by package, the node_modules where each that it imports is. */
function project(name: string, queries: QueryFile, packages: Readonly<Record<string, string>>): Project {
  const folder = path.join(scratch, name);
  for (const [own, from] of Object.entries({ "@types/node": path.join(root, "node_modules"), ...packages })) {
    const link = path.join(folder, "node_modules", own);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(from, own), link);
  }
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["queries.ts"] }));
  writeFileSync(path.join(folder, "queries.ts"), queries.right);
  return { folder, queries };
}

/** Compiles the catalog of the tables, and puts the declarations of our package where it would be installed. */
function generateOurs(folder: string): void {
  writeTables(folder, tables, databases);
  const compiled = spawnSync(process.execPath, [path.join(root, "bin/neuralake.js"), "compile"], { cwd: folder, encoding: "utf8" });
  assert.equal(compiled.status, 0, compiled.stdout + compiled.stderr);
  const installed = path.join(folder, "node_modules/neuralake");
  mkdirSync(installed);
  copyFileSync(path.join(root, "package.json"), path.join(installed, "package.json"));
  const declared = spawnSync(process.execPath, [tsc, "-p", path.join(root, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", path.join(installed, "dist")], { cwd: root, encoding: "utf8" });
  assert.equal(declared.status, 0, declared.stdout);
}

/** Checks the project of a folder as its only work. */
function check(folder: string): Checked {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", path.join(import.meta.dirname, "types/cpu-time.ts"), tsc, "-p", folder, "--extendedDiagnostics"], { cwd: folder, encoding: "utf8" });
  const seconds = (performance.now() - started) / 1_000;
  assert.equal(status, 0, stdout + stderr);
  const figure = (text: string, name: RegExp): number => Number(name.exec(text)?.[1] ?? Number.NaN);
  return { seconds, cpuSeconds: figure(stderr, /^cpu (\d+)/m) / 1e6, instantiations: figure(stdout, /^Instantiations:\s+(\d+)/m), types: figure(stdout, /^Types:\s+(\d+)/m), megabytes: figure(stdout, /^Memory used:\s+(\d+)K/m) / 1_000 };
}

/** The wrong query is an error, and the only one; then it is gone again. */
function requireCaught({ folder, queries }: Project): void {
  const file = path.join(folder, "queries.ts");
  writeFileSync(file, queries.right + queries.wrong);
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { cwd: folder, encoding: "utf8" });
  const errors = stdout.split("\n").filter((line) => /^\S.*error TS/.test(line));
  assert.ok(status !== 0 && errors.length === 1 && errors[0]?.startsWith(`queries.ts(${queries.right.split("\n").length},`), `of ${folder}: ${stdout}`);
  writeFileSync(file, queries.right);
}

function medians(checked: readonly Checked[]): Checked {
  const of = (figure: keyof Checked): number => rounded(median(checked.map((one) => one[figure])));
  return { seconds: of("seconds"), cpuSeconds: of("cpuSeconds"), instantiations: of("instantiations"), types: of("types"), megabytes: of("megabytes") };
}
