/** The Delta tables of a lake as a plan sees them, and the change of one of them to how it is declared. */
import { createHash } from "node:crypto";
import type { Catalog, Column, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { evolve } from "../delta/commit/evolution.ts";
import type { TargetColumn } from "../delta/commit/evolve.ts";
import { sizeOf } from "../delta/snapshot/read.ts";
import { throughDamage } from "../delta/snapshot/through-damage.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { rewriteFiles } from "../query/rewrite.ts";
import { Failure } from "../values/failure.ts";
import type { Evolution, Evolved, KeptTable } from "./contract.ts";
import { rowsOf } from "./query-mark.ts";
import { isMarked, schemaMark } from "./schema-mark.ts";
import type { DeltaTables } from "./tables.ts";
import { isMaterialized } from "./targets.ts";

/** The table as the lake keeps it; undefined when it was not created. */
export async function keptTable(catalog: Catalog, tables: DeltaTables, table: Table): Promise<KeptTable | undefined> {
  const place = tables.places.table(table);
  const snapshot = await tables.readIfThere(place);
  if (snapshot === undefined) return undefined;
  const { columns, partitionColumns, metadata, version } = snapshot;
  return {
    table: fullName(table), version, columns, partitionBy: partitionColumns, description: metadata.description ?? "",
    ...(await throughDamage(place.store, place.location, snapshot, sizeOf)),
    ours: isMarked(columns, partitionColumns, metadata.configuration),
    schema: schemaOf(snapshot),
    ...(isMaterialized(table) ? { rowsOf: rowsOf(catalog, table, snapshot) } : {}),
  };
}

/** Makes the table as declared, in one commit; "moved" when its schema is not the one that the evolution was planned on. */
export async function evolveTable(tables: DeltaTables, table: Table, evolution: Evolution): Promise<Evolved> {
  const { store, location } = tables.places.table(table);
  const base = await tables.read(table);
  if (schemaOf(base) !== evolution.schema) return { kind: "moved" };
  requireAllNamed(table, base, evolution);
  const target = {
    columns: table.columns.map((column) => targetColumn(column, base, evolution)),
    description: table.doc,
    properties: { ...schemaMark(table.columns, table.partitionBy), ...(evolution.migration === undefined ? {} : { "neuralake.migration": evolution.migration }) },
  };
  const parameters = { changes: JSON.stringify(evolution.told), ...(evolution.migration === undefined ? {} : { migration: evolution.migration }) };
  const outcome = await evolve(store, location, base, target, rewriteFiles, { operation: "ALTER TABLE", parameters }, evolution.signal === undefined ? {} : { signal: evolution.signal });
  return outcome.kind === "moved" ? outcome : { kind: "evolved", version: outcome.snapshot.version, rewritten: outcome.rewritten };
}

function targetColumn({ name, type, nullable, doc, initially }: Column, base: Snapshot, { renamed }: Evolution): TargetColumn {
  const kept = Object.hasOwn(renamed, name) ? renamed[name] : name;
  if (base.columns.some((column) => column.name === kept)) return { name, type, nullable, doc, kept };
  return { name, type, nullable, doc, kept: undefined, ...(initially === undefined ? {} : { fill: initially }) };
}

/** A column goes only when the plan said so. */
function requireAllNamed(table: Table, base: Snapshot, { renamed, dropped }: Evolution): void {
  const named = new Set([...table.columns.map(({ name }) => (Object.hasOwn(renamed, name) ? renamed[name] : name)), ...dropped]);
  const lost = base.columns.find(({ name }) => !named.has(name));
  if (lost !== undefined) throw new Failure("SCHEMA_DIFFERS", `${fullName(table)} has a column ${lost.name} that the plan says nothing of.`, { hint: "Plan again; nothing was changed." });
}

function schemaOf({ metadata, protocol }: Snapshot): string {
  return createHash("sha256").update(JSON.stringify([metadata, protocol])).digest("hex");
}
