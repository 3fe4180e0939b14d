/**
 * A look through all files of a table for rows that were erased: data files are decoded and asked for rows that meet the condition; in the log, and in what else
 * lies there, the texts of those rows are looked for, as they are and as JSON and paths spell them. Texts that other rows have as well tell nothing.
 */
import type { Store, StoredObject } from "../../storage/store.ts";
import { readCheckpoint } from "../checkpoints/checkpoint.ts";
import type { ChangeOptions, Changing } from "../commit/changed-files.ts";
import { findPhysical, wholeFile } from "../commit/erase.ts";
import { tableRows } from "../commit/touched-files.ts";
import { below, decodePath, isAbsolute } from "../actions/file-paths.ts";
import type { AddFile } from "../actions/actions.ts";
import type { RowTexts } from "../engine.ts";
import { listLog } from "../log/log.ts";
import { readable } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** A table, and what finds rows and their texts in it. */
export interface Erasing extends Changing { readonly texts: RowTexts }

export interface ErasedLook {
  /** Data files that were decoded, and their rows. */
  readonly files: number;
  readonly rows: number;
  /** Files of the log and others in the table's folder that were searched for `texts` texts of the rows. */
  readonly otherFiles: number;
  readonly texts: number;
  /** Files of other places that the table names, and that were not looked at beyond its own rows. */
  readonly outside: number;
  /** Where something of them is left. */
  readonly found: readonly { readonly path: string; readonly why: string }[];
}

/** Texts that are kept of the rows, at most, and letters of the shortest: shorter ones are in any file. */
const textsMax = 10_000;
const lettersMin = 4;
/** Statistics hold so many letters of a text, or more. */
const prefixLetters = 32;

/** The texts of the rows that are to be erased, as live files hold them, deleted ones too; and those that the condition itself names. */
export async function textsOf({ store, location, finder, texts }: Erasing, snapshot: Snapshot, where: string, options: ChangeOptions): Promise<readonly string[]> {
  const condition = await finder.read(snapshot.columns, where);
  const named = condition.tests.flatMap(({ values }) => values.filter(({ type }) => type === "text").map(({ text }) => text));
  options.signal?.throwIfAborted();
  const { files, ...table } = await readable(store, location, snapshot, [...snapshot.files].map(wholeFile));
  const held = await texts(table, files, { condition, atMost: textsMax });
  return [...new Set([...named, ...held])].filter((text) => text.length >= lettersMin);
}

/** What is known before: texts of the rows, and files that were looked at where shallow clones name them. */
export interface Sought { readonly texts: readonly string[]; readonly cloned: ReadonlySet<string> }

/** Looks through all that lies in the table's folder. */
export async function lookForErased(erasing: Erasing, snapshot: Snapshot, where: string, { texts, cloned }: Sought, options: ChangeOptions): Promise<ErasedLook> {
  const { store, location, finder } = erasing;
  const condition = await finder.read(snapshot.columns, where);
  const live = [...snapshot.files].map(wholeFile);
  const counts = await findPhysical(erasing, snapshot, condition, live, options);
  const marks = await withoutOthers(erasing, snapshot, live, texts);
  const ownPaths = new Set(live.filter(({ path }) => !isAbsolute(path)).map(({ path }) => below(location, decodePath(path))));
  const found = live.flatMap(({ path }, k) => ((counts[k]?.matching ?? 0) === 0 ? [] : [{ path, why: `holds ${counts[k]?.matching} such rows` }]));
  for (const { path } of live) if (marks.some((mark) => mark.isIn(path))) found.push({ path, why: "has a text of the rows in its name" });
  const others = (await ownObjects(store, location)).filter(({ path }) => !ownPaths.has(path));
  for (const object of others) {
    options.signal?.throwIfAborted();
    const why = await tellsOf(store, location, object, marks, cloned);
    if (why !== undefined) found.push({ path: inTable(location, object.path), why });
  }
  return { files: live.length, rows: counts.reduce((sum, { rows }) => sum + rows, 0), otherFiles: others.length, texts: marks.length, outside: live.filter(({ path }) => isAbsolute(path)).length, found };
}

/** All below the table's folder; a table inside it is somebody else's. */
async function ownObjects(store: Store, location: string): Promise<readonly StoredObject[]> {
  const all = await Array.fromAsync(store.list(location === "" ? "" : `${location}/`, { recursive: true }));
  const nested = new Set(all.flatMap(({ path }) => {
    const log = inTable(location, path).lastIndexOf("/_delta_log/");
    return log === -1 ? [] : [inTable(location, path).slice(0, log + 1)];
  }));
  return nested.size === 0 ? all : all.filter(({ path }) => ![...nested].some((directory) => inTable(location, path).startsWith(directory)));
}

function inTable(location: string, path: string): string {
  return path.slice(location === "" ? 0 : location.length + 1);
}

interface Mark { isIn(text: string): boolean }

/** A text that rows of the table still have says nothing of those that are gone. */
async function withoutOthers({ store, location, texts }: Erasing, snapshot: Snapshot, live: readonly AddFile[], all: readonly string[]): Promise<readonly Mark[]> {
  const { files } = await readable(store, location, snapshot, live);
  const kept = new Set(await texts(tableRows(snapshot), files, { texts: all }));
  return all.filter((text) => !kept.has(text)).map(markOf);
}

function markOf(text: string): Mark {
  const start = text.slice(0, prefixLetters);
  const inJson = JSON.stringify(start).slice(1, -1);
  const spellings = [...new Set([start, inJson, JSON.stringify(inJson).slice(1, -1), encodeURIComponent(start), encodeURI(start), encodeURIComponent(encodeURIComponent(start))])];
  return { isIn: (within) => spellings.some((spelling) => standsIn(within, spelling)) };
}

/** Within a longer word it is another. */
function standsIn(within: string, spelling: string): boolean {
  for (let at = within.indexOf(spelling); at !== -1; at = within.indexOf(spelling, at + 1)) {
    if (!/[\p{L}\p{N}]$/u.test(within.slice(0, at).slice(-2)) && (spelling.length >= prefixLetters || !/^[\p{L}\p{N}]/u.test(within.slice(at + spelling.length, at + spelling.length + 2)))) return true;
  }
  return false;
}

/** Why a file that is none of the live data files tells of the rows; undefined when it does not. */
async function tellsOf(store: Store, location: string, object: StoredObject, marks: readonly Mark[], cloned: ReadonlySet<string>): Promise<string | undefined> {
  const path = inTable(location, object.path);
  const holds = (text: string): string | undefined => (marks.some((mark) => mark.isIn(text)) ? "holds a text of the rows" : undefined);
  if (marks.some((mark) => mark.isIn(path))) return "has a text of the rows in its name";
  if (path.endsWith(".parquet") && !path.startsWith("_delta_log/")) return cloned.has(path) ? undefined : "is data that the newest version does not name, and too young to be removed: its rows were not looked at";
  if (/^_delta_log\/.*checkpoint.*\.parquet$/.test(path)) return holds(await checkpointText(store, location, Number(path.slice("_delta_log/".length, "_delta_log/".length + 20))));
  return holds(Buffer.from(await store.read(object.path)).toString("utf8"));
}

const everyAction = ["protocol", "metaData", "txn", "domainMetadata", "add", "remove"] as const;

/** All that a checkpoint says, decoded. */
async function checkpointText(store: Store, location: string, version: number): Promise<string> {
  const { checkpoints } = await listLog(store, location);
  const texts: string[] = [];
  for (const checkpoint of checkpoints.filter((one) => one.version === version)) {
    for await (const actions of readCheckpoint(store, location, checkpoint, everyAction)) texts.push(JSON.stringify(actions));
  }
  return texts.join("\n");
}

