/** What the tests measured of us and other engines on Delta tables: `measured.json`, a word for each verdict, and the README's tables that are made of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Writer } from "./runtime/delta/operations.ts";
import type { Reader } from "./runtime/delta/peers.ts";
import type { Verdict } from "./runtime/delta/verdict.ts";

/** `equal`: rows as they must be. `refused`: an error, the table as it was. `wrong`: other rows, and no error. */
export type Word = Verdict["is"];
type Words<Engine extends string> = { readonly [engine in Engine]?: Word };

/** An operation that was refused is read by nobody. */
interface Done { readonly done: Word; readonly read: Words<Reader> }

export interface Measured {
  /** A table of Spark's with a feature: who reads it, and who adds a row to it that Spark reads. */
  readonly features: { readonly [feature: string]: { readonly read: Words<Reader>; readonly written: Words<Writer> } };
  /** On files; an engine that has no words for an operation is left out. */
  readonly operations: { readonly [operation: string]: { readonly [writer in Writer]?: Done } };
  /** Ours, on S3. */
  readonly onS3: { readonly [operation: string]: Done };
}

const file = fileURLToPath(new URL("measured.json", import.meta.url));
const readme = fileURLToPath(new URL("../README.md", import.meta.url));

/** All that was written down. */
export function readMeasured(): Measured {
  return JSON.parse(readFileSync(file, "utf8")) as Measured;
}

/** Writes down what is new of a part, in this order, and makes the README's tables anew. */
export function writeMeasured(part: keyof Measured, measured: object, order: readonly string[]): void {
  const before = readMeasured();
  const known: { readonly [name: string]: unknown } = { ...before[part], ...measured };
  const all: Measured = { ...before, [part]: Object.fromEntries(order.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]]))) };
  const lines = Object.entries(all).map(([name, of]) => `  ${JSON.stringify(name)}: {\n${Object.entries(of as object).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n")}\n  }`);
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
  writeFileSync(readme, withTables(readFileSync(readme, "utf8"), measuredTables(all)));
}

/** Verdicts without what was said. */
export function wordsOf<Engine extends string>(verdicts: { readonly [engine in Engine]?: Verdict }): Words<Engine> {
  return Object.fromEntries(Object.entries<Verdict | undefined>(verdicts).flatMap(([engine, verdict]) => (verdict === undefined ? [] : [[engine, verdict.is]]))) as Words<Engine>;
}

const marks = ["<!-- measured -->\n", "<!-- /measured -->\n"] as const;

/** The part of the README that is made. */
export function tablesIn(text: string): string {
  return text.slice(text.indexOf(marks[0]) + marks[0].length, text.indexOf(marks[1]));
}

function withTables(text: string, tables: string): string {
  return text.replace(marks[0] + tablesIn(text) + marks[1], () => marks[0] + tables + marks[1]);
}

/** The README's two tables. */
export function measuredTables({ features, operations, onS3 }: Measured): string {
  const ours = Object.entries(operations).map(([name, by]) => row(name, by.neuralake?.read.spark, by.neuralake?.done, (reader) => by.neuralake?.read[reader] ?? by.spark?.read[reader], (writer) => by[writer]?.done));
  const protocol = Object.entries(features).map(([name, { read, written }]) => row(name, read.neuralake, written.neuralake, (reader) => read[reader], (writer) => written[writer]));
  const away = Object.entries(onS3).flatMap(([name, { read }]) => Object.entries(read).flatMap(([reader, word]) => (word === operations[name]?.neuralake?.read[reader as Reader] ? [] : [`${engineNames[reader as Reader]} ${word === "equal" ? "reads" : word === "refused" ? "refuses" : "misreads"} *${name}*`])));
  return `${head("A feature of the protocol")}${protocol.join("")}\n${head("What was done to a table")}${ours.join("")}\n${
    away.length === 0 ? `On S3 (${Object.keys(onS3).length} operations) all of it is the same.` : `On S3 it is the same but for this: ${away.join(", ")}.`}\n`;
}

const engineNames: { readonly [engine in Reader]: string } = { neuralake: "neuralake", spark: "Spark", "delta-rs": "delta-rs", duckdb: "DuckDB", polars: "Polars" };
const signs: { readonly [word in Word]: string } = { equal: "✓", refused: "–", wrong: "✗" };

const head = (what: string): string => `| ${what} | neuralake | Spark | delta-rs | DuckDB | Polars |\n|---|:-:|:-:|:-:|:-:|:-:|\n`;

/** Two signs an engine: it reads, it writes. Polars writes by delta-rs. */
function row(name: string, reads: Word | undefined, writes: Word | undefined, readBy: (reader: Reader) => Word | undefined, writtenBy: (writer: Writer) => Word | undefined): string {
  const sign = (word: Word | undefined): string => (word === undefined ? "·" : signs[word]);
  const cell = (read: Word | undefined, written: Word | undefined): string => `${sign(read)} ${sign(written)}`;
  const others = (["spark", "delta-rs", "duckdb"] as const).map((engine) => cell(readBy(engine), writtenBy(engine)));
  return `| ${name} | ${[cell(reads, writes), ...others, sign(readBy("polars"))].join(" | ")} |\n`;
}
