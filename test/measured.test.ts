/** The README's tables are those of what was measured, and all of it was. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { measuredTables, readMeasured, tablesIn } from "./measured.ts";
import { featureTables } from "./runtime/delta/feature-tables.ts";
import { operations } from "./runtime/delta/operations.ts";

const versionsOf = (file: string, pattern: RegExp): readonly string[] => [...readFileSync(new URL(file, import.meta.url), "utf8").matchAll(pattern)].map(([, version = ""]) => version);

test("the README shows what was measured, of every operation and feature, and names the engines by their releases", () => {
  const [readme, measured] = [readFileSync(new URL("../README.md", import.meta.url), "utf8"), readMeasured()];
  expect(Object.keys(measured.operations)).toEqual(Object.keys(operations));
  expect(Object.keys(measured.features)).toEqual(Object.keys(featureTables));
  expect(Object.keys(measured.onS3)).toEqual(Object.keys(operations).filter((name) => operations[name]?.neuralake !== undefined));
  expect(tablesIn(readme)).toBe(measuredTables(measured));
  const releases = [...versionsOf("services/spark/pom.xml", /<artifactId>(?:spark-sql|delta-spark)[^<]*<\/artifactId>\s*<version>([^<]+)/g), ...versionsOf("services/python/requirements.txt", /^(?:deltalake|duckdb|polars)==(.+)$/gm)];
  expect(releases).toHaveLength(5);
  for (const release of releases) expect(readme).toContain(` ${release}`);
});
