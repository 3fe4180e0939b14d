/** A project on disk whose one table a topic feeds, compiled and applied, for the commands that run beside each other as processes. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { compile } from "../../../compiler/compile.ts";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { Row } from "../../../runtime/values/value.ts";

export interface FedProject {
  readonly folder: string;
  readonly root: string;
  readonly catalog: Catalog;
  /** A lake over the project's newest state, closed after. */
  withLake<T>(use: (lake: Lake) => Promise<T>): Promise<T>;
  rows(sql: string): Promise<Row[]>;
  /** Writes another class into the table's file and compiles it; what is in the lake stays. */
  rewrite(body: string): Promise<void>;
  remove(): Promise<void>;
}

export interface FedProjectOptions { readonly topic: string; readonly body: string; readonly freshness: string; readonly deadLetter?: string; readonly root?: string }

/** Makes `catalog/rides/trips.ts`, compiles it and creates the table. */
export async function makeFedProject({ topic, body, freshness, deadLetter, root }: FedProjectOptions): Promise<FedProject> {
  const folder = await mkdtemp(path.join(tmpdir(), "fed-project-"));
  const place = root ?? path.join(folder, "lake");
  await mkdir(path.join(folder, "catalog/rides"), { recursive: true });
  const facts = JSON.stringify({ topic, format: "json", ...(deadLetter === undefined ? {} : { deadLetter }) });
  const write = async (text: string): Promise<Catalog> => {
    await writeFile(path.join(folder, "catalog/rides/trips.ts"), `${words(text)}\n/** Trips. */\n@deltaTable({ freshness: "${freshness}" })\n@fromKafka(${facts})\nexport class Trips {\n${text}\n}\n`);
    const { catalog, diagnostics } = await compile({ project: folder });
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
    return catalog;
  };
  let catalog = await write(body);
  const withLake: FedProject["withLake"] = async (use) => {
    await using lake = await openLake({ catalog, root: place, project: folder });
    return await use(lake);
  };
  await withLake((lake) => lake.create("rides.trips"));
  return {
    folder, root: place, withLake,
    get catalog() { return catalog; },
    rows: (sql) => withLake(async (lake) => {
      const { columns, batches } = await lake.query({ sql });
      return (await Array.fromAsync(batches)).flatMap((batch) => readRows(columns, batch));
    }),
    async rewrite(text) { catalog = await write(text); },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Imports what the class names. */
function words(body: string): string {
  const used = (names: readonly string[]): string => names.filter((name) => new RegExp(`\\b${name}\\b`).test(body)).join(", ");
  return `import { deltaTable, fromKafka${["", used(["between", "check", "dayOf", "from", "kafka", "key", "partition", "sql", "was", "initially"])].filter((part, index) => index === 0 || part !== "").join(", ")} } from "neuralake";\nimport type { ${used(["Bool", "Columns", "Day", "Decimal", "Float64", "Int32", "Int64", "Text", "Timestamp", "Uuid"])} } from "neuralake";`;
}
