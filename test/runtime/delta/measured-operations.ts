/** Measures operations: each engine carries out its own on a table of every type, we write on where it was not us, and every engine reads what is left. */
import { cp } from "node:fs/promises";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { PeerRow } from "../../services/python.ts";
import { storeAt } from "../../stores.ts";
import { carryOut, textFile } from "./carry-out.ts";
import type { Site, Task } from "./carry-out.ts";
import { makeEveryType } from "./every-type.ts";
import { operations, writers } from "./operations.ts";
import type { Operation, PlainRow, Traces, Writer } from "./operations.ts";
import { ownAnswer, readEach, readers } from "./peers.ts";
import type { Answer, Reader } from "./peers.ts";
import { judged, plainRow } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** An operation by one engine: how it ended, and how each engine reads the table then; nobody reads what was refused. */
export interface MeasuredOperation { readonly operation: string; readonly writer: Writer; readonly done: Verdict; readonly read: { readonly [reader in Reader]?: Verdict } }

interface Case extends Task { readonly name: string; readonly operation: Operation; readonly before: readonly PlainRow[] }

/** These operations by these engines, as far as they have words for them. */
export async function measureOperations(site: Site, names: readonly string[], places: readonly (string | null)[], by: readonly Writer[] = writers): Promise<readonly MeasuredOperation[]> {
  const cases = await prepare(site, names, places, by);
  const answers = await carryOut(site, cases);
  const done = new Map<Case, Verdict>();
  const left = new Map<Case, readonly PlainRow[]>();
  for (const [k, one] of cases.entries()) {
    const answer = answers[k] ?? { refused: "it was not asked" };
    const verdict = "refused" in answer ? await unharmed(one, answer.refused) : await asItShould(one);
    done.set(one, verdict);
    if ("refused" in answer) continue;
    const rows = one.operation.after(one.before);
    left.set(one, one.writer === "neuralake" || verdict.is === "refused" ? rows : await writtenOn(site.folder, one, rows));
  }
  const read = await readEach(site, [...left.keys()].map(placeOf));
  return cases.map((one) => {
    const [rows, found] = [left.get(one), read.get(placeOf(one))];
    return { operation: one.name, writer: one.writer, done: done.get(one) ?? { is: "refused" }, read: rows === undefined ? {} : Object.fromEntries(readers.map((reader) => [reader, judged(found?.get(reader), rows)])) };
  });
}

const placeOf = ({ operation, at, other }: Case): string => (operation.elsewhere === true ? other : at);

/** A table for each; on a disk copies of few. */
async function prepare(site: Site, names: readonly string[], places: readonly (string | null)[], by: readonly Writer[]): Promise<readonly Case[]> {
  const bases = new Map<string, { readonly name: string; readonly rows: readonly PlainRow[] }>();
  const store = storeAt(site.root);
  const cases: Case[] = [];
  for (const [k, { name, operation, writer }] of names.flatMap((one) => by.flatMap((each) => (operations[one]?.[each] === undefined ? [] : [{ name: one, operation: operations[one], writer: each }]))).entries()) {
    const options = { properties: operation.properties ?? {}, flat: operation.flat ?? false, places };
    const key = JSON.stringify(options);
    const known = bases.get(key);
    const base = known ?? { name: `base-${bases.size}`, rows: (await makeEveryType(store, `base-${bases.size}`, options)).map(plainRow) };
    bases.set(key, base);
    const own = `${writer}-${k}`;
    const at = `${site.root}/${own}`;
    if (store.local === store.root) await cp(store.locate(base.name), at, { recursive: true, preserveTimestamps: true });
    else await makeEveryType(store, own, options);
    cases.push({ name, operation, words: operation, writer, at, other: `${at}-other`, before: base.rows });
  }
  return cases;
}

const peek = async (table: string): Promise<Answer<readonly PeerRow[]>> => (await ownAnswer(["peek", table, "--all", "--json"])) as Answer<readonly PeerRow[]>;

/** A refusal leaves the table as it was. */
async function unharmed({ at, before, operation }: Case, why: string): Promise<Verdict> {
  // What comes before the last of several steps may have been done.
  const { is, why: how = "" } = judged(await peek(at), before);
  return is === "equal" || operation.steps === true ? { is: "refused", why } : { is: "wrong", why: `it refused (${why}) and left other rows: ${how}` };
}

/** Rows as we read them, and what else must be seen. A table with a checkpoint is left with that alone. */
async function asItShould(one: Case): Promise<Verdict> {
  const { operation, before } = one;
  const verdict = judged(await peek(placeOf(one)), operation.after(before));
  if (verdict.is !== "equal") return verdict;
  const store = storeAt(placeOf(one));
  const snapshot = await readSnapshot(store, "");
  const files = [...snapshot.files];
  const traces: Traces = {
    names: (await Array.fromAsync(store.list("", { recursive: true }))).map((object) => object.path),
    files: files.map(({ deletionVector }) => ({ vector: deletionVector !== undefined && deletionVector !== null })),
    partitions: new Set(files.map(({ partitionValues }) => JSON.stringify(partitionValues))).size,
    domains: [...snapshot.domains.keys()],
  };
  if (operation.seen?.(traces) === false) return { is: "refused", why: `nothing is seen of it but the rows: ${traces.names.join(" ")}` };
  if (operation.cleaned === true) for (let version = 0; version < (snapshot.checkpoint ?? 0); version += 1) await store.remove(commitPath("", version));
  return verdict;
}

/** One row more and one less, by us. */
async function writtenOn(folder: string, one: Case, rows: readonly PlainRow[]): Promise<readonly PlainRow[]> {
  for (const args of [["load", placeOf(one), await textFile(folder, "ndjson", '{"id": 98, "p": "own"}')], ["delete", placeOf(one), "--where", "id = 2"]]) {
    const answer = await ownAnswer(args);
    if ("refused" in answer) throw new Error(`${one.name} by ${one.writer}, written on: ${args[0]} failed: ${answer.refused}`);
  }
  const empty = Object.fromEntries(Object.keys(rows[0] ?? {}).map((column) => [column, null]));
  return [...rows.filter(({ id }) => id !== 2), { ...empty, id: 98, p: "own" }];
}
