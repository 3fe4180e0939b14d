/**
 * Every command that looks at a Delta table, on one table: what surface.md says of each, with and without `--json`. The shape of what is printed, the exit
 * code, the rows, and of what is refused the code and nothing beside it.
 */
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { expect } from "vitest";
import { jsonText } from "../../bin/terminal.ts";
import { parseJson } from "../../runtime/values/json-text.ts";
import type { PeerRow } from "../services/python.ts";
import { sameRows } from "../runtime/delta/same-rows.ts";
import type { Outcome } from "./command.ts";
import { runHere } from "./in-process.ts";

export interface Walked {
  readonly version: number;
  /** Of that version, as our own JSON spells them. */
  readonly rows: readonly PeerRow[];
  /** The feature for which rows are refused. */
  readonly refused?: string;
  /** The version from which on the table records its changes, before which it was empty; of a table that does not, left out. */
  readonly changesFrom?: number;
  /** The first version whose commit is in the log; 0 when left out. */
  readonly oldest?: number;
  /** What verify may find; nothing when left out. */
  readonly findings?: readonly string[];
}

type Run = (args: readonly string[]) => Promise<Outcome>;
type Json = { readonly [name: string]: unknown };

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** The first version whose commit is in a table's log; beyond all when none is. */
export async function oldestCommit(directory: string): Promise<number> {
  const names = await readdir(path.join(directory, "_delta_log"));
  return Math.min(...names.flatMap((name) => (/^\d{20}\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])));
}

/** How many commands were run: for the count that a test prints. */
export const walked = { tables: 0, commands: 0 };

/** Walks a table; nothing is changed, a checkpoint is written to a copy. */
export async function walkTable(directory: string, expected: Walked, run: Run = runHere): Promise<void> {
  walked.tables += 1;
  const call: Run = async (args) => {
    walked.commands += 1;
    return await run(args);
  };
  await describes(call, directory, expected);
  await peeks(call, directory, expected);
  await tellsHistory(call, directory, expected);
  await tellsChanges(call, directory, expected);
  await verifies(call, directory, expected);
  await checkpoints(call, directory, expected);
}

async function describes(run: Run, directory: string, { version, rows, refused }: Walked): Promise<void> {
  const told = json(await run(["describe", directory, "--json"]), 0) as Json;
  const { location, version: at, timestamp, protocol, metadata, files, bytes, rows: count, transactions, domains, checkpoint, hints, ...more } = told;
  expect([more, location, at]).toEqual([{}, directory, version]);
  expect(timestamp).toMatch(rfc3339);
  expect(Object.keys(protocol as Json).every((key) => ["minReaderVersion", "minWriterVersion", "readerFeatures", "writerFeatures"].includes(key))).toBe(true);
  expect(metadata).toMatchObject({ id: expect.any(String), schema: { type: "struct", fields: expect.any(Array) }, partitionColumns: expect.any(Array), configuration: expect.any(Object) });
  expect(Object.keys(metadata as Json).toSorted()).toEqual(["configuration", "createdTime", "description", "id", "name", "partitionColumns", "schema"]);
  expect([files, bytes].map(Number).every(Number.isSafeInteger)).toBe(true);
  if (refused === undefined) expect(count === null ? null : Number(count)).toBe(count === null ? null : rows.length);
  expect([transactions, domains].every((each) => typeof each === "object" && each !== null)).toBe(true);
  expect(checkpoint === null || Number.isSafeInteger(Number(checkpoint))).toBe(true);
  expect(Array.isArray(hints)).toBe(true);
  const text = await run(["describe", directory]);
  expect([text.code, text.stderr]).toEqual([0, ""]);
  expect(text.stdout).toMatch(new RegExp(`^version +${version} of \\d{4}-`, "m"));
  for (const { name } of (metadata as { schema: { fields: { name: string }[] } }).schema.fields) expect(text.stdout).toContain(name);
}

async function peeks(run: Run, directory: string, { version, rows, refused }: Walked): Promise<void> {
  const all = await run(["peek", directory, "--all", "--json"]);
  const text = await run(["peek", directory, "--all"]);
  if (refused !== undefined) {
    refusal(all, "DELTA_UNSUPPORTED_FEATURE", refused);
    expect([text.code, text.stdout]).toEqual([1, ""]);
    expect(text.stderr).toContain("DELTA_UNSUPPORTED_FEATURE");
    return;
  }
  sameRows(json(all, 0) as readonly PeerRow[], rows, `${directory}: peek`);
  expect([text.code, text.stderr]).toEqual([0, ""]);
  const [header = [], ...records] = parseCsv(text.stdout, { bom: false }) as string[][];
  expect(records).toHaveLength(rows.length);
  if (rows[0] !== undefined) expect(header).toEqual(Object.keys(rows[0]));
  sameRows(json(await run(["peek", directory, "--all", "--version", String(version), "--json"]), 0) as readonly PeerRow[], rows, `${directory}: peek of its version`);
  expect((json(await run(["peek", directory, "--limit", "1", "--json"]), 0) as readonly PeerRow[]).length).toBe(Math.min(1, rows.length));
  refusal(await run(["peek", directory, "--version", String(version + 1), "--json"]), "DELTA_VERSION_NOT_FOUND", String(version + 1));
  refusal(await run(["peek", directory, "--columns", "no such column", "--json"]), "SQL_INVALID", "no such column");
}

async function tellsHistory(run: Run, directory: string, { version, oldest = 0 }: Walked): Promise<void> {
  const entries = json(await run(["history", directory, "--json"]), 0) as readonly Json[];
  expect(entries.map((entry) => Number(entry["version"]))).toEqual(Array.from({ length: Math.max(0, version - oldest + 1) }, (_, k) => version - k));
  for (const entry of entries) {
    expect(Object.keys(entry)).toEqual(["version", "timestamp", "operation", "operationParameters", "operationMetrics", "userMetadata", "engineInfo", "isBlindAppend"]);
    expect(entry["timestamp"]).toMatch(rfc3339);
  }
  const text = await run(["history", directory]);
  expect([text.code, text.stderr, text.stdout.trimEnd().split("\n").map((line) => line.split("\t")[0])]).toEqual([0, "", ["version", ...entries.map((entry) => String(Number(entry["version"])))]]);
}

async function tellsChanges(run: Run, directory: string, { version, rows, changesFrom, refused, oldest = 0 }: Walked): Promise<void> {
  const from = String(changesFrom ?? version);
  const told = await run(["changes", directory, "--from", from, "--json"]);
  const text = await run(["changes", directory, "--from", from]);
  if (changesFrom !== undefined && refused === undefined) {
    const changes = json(told, 0) as readonly PeerRow[];
    sameRows(leftBy(changes), rows, `${directory}: what its changes come to`);
    expect([text.code, text.stderr, (parseCsv(text.stdout) as string[][]).length]).toEqual([0, "", changes.length + 1]);
  } else {
    // Of a version that only a checkpoint holds, nobody knows what it changed.
    refusal(told, refused !== undefined ? /^DELTA_(UNSUPPORTED_FEATURE|CHANGES_NOT_RECORDED)$/ : oldest > version ? /^(DELTA_CHANGES_NOT_RECORDED|FILE_NOT_FOUND)$/ : "DELTA_CHANGES_NOT_RECORDED");
    expect([text.code, text.stdout]).toEqual([1, ""]);
  }
  refusal(await run(["changes", directory, "--from", String(version + 1), "--json"]), "PARAMETER_INVALID");
  const { code, stdout, stderr } = await run(["changes", directory, "--json"]);
  expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: "USAGE", message: expect.stringContaining("--from") } }]);
  expect(stderr).toContain("--from");
}

/** The rows that are there once all these changes of a table that was empty are done. */
function leftBy(changes: readonly PeerRow[]): readonly PeerRow[] {
  const left = new Map<string, PeerRow[]>();
  for (const { _change_type: change, _commit_version: version, _commit_timestamp: time, ...row } of changes.toSorted((one, other) => Number(one["_commit_version"]) - Number(other["_commit_version"]) || taken(other) - taken(one))) {
    expect([Number.isSafeInteger(Number(version)), time]).toEqual([true, expect.stringMatching(rfc3339)]);
    const same = left.getOrInsertComputed(jsonText(row), () => []);
    if (change === "insert" || change === "update_postimage") same.push(row);
    else expect([change === "delete" || change === "update_preimage", same.pop()]).toEqual([true, expect.anything()]);
  }
  return [...left.values()].flat();
}

function taken({ _change_type: change }: PeerRow): number {
  return change === "delete" || change === "update_preimage" ? 1 : 0;
}

async function verifies(run: Run, directory: string, { version, rows, refused, findings: allowed = [] }: Walked): Promise<void> {
  const outcome = await run(["verify", directory, "--json"]);
  const told = JSON.parse(outcome.stdout) as { readonly findings: readonly { readonly kind: string; readonly message: string }[]; readonly rows: number | null };
  expect(Object.keys(told).toSorted()).toEqual(["bytes", "files", "findings", "location", "logFiles", "rows", "version"]);
  expect([outcome.code, told]).toMatchObject([told.findings.length > 0 ? 3 : 0, { version, location: directory }]);
  if (refused === undefined && told.rows !== null) expect(told.rows).toBe(rows.length);
  // One that misleads is told, and misleads nobody here.
  const others = told.findings.filter((finding) => !(finding as { readonly path?: string }).path?.endsWith("/_last_checkpoint"));
  expect(others.filter(({ kind }) => !allowed.includes(kind)), `${directory}: verify`).toEqual([]);
  const text = await run(["verify", directory]);
  expect([text.code, text.stderr]).toEqual([outcome.code, ""]);
  expect(text.stdout).toMatch(told.findings.length > 0 ? new RegExp(`version ${version}: .*finding`) : new RegExp(`version ${version}: .*all is well`));
}

async function checkpoints(run: Run, directory: string, { version, rows, refused }: Walked): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "walked-"));
  const copy = path.join(folder, "table");
  try {
    await cp(directory, copy, { recursive: true, preserveTimestamps: true });
    const outcome = await run(["checkpoint", copy, "--json"]);
    const text = await run(["checkpoint", copy]);
    if (outcome.code !== 0) {
      refusal(outcome, "DELTA_UNSUPPORTED_FEATURE");
      expect([text.code, text.stdout]).toEqual([1, ""]);
      return;
    }
    const { table, version: at, written, form, actions, bytes, sidecars, cleaned, ...more } = json(outcome, 0) as Json;
    expect([form, sidecars !== undefined, typeof cleaned]).toEqual([expect.stringMatching(/^(classic|v2)$/), written === true && form === "v2", "object"]);
    expect([more, table, at, written, actions !== undefined, bytes !== undefined]).toEqual([{}, copy, version, written, written, written]);
    expect([text.code, text.stdout]).toEqual([0, `${copy} version ${version} has a checkpoint already\n`]);
    expect(json(await run(["describe", copy, "--json"]), 0)).toMatchObject({ version, checkpoint: version });
    if (refused === undefined) sameRows(json(await run(["peek", copy, "--all", "--json"]), 0) as readonly PeerRow[], rows, `${directory}: peek behind its checkpoint`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The one JSON value of a command that ended so. */
function json({ code, stdout, stderr }: Outcome, expected: number): unknown {
  expect([code, stderr], stdout.slice(0, 1_000)).toEqual([expected, ""]);
  return parseJson(stdout);
}

/** A failure as JSON, and nothing beside it on stdout; the same for people on stderr. */
function refusal({ code, stdout, stderr }: Outcome, expected: string | RegExp, told = ""): void {
  const { error, ...more } = JSON.parse(stdout) as { readonly error: { readonly code: string; readonly message: string; readonly hint?: string; readonly place?: object } };
  expect([code, more], stdout).toEqual([1, {}]);
  expect(error).toMatchObject({ code: typeof expected === "string" ? expected : expect.stringMatching(expected), message: expect.stringContaining(told) });
  expect(Object.keys(error).every((key) => ["code", "message", "hint", "place"].includes(key))).toBe(true);
  expect(stderr).toContain(error.code);
  expect(stderr).toContain(error.message.split("\n")[0]);
}
