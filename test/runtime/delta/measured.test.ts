/**
 * What we and other engines do to Delta tables, and how all of them read what is left: every operation by every engine that has it, every feature of the
 * protocol, on files and on S3. What was measured stands in `test/measured.json`, of which the README's tables are made. NEURALAKE_TORTURE=1 measures all of
 * it, and with NEURALAKE_MEASURED=write it is written down.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMeasured, wordsOf, writeMeasured } from "../../measured.ts";
import type { Measured } from "../../measured.ts";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { s3aSettings } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import type { Site } from "./carry-out.ts";
import { awkwardPlaces, plainPlaces } from "./every-type.ts";
import { featureTables } from "./feature-tables.ts";
import { measureFeatures } from "./measured-features.ts";
import { measureOperations } from "./measured-operations.ts";
import type { MeasuredOperation } from "./measured-operations.ts";
import { operations } from "./operations.ts";
import type { Verdict } from "./verdict.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const isWritten = process.env["NEURALAKE_MEASURED"] === "write";
const patienceMs = isLong ? 3_600_000 : 600_000;
const only = process.env["OPS"]?.split(";");
const chosen = (of: { readonly [name: string]: { readonly short?: boolean } }): readonly string[] => Object.entries(of).flatMap(([name, { short }]) => (only?.includes(name) ?? (isLong || short === true) ? [name] : []));

let folder = "";
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "measured-")); });
afterAll(() => rm(folder, { recursive: true }));

/** Where one wants to see why. */
function told(what: string, { is, why }: Verdict): string {
  return is === "equal" ? "" : `\n    ${what} ${is}: ${why?.replaceAll(/\s+/g, " ").slice(0, 240)}`;
}

/** Holds what was measured against what is written down of it, or writes it down. */
function hold(part: keyof Measured, measured: object): void {
  if (isWritten) writeMeasured(part, measured, Object.keys(part === "features" ? featureTables : operations));
  const known = readMeasured()[part];
  expect(measured, "test/measured.json says otherwise").toEqual(Object.fromEntries(Object.keys(measured).map((name) => [name, (known as { readonly [name: string]: unknown })[name]])));
}

/** Prints what is not equal, and how many were. */
function print(title: string, lines: readonly string[], verdicts: readonly Verdict[]): void {
  const count = (is: Verdict["is"]): number => verdicts.filter((verdict) => verdict.is === is).length;
  console.log(`${title}: ${verdicts.length} answers, ${count("equal")} equal, ${count("refused")} refused, ${count("wrong")} wrong${isLong ? lines.join("") : ""}`);
}

function holdOperations(part: "operations" | "onS3", measured: readonly MeasuredOperation[]): void {
  const lines = measured.flatMap(({ operation, writer, done, read }) => [told(`${operation} by ${writer}`, done), ...Object.entries(read).map(([reader, verdict]) => told(`${operation} by ${writer}, read by ${reader}`, verdict))]);
  print(part, lines, measured.flatMap(({ done, read }) => [done, ...Object.values(read)]));
  const words = ({ done, read }: MeasuredOperation) => ({ done: done.is, read: wordsOf(read) });
  const names = [...new Set(measured.map(({ operation }) => operation))];
  const of = (name: string): readonly MeasuredOperation[] => measured.filter(({ operation }) => operation === name);
  // What we do is right, and Spark reads it.
  for (const { operation, writer, done, read } of measured) if (writer === "neuralake") expect([operation, done, read.neuralake, read.spark]).toEqual([operation, { is: "equal" }, { is: "equal" }, { is: "equal" }]);
  hold(part, Object.fromEntries(names.map((name) => [name, part === "onS3" ? of(name).map(words)[0] : Object.fromEntries(of(name).map((one) => [one.writer, words(one)]))])));
}

await withServices(["python", "spark"], "on files", ({ python, spark }) => {
  const site = async (): Promise<Site> => ({ spark, python, env: {}, settings: [], theirs: (table) => table, folder, root: await mkdtemp(path.join(folder, "root-")) });

  test("what each engine does to a table is read by all, and we write on", { timeout: patienceMs }, async () => {
    holdOperations("operations", await measureOperations(await site(), chosen(operations), awkwardPlaces));
  });

  test("each feature of the protocol is read by all, and a row added by all, as was measured", { timeout: patienceMs }, async () => {
    const measured = await measureFeatures(await site(), chosen(featureTables));
    const lines = measured.flatMap(({ feature, read, written }) => [...Object.entries(read).map(([reader, verdict]) => told(`${feature}, read by ${reader}`, verdict)), ...Object.entries(written).map(([writer, verdict]) => told(`${feature}, written by ${writer}`, verdict))]);
    print("features", lines, measured.flatMap(({ read, written }) => [...Object.values(read), ...Object.values(written)]));
    for (const { feature, read, written } of measured) expect([feature, read.neuralake?.is, written.neuralake?.is]).not.toContain("wrong");
    hold("features", Object.fromEntries(measured.map(({ feature, read, written }) => [feature, { read: wordsOf(read), written: wordsOf(written) }])));
  });
});

await withServices(["python", "spark", "minio"], "on S3", ({ python, spark, minio }) => {
  let before: NodeJS.ProcessEnv;
  beforeAll(() => {
    before = process.env;
    process.env = { ...before, ...awsEnvironment(minio), XDG_CACHE_HOME: folder };
  });
  afterAll(() => { process.env = before; });

  test("what we do to a table is read by all", { timeout: patienceMs }, async () => {
    const bucket = await makeBucket(minio);
    const site: Site = { spark, python, env: awsEnvironment(minio), settings: s3aSettings(minio, bucket), theirs: (table) => table.replace(/^s3:/, "s3a:"), folder, root: `s3://${bucket}` };
    const names = chosen(operations).filter((name) => operations[name]?.neuralake !== undefined);
    // Polars does not decode paths of the log when they lead into a bucket.
    holdOperations("onS3", await measureOperations(site, isLong ? names : names.slice(0, 3), plainPlaces, ["neuralake"]));
  });
});
