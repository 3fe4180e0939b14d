/**
 * Files all of whose rows a condition is true of, by what the log says of them alone: none of their rows can meet the opposite of any of its
 * tests. Where statistics are absent, cut or not understood a file is not among them (protocol, "Per-file Statistics").
 */
import type { AddFile } from "../actions/actions.ts";
import { liveFilesOf } from "../actions/live-files.ts";
import type { ColumnTest, RowCondition } from "../engine.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { filesFor } from "./skipping.ts";

/** Which of the files are covered, out of those of the table. */
export function coveredFiles(snapshot: Snapshot, files: readonly AddFile[], { tests, exact }: RowCondition): readonly AddFile[] {
  if (!exact || tests.length === 0 || files.length === 0) return [];
  let covered = files;
  for (const test of tests) {
    const opposite = oppositeOf[test.test];
    if (opposite === undefined) return [];
    // A null meets no comparison.
    const counter: readonly ColumnTest[] = [{ ...test, test: opposite }, ...(test.test === "is null" ? [] : [{ ...test, test: "is null" as const, values: [] }])];
    for (const one of counter) covered = without(covered, filesOf(snapshot, covered, one));
    if (covered.length === 0) return [];
  }
  return covered;
}

const oppositeOf: { readonly [test in ColumnTest["test"]]?: ColumnTest["test"] } = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "is null": "is not null", "is not null": "is null" };

function filesOf(snapshot: Snapshot, files: readonly AddFile[], test: ColumnTest): readonly AddFile[] {
  return filesFor({ ...snapshot, files: liveFilesOf(files) }, [test]) ?? files;
}

function without(files: readonly AddFile[], others: readonly AddFile[]): readonly AddFile[] {
  const gone = new Set(others.map(({ path }) => path));
  return files.filter(({ path }) => !gone.has(path));
}
