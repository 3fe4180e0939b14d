/** A table for each test of a file, in a directory of its own that goes with the test. */
import { afterEach, beforeEach } from "vitest";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";

/** The table of the test that runs. */
export let table: BuiltTable;

/** Asked for once by a file of tests. */
export function tableEach(): void {
  beforeEach(async () => {
    table = await buildTable();
  });
  afterEach(async () => await table.close());
}
