/** Measures features of the protocol: every engine reads a table of Spark's that has one, and those that write add a row to a copy, which Spark then reads. */
import { cp } from "node:fs/promises";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { storeAt } from "../../stores.ts";
import { carryOut } from "./carry-out.ts";
import type { Site, Task } from "./carry-out.ts";
import { featureTables } from "./feature-tables.ts";
import type { FeatureTable } from "./feature-tables.ts";
import { writers } from "./operations.ts";
import type { PlainRow, Writer } from "./operations.ts";
import { readEach, readers, sparkEach } from "./peers.ts";
import type { Reader } from "./peers.ts";
import { judged, plainRow } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

export interface MeasuredFeature { readonly feature: string; readonly read: { readonly [reader in Reader]?: Verdict }; readonly written: { readonly [writer in Writer]?: Verdict } }

interface Copy extends Task { readonly feature: string; readonly table: FeatureTable; readonly rows: readonly PlainRow[] }

/** These features, on a disk. */
export async function measureFeatures(site: Site, features: readonly string[]): Promise<readonly MeasuredFeature[]> {
  const place = (feature: string): string => `${site.root}/feature-${features.indexOf(feature)}`;
  const spell = (feature: string, sql: string): string => sql.replaceAll("{t}", `delta.\`${place(feature)}\``).replaceAll("{d}", `delta.\`${place(feature)}-source\``);
  const made = await sparkEach(site.spark, [], features.map((feature) => (featureTables[feature]?.made ?? []).map((sql) => spell(feature, sql))));
  for (const [k, answer] of made.entries()) if ("refused" in answer) throw new Error(`Spark makes no table with ${features[k]}: ${answer.refused}`);
  const read = await readEach(site, features.map(place));
  const rowsOf = (feature: string): readonly PlainRow[] => {
    const answer = read.get(place(feature))?.get("spark");
    return answer !== undefined && "gives" in answer ? answer.gives.map(plainRow) : [];
  };
  const copies: Copy[] = [];
  for (const feature of features) {
    for (const writer of writers) {
      const table = featureTables[feature];
      if (table?.add[writer] === undefined) continue;
      const at = `${place(feature)}-${writer}`;
      await cp(place(feature), at, { recursive: true, preserveTimestamps: true });
      copies.push({ feature, table, writer, words: table.add, at, other: `${at}-other`, rows: [...rowsOf(feature), table.row] });
    }
  }
  const written = await additions(site, copies);
  return features.map((feature) => ({
    feature,
    read: Object.fromEntries(readers.map((reader) => [reader, judged(read.get(place(feature))?.get(reader), rowsOf(feature), featureTables[feature]?.except)])),
    written: Object.fromEntries(copies.flatMap((copy) => (copy.feature === feature ? [[copy.writer, written.get(copy) ?? { is: "refused" }]] : []))),
  }));
}

/** How the row was added, and whether what breaks the table's rule is refused. */
async function additions(site: Site, copies: readonly Copy[]): Promise<ReadonlyMap<Copy, Verdict>> {
  const verdicts = new Map<Copy, Verdict>();
  const answers = await carryOut(site, copies);
  for (const [k, copy] of copies.entries()) {
    const answer = answers[k];
    if (answer === undefined || "refused" in answer) verdicts.set(copy, { is: "refused", why: answer?.refused ?? "it was not asked" });
  }
  const added = copies.filter((copy) => !verdicts.has(copy));
  const read = await readEach(site, added.map(({ at }) => at), ["spark"]);
  const ruled = added.filter(({ table, writer }) => writer !== "spark" && table.bad?.[writer] !== undefined);
  const broken = await carryOut(site, ruled.map((copy) => ({ ...copy, words: copy.table.bad })));
  for (const copy of added) {
    const verdict = judged(read.get(copy.at)?.get("spark"), copy.rows, copy.table.except);
    const after = broken[ruled.indexOf(copy)];
    const told = await newestCommit(copy.at, copy.table.bad === undefined);
    if (verdict.is === "equal" && after !== undefined && "gives" in after) verdicts.set(copy, { is: "wrong", why: "it takes what breaks the rule" });
    else if (verdict.is === "equal" && copy.table.told?.test(told) === false) verdicts.set(copy, { is: "wrong", why: `the commit does not say what it must: ${told}` });
    else verdicts.set(copy, verdict.is === "refused" ? { is: "wrong", why: `Spark does not read it then: ${verdict.why}` } : verdict);
  }
  return verdicts;
}

async function newestCommit(table: string, wanted: boolean): Promise<string> {
  if (!wanted) return "";
  const store = storeAt(table);
  return Buffer.from(await store.read(commitPath("", (await readSnapshot(store, "")).version))).toString();
}
