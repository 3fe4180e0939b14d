/** The actions of a Delta commit (protocol, "Actions"), as they are kept in memory, and the lines they are read from. */
import { Failure } from "../../values/failure.ts";
import { parseJson } from "../../values/json-text.ts";
import type { PartitionValues } from "../engine.ts";

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

export interface Metadata {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: { readonly [name: string]: string } };
  /** The schema as JSON text. */
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: { readonly [name: string]: string };
  /** Milliseconds since 1970. */
  readonly createdTime?: number;
}

export interface AddFile {
  /** As the log has it: URI-encoded, relative to the table or absolute. */
  readonly path: string;
  readonly partitionValues: PartitionValues;
  /** Bytes. */
  readonly size: number;
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** Statistics as JSON text. */
  readonly stats?: string;
  readonly tags?: { readonly [name: string]: string | null };
  readonly deletionVector?: DeletionVector;
  /** Row id of the file's first row, and the version that it was committed in (protocol, "Row Tracking"). */
  readonly baseRowId?: number;
  readonly defaultRowCommitVersion?: number;
  /** Whose clustering its rows are in (protocol, "Clustered Table"). */
  readonly clusteringProvider?: string;
}

/** A tombstone: the file is no longer of the table, and may be deleted some time after `deletionTimestamp`. */
export interface RemoveFile {
  readonly path: string;
  /** Milliseconds since 1970; absent means long ago. */
  readonly deletionTimestamp?: number;
  readonly dataChange?: boolean;
  /** Whether the parts below are there. */
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: PartitionValues;
  readonly size?: number;
  readonly deletionVector?: DeletionVector;
  readonly baseRowId?: number;
  readonly defaultRowCommitVersion?: number;
}

/** Which rows of a file are deleted (protocol, "Deletion Vectors"): inline (`i`), or in a file of the table (`u`) or elsewhere (`p`). */
export interface DeletionVector {
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  /** Of the vector in its file. */
  readonly offset?: number | null;
  readonly sizeInBytes: number;
  /** Deleted rows. */
  readonly cardinality: number;
}
/** Rows that a commit changed, written out (protocol, "Add CDC File"). */
export interface ChangeFile { readonly path: string; readonly partitionValues: PartitionValues; readonly size: number; readonly dataChange?: false }
/** A file of a checkpoint with adds and removes (protocol, "Sidecar File Information"): its name in `_sidecars`, URI-encoded. */
export interface Sidecar { readonly path: string; readonly sizeInBytes: number; readonly modificationTime?: number }
export interface Txn { readonly appId: string; readonly version: number; readonly lastUpdated?: number }
export interface DomainMetadata { readonly domain: string; readonly configuration: string; readonly removed: boolean }
export type CommitInfo = { readonly [name: string]: unknown };

/** One action under its name; a line may hold one of these, or something this version does not know, which is passed over. */
export interface Action {
  readonly protocol?: Protocol;
  readonly metaData?: Metadata;
  readonly add?: AddFile;
  readonly remove?: RemoveFile;
  readonly txn?: Txn;
  readonly domainMetadata?: DomainMetadata;
  readonly commitInfo?: CommitInfo;
  readonly cdc?: ChangeFile;
  /** In checkpoints of the second form alone. */
  readonly sidecar?: Sidecar;
  readonly checkpointMetadata?: { readonly version: number };
}

/** The actions of a commit's text, a JSON object a line. DELTA_LOG_BROKEN names file and line. */
export function parseActions(text: string, file: string): Action[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [readAction(parseJson(line))];
    } catch (error) {
      throw new Failure("DELTA_LOG_BROKEN", `Line ${index + 1} of ${file} is no action of a Delta log: ${error instanceof Error ? error.message : String(error)}`, {
        hint: "The file was damaged or written by something else. Restore it from a copy; no other file can stand in for it.", place: { file, line: index + 1 }, cause: error,
      });
    }
  });
}

/** What a part must be: `?` when it may be left out, `words` a list of texts, `texts` texts or nulls by name. */
type PartType = "string" | "number" | "boolean" | "object" | "words" | "texts" | "string?" | "number?" | "boolean?" | "object?" | "words?" | "texts?";

/** The parts of each action; what an action lacks or has in a wrong type would be misread later. Parts that are not here are passed over. */
const shapes: { readonly [action: string]: { readonly [part: string]: PartType } } = {
  protocol: { minReaderVersion: "number", minWriterVersion: "number", readerFeatures: "words?", writerFeatures: "words?" },
  metaData: { id: "string", name: "string?", description: "string?", format: "object?", schemaString: "string", partitionColumns: "words", configuration: "texts?", createdTime: "number?" },
  add: { path: "string", size: "number", partitionValues: "texts", modificationTime: "number?", dataChange: "boolean?", stats: "string?", tags: "texts?", deletionVector: "object?",
    baseRowId: "number?", defaultRowCommitVersion: "number?", clusteringProvider: "string?" },
  remove: { path: "string", deletionTimestamp: "number?", dataChange: "boolean?", extendedFileMetadata: "boolean?", partitionValues: "texts?", size: "number?", deletionVector: "object?",
    baseRowId: "number?", defaultRowCommitVersion: "number?" },
  txn: { appId: "string", version: "number", lastUpdated: "number?" },
  domainMetadata: { domain: "string", configuration: "string", removed: "boolean?" },
  deletionVector: { storageType: "string", pathOrInlineDv: "string", offset: "number?", sizeInBytes: "number", cardinality: "number" },
  sidecar: { path: "string", sizeInBytes: "number" },
  checkpointMetadata: { version: "number" },
  cdc: { path: "string", size: "number", partitionValues: "texts" },
};

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

const holds: { readonly [type in PartType]: (value: unknown) => boolean } = {
  "string": (value) => typeof value === "string", "string?": (value) => value === undefined || typeof value === "string",
  "number": (value) => typeof value === "number", "number?": (value) => value === undefined || typeof value === "number",
  "boolean": (value) => typeof value === "boolean", "boolean?": (value) => value === undefined || typeof value === "boolean",
  "object": isObject, "object?": (value) => value === undefined || isObject(value),
  "words": isWords, "words?": (value) => value === undefined || isWords(value),
  "texts": isTexts, "texts?": (value) => value === undefined || isTexts(value),
};

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

function isTexts(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((text) => text === null || typeof text === "string");
}

/** One parsed line, or one row of a checkpoint, as an action. Parts that are null are left out, as if they were not written. */
export function readAction(json: unknown): Action {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error("not a JSON object");
  const action: { [name: string]: unknown } = {};
  for (const [name, parts] of Object.entries(json)) {
    if (typeof parts !== "object" || parts === null) continue;
    action[name] = Object.hasOwn(shapes, name) ? readParts(name, parts) : parts;
  }
  return action as Action;
}

function readParts(name: string, parts: object): object {
  for (const [part, type] of Object.entries(shapes[name] ?? {})) {
    const value: unknown = Reflect.get(parts, part) ?? undefined;
    if (typeof value === "bigint") throw new Error(`"${name}" has the ${part} ${value}, which is beyond 2^53`);
    if (!holds[type](value)) throw new Error(`"${name}" has no ${type.replace("?", "")} "${part}"`);
  }
  const there = Object.values(parts).includes(null) ? Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null)) : parts;
  if (name === "metaData") return { configuration: {}, ...there };
  const vector: unknown = Reflect.get(there, "deletionVector");
  if (vector === undefined || (name !== "add" && name !== "remove")) return there;
  if (!isObject(vector)) throw new Error(`"${name}" has no object "deletionVector"`);
  return { ...there, deletionVector: readParts("deletionVector", vector) };
}
