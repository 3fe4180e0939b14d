/**
 * What the site is made of: the compiler's site data (generated/site: an index and a file for each database) and, when the site is built beside a lake, the facts
 * of that lake (.neuralake/facts.json). Reads both, checks their format and gives one value; unknown formats are errors, never silence.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";

export interface TableEntry {
  readonly name: string;
  readonly kind: string;
  readonly layer?: string;
  /** First sentence of the author's comment. */
  readonly summary: string;
  readonly deprecated?: string;
  /** How many columns it has. */
  readonly columns: number;
}
export interface DatabaseEntry { readonly name: string; readonly doc: string; readonly owner?: string; readonly tables: readonly TableEntry[] }
export interface SiteIndex { readonly format: 1; readonly databases: readonly DatabaseEntry[] }

export interface SiteColumn {
  readonly name: string;
  /** As the author would write it: `Decimal<10, 2> | null`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly doc: string;
  readonly deprecated?: string;
  readonly key: boolean;
  readonly partition: boolean;
  readonly unique: boolean;
  readonly unit?: string;
  readonly pii?: { readonly category: string; readonly mask: string };
  /** In words: `between 1 and 8`. */
  readonly rules: readonly string[];
  readonly references?: { readonly table: string; readonly column: string };
  readonly from?: string;
  /** Part of a message's envelope: `offset`. */
  readonly kafka?: string;
  readonly dayOf?: string;
}
export interface SiteParameter { readonly name: string; readonly type: string; readonly doc: string; readonly default?: unknown }
export interface SiteCheck { readonly name: string; readonly doc: string; readonly onFail: string }
export interface Snippet { readonly id: "typescript" | "http" | "sql" | "curl"; readonly title: string; readonly code: string }

/** What SQL makes of which columns, one step up; as the compiler's Catalog has it. */
export interface SiteLineage {
  readonly columns: readonly {
    readonly column: string;
    readonly sources: readonly { readonly table: string; readonly column: string; readonly how: "copied" | "computed" | "aggregated" | "tested"; readonly masked?: string }[];
    readonly unknown?: string;
  }[];
  readonly shapes: readonly { readonly table: string; readonly column: string; readonly how: readonly string[] }[];
}

export interface SiteTable {
  readonly database: string;
  readonly name: string;
  readonly kind: string;
  readonly doc: string;
  readonly deprecated?: string;
  readonly owner?: string;
  readonly layer?: string;
  readonly freshness?: string;
  readonly retain?: string;
  readonly tags: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly columns: readonly SiteColumn[];
  readonly parameters: readonly SiteParameter[];
  readonly checks: readonly SiteCheck[];
  readonly source: { readonly kind: string; readonly text: string; readonly topic?: string };
  readonly sql?: string;
  /** Full names of the tables it reads, and of those that read it. */
  readonly reads: readonly string[];
  readonly readBy: readonly string[];
  readonly lineage?: SiteLineage;
  readonly snippets: readonly Snippet[];
}

/** How the values of one column lie, over the rows that were looked at. Texts are written as they are shown. */
export interface ColumnValues {
  readonly nulls: number;
  /** How many different values; only `about` so many when they are many. */
  readonly distinct?: number;
  readonly about?: true;
  readonly min?: string;
  readonly max?: string;
  /** Equal steps from `low` to `high`; what lies outside is counted in the first and the last. */
  readonly histogram?: { readonly low: string; readonly high: string; readonly counts: readonly number[] };
  /** The most frequent values, most frequent first. */
  readonly top?: readonly { readonly value: string; readonly rows: number }[];
  /** Why there is nothing more to show. */
  readonly withheld?: string;
}
export interface VersionFacts { readonly version: number; readonly timestamp: string; readonly operation: string; readonly rows?: number }
export interface Sample { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }

export interface TableFacts {
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly files: number | null;
  readonly version: number | null;
  /** RFC 3339. */
  readonly committed: string | null;
  /** Newest first. */
  readonly versions: readonly VersionFacts[];
  readonly sample: Sample | null;
  /** `looked`: how many rows the profile was taken over; `whole`: these were all. */
  readonly values?: { readonly looked: number; readonly whole: boolean; readonly columns: { readonly [column: string]: ColumnValues } };
  /** Why rows and values are not shown although they could be. */
  readonly withheld?: string;
  /** What could not be read, in words. */
  readonly problem?: string;
}
export interface Facts { readonly format: 1; readonly collected: string; readonly tables: { readonly [table: string]: TableFacts } }

export interface SiteData {
  readonly databases: readonly DatabaseEntry[];
  /** By full name, in order of the index. */
  readonly tables: ReadonlyMap<string, SiteTable>;
  /** Undefined when the site is not built beside a lake. */
  readonly facts: Facts | undefined;
}

/** Reads and checks the site data of `generatedDir`/site and, when given, the facts file. */
export async function readSiteData(generatedDir: string, factsFile: string | undefined): Promise<SiteData> {
  const folder = path.join(generatedDir, "site");
  const index = await readFormat<SiteIndex>(path.join(folder, "index.json"));
  const databases = await Promise.all(index.databases.map(({ name }) => readFormat<{ format: 1; tables: readonly SiteTable[] }>(path.join(folder, "tables", `${name}.json`))));
  const tables = databases.flatMap((database) => database.tables);
  return {
    databases: index.databases,
    tables: new Map(tables.map((table) => [`${table.database}.${table.name}`, table])),
    facts: factsFile === undefined ? undefined : await readFormat<Facts>(factsFile),
  };
}

async function readFormat<T extends { format: 1 }>(file: string): Promise<T> {
  const value = await readJson<T>(file);
  if (value.format !== 1) throw new Error(`${file} has format ${String(value.format)}; this version of neuralake reads format 1. Write it again with the version that is installed.`);
  return value;
}

async function readJson<T>(file: string): Promise<T> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`${file} cannot be read. Run \`neuralake compile\` first.`, { cause });
  });
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${file} is not JSON. Run \`neuralake compile\` to write it again.`, { cause });
  }
}
