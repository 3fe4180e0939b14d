/**
 * The names of the files and tombstones of a Parquet checkpoint, and since when the latter are gone: read in passing, a page of the few columns at a time, for whoever
 * asks what is needed of all files and nothing else (protocol, "Checkpoint Schema").
 */
import { isAscii, isUtf8 } from "node:buffer";
import { textReader, wholesOf } from "../../parquet/page-values.ts";
import type { PageTexts } from "../../parquet/page-values.ts";
import type { OpenParquet } from "../../parquet/parquet-footer.ts";
import { pagedColumn, wholeKind } from "../../parquet/parquet-pages.ts";
import type { AddFile, RemoveFile } from "../actions/actions.ts";
import { decodedVectors } from "./checkpoint-key-columns.ts";
import { project } from "./checkpoint-decode.ts";
import { pathColumn } from "./checkpoint-keys.ts";
import type { VectorMark } from "./checkpoint-keys.ts";

/** What an action says of which file it is about, and a tombstone of when it is to go. */
export interface NamingAction {
  readonly add?: Pick<AddFile, "path" | "deletionVector">;
  readonly remove?: Pick<RemoveFile, "path" | "deletionVector" | "deletionTimestamp" | "size">;
}

interface Names {
  readonly paths: readonly string[];
  readonly vectors: ReadonlyMap<number, VectorMark>;
  /** By the rows of the file: whether each is one of these. */
  readonly isFile: Uint8Array;
}

/** So many actions come at a time. */
const actionsMax = 8_192;

/** The names, some at a time; undefined when the columns are not as most writers make them, or damaged. FILE_INVALID. */
export function passingNames(file: OpenParquet): Iterable<readonly NamingAction[]> | undefined {
  try {
    const [adds, removes] = [readNames(file, "add"), readNames(file, "remove")];
    if (adds === undefined || removes === undefined) return undefined;
    const [times, sizes] = ["deletionTimestamp", "size"].map((part) => readWholes(file, ["remove", part], removes));
    if (times === undefined || sizes === undefined) return undefined;
    return inTurn(adds, removes, times, sizes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function* inTurn(adds: Names, removes: Names, times: Float64Array, sizes: Float64Array): Generator<readonly NamingAction[]> {
  for (let start = 0; start < adds.paths.length; start += actionsMax) yield adds.paths.slice(start, start + actionsMax).map((path, k) => ({ add: { path, ...vectorAt(adds, start + k) } }));
  for (let start = 0; start < removes.paths.length; start += actionsMax) {
    yield removes.paths.slice(start, start + actionsMax).map((path, k) => {
      const [at, size] = [times[start + k] ?? Number.NaN, sizes[start + k] ?? Number.NaN];
      return { remove: { path, ...(Number.isNaN(at) ? {} : { deletionTimestamp: at }), ...(Number.isNaN(size) ? {} : { size }), ...vectorAt(removes, start + k) } };
    });
  }
}

function vectorAt({ vectors }: Names, row: number): Pick<AddFile, "deletionVector"> {
  const vector = vectors.size === 0 ? undefined : vectors.get(row);
  return vector === undefined ? {} : { deletionVector: { sizeInBytes: 0, cardinality: 0, ...vector } };
}

function readNames(file: OpenParquet, action: "add" | "remove"): Names | undefined {
  const isFile = new Uint8Array(file.groups.reduce((sum, { rows }) => sum + rows, 0));
  const paths: string[] = [];
  if (!file.leaves.some(({ path, values }) => path[0] === action && values !== 0)) return { paths, vectors: new Map(), isFile };
  const column = pathColumn(file, action);
  if (column === undefined) return undefined;
  const read = textReader();
  for (const page of column.pages()) {
    addTexts(read(page), page.count, paths);
    for (let row = 0; row < page.rows; row++) {
      const level = page.levels === undefined ? column.definition : (page.levels[row] ?? 0);
      if (level === 0) continue;
      if (level !== column.definition) throw new RangeError("a file has no path");
      isFile[page.first + row] = 1;
    }
  }
  const ofVectors = project(file, (leaf) => leaf[0] === action && leaf[1] === "deletionVector" && file.leaves.some(({ path, values }) => values !== 0 && path.join(".") === leaf.join(".")));
  return { paths, isFile, vectors: ofVectors === undefined ? new Map() : decodedVectors(ofVectors, file.name, isFile, action) };
}

const decoder = new TextDecoder();

function addTexts({ bytes, from, starts, ends }: PageTexts, count: number, paths: string[]): void {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from);
  // Of ASCII, places of bytes are places of characters.
  const whole = isAscii(all) ? all.toString("latin1") : undefined;
  for (let k = 0; k < count; k++) {
    const [start, end] = [starts[k] ?? 0, ends[k] ?? 0];
    if (start === end) throw new RangeError("a file has no path");
    if (whole === undefined && !isUtf8(bytes.subarray(start, end))) throw new RangeError("a path is no text");
    paths.push(whole?.slice(start - from, end - from) ?? decoder.decode(bytes.subarray(start, end)));
  }
}

/** The numbers of a column at the rows that are of these files, NaN where there is none; undefined when it is of another kind. */
function readWholes(file: OpenParquet, name: readonly string[], { paths, isFile }: Names): Float64Array | undefined {
  const found = new Float64Array(paths.length).fill(Number.NaN);
  if (paths.length === 0 || !file.leaves.some(({ path }) => path.join(".") === name.join("."))) return found;
  const column = pagedColumn(file, name, wholeKind);
  let at = 0;
  for (const page of column?.pages() ?? []) {
    const values = wholesOf(page);
    for (let row = 0, value = 0; row < page.rows; row++) {
      const isThere = page.levels === undefined || page.levels[row] === column?.definition;
      if (isThere && Number.isNaN(values[value])) throw new RangeError("a number is beyond 2^53");
      if (isFile[page.first + row] === 1) found[at++] = isThere ? (values[value] ?? Number.NaN) : Number.NaN;
      if (isThere) value++;
    }
  }
  return column === undefined ? undefined : found;
}
