/**
 * Tables that Spark made with one feature each, kept by our commands as a user runs them: Spark reads equal rows after each of them, and writes on. NEURALAKE_TORTURE=1
 * takes every kind of table.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJson } from "../../../runtime/values/json-text.ts";
import { runCommand } from "../../bin/command.ts";
import { withServices } from "../../services/with-services.ts";
import { featureTables } from "./feature-tables.ts";
import { readEach, sparkEach } from "./peers.ts";
import { judged, plainRow } from "./verdict.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const patienceMs = 1_800_000;

/** Those that `npm test` takes come first. */
const kinds = ["deletionVectors", "columnMapping by name", "none (reader 1, writer 2)", "partitions", "changeDataFeed", "clustering", "inCommitTimestamp", "v2Checkpoint", "typeWidening", "generatedColumns", "rowTracking", "checkConstraints", "columnMapping by id", "vacuumProtocolCheck"].slice(0, isLong ? undefined : 2);

await withServices(["python", "spark"], "a table of Spark's", ({ python, spark }) => {
  let folder = "";
  beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "kept-")); });
  afterAll(() => rm(folder, { recursive: true }));

  const counts = { commands: 0, reads: 0 };
  /** One command of ours, which must end well. */
  async function command(...args: readonly string[]): Promise<{ readonly [name: string]: unknown }> {
    counts.commands += 1;
    const { code, stdout } = await runCommand(folder, [...args, "--json"]);
    expect(code, `${args.join(" ")}: ${stdout}`).toBe(0);
    return parseJson(stdout) as { readonly [name: string]: unknown };
  }

  const peers = { spark, python, env: {}, settings: [], theirs: (table: string) => table };

  test("is read by Spark with equal rows after each of our commands, and it writes on", { timeout: patienceMs }, async () => {
    const at = (kind: string): string => path.join(folder, `table-${kinds.indexOf(kind)}`);
    const spell = (kind: string, sql: string): string => sql.replaceAll("{t}", `delta.\`${at(kind)}\``).replaceAll("{d}", `delta.\`${at(kind)}-source\``);
    for (const answer of await sparkEach(spark, [], kinds.map((kind) => [...(featureTables[kind]?.made ?? []), ...(featureTables[kind]?.add.spark ?? [])].map((sql) => spell(kind, sql))))) expect(answer).toHaveProperty("gives");
    const before = await readEach(peers, kinds.map(at), ["spark"]);
    const states: { readonly kind: string; readonly table: string }[] = [];
    for (const kind of kinds) states.push(...(await keep(at(kind))).map((table) => ({ kind, table })));
    const on = await sparkEach(spark, [], kinds.map((kind) => [...(featureTables[kind]?.add.spark ?? []), "SELECT * FROM {t}"].map((sql) => spell(kind, sql))));
    const after = await readEach(peers, states.map(({ table }) => table), ["spark"]);
    for (const { kind, table } of states) {
      const rows = before.get(at(kind))?.get("spark");
      if (rows === undefined || "refused" in rows) throw new Error(`Spark does not read its own table with ${kind}`);
      counts.reads += 1;
      expect([kind, table, judged(after.get(table)?.get("spark"), rows.gives.map(plainRow))]).toEqual([kind, table, { is: "equal" }]);
      const [all, row] = [on[kinds.indexOf(kind)], featureTables[kind]?.row ?? {}];
      expect([kind, judged(all as typeof rows, [...rows.gives.map(plainRow), row])]).toEqual([kind, { is: "equal" }]);
    }
    console.log(`${kinds.length} kinds of tables: ${counts.commands} commands, ${counts.reads} states read by Spark`);
    expect(counts).toEqual({ commands: kinds.length * 9, reads: kinds.length * 5 });
  });

  /** Runs every command that keeps a table; the tables that are left, each with the rows of before. */
  async function keep(table: string): Promise<readonly string[]> {
    const left = async (state: string): Promise<string> => {
      await cp(table, `${table}-${state}`, { recursive: true, preserveTimestamps: true });
      return `${table}-${state}`;
    };
    await command("checkpoint", table);
    const { version } = await command("optimize", table);
    const optimized = await left("optimized");
    await command("vacuum", table, "--retain", "1ms", "--allow-short-retention");
    const vacuumed = await left("vacuumed");
    await command("delete", table, "--where", "true");
    expect(await command("restore", table, "--version", String(version))).toMatchObject({ changed: true });
    const restored = await left("restored");
    for (const how of ["deep", "shallow"]) await command("clone", table, `${table}-${how}`, ...(how === "deep" ? [] : ["--shallow"]));
    await command("checkpoint", `${table}-deep`);
    const { code, stdout } = await runCommand(folder, ["verify", table, "--json"]);
    counts.commands += 1;
    const { findings } = parseJson(stdout) as unknown as { readonly findings: readonly { readonly kind: string }[] };
    expect([code === 0 || code === 3, findings.filter(({ kind }) => kind !== "orphaned")]).toEqual([true, []]);
    return [optimized, vacuumed, restored, `${table}-deep`, `${table}-shallow`];
  }
});
