/** A Delta table that is there, by its name in the lake, its path or its URI, as the file of a catalog that declares it. */
import { isAbsolute, relative, sep } from "node:path";
import { columnNameReason } from "../compiler/check/reserved-names.ts";
import type { DraftColumn } from "../compiler/emit/author-draft.ts";
import { isSayable, sayable } from "../compiler/emit/typescript-text.ts";
import type { Catalog } from "../compiler/ir/catalog.ts";
import { foundDelta, type FoundTable } from "../runtime/lake/found-table.ts";
import { Failure } from "../runtime/values/failure.ts";
import { nameFor, type Authored } from "./authored-files.ts";
import { openCatalogLake, resolveTarget, type Project } from "./project.ts";

/** A table as it is to be written, and what of it could not be said exactly. */
export interface Imported { readonly target: string; readonly table: string; readonly authored: Authored; readonly warnings: readonly string[] }

const nothing: Catalog = { format: 1, databases: [] };

/** The Delta table of a target. DELTA_TABLE_NOT_FOUND, DELTA_UNSUPPORTED_FEATURE for what a catalog cannot declare; wrong use where its name is not told and cannot be guessed. */
export async function importDelta(project: Project, target: string, as: string | undefined, databases: readonly string[]): Promise<Imported> {
  await using lake = await openCatalogLake(project, nothing);
  const description = await lake.describe(resolveTarget(target));
  const { database, name } = nameFor(target, as, guessInPath(description.location), databases);
  const found = foundDelta(description);
  const place = description.location === `${lake.root}/${database}/${name}` ? undefined : locationIn(project, description.location);
  requireNames(description.location, target, found.columns);
  const columns = found.columns.map((column): DraftColumn => ({ ...column, doc: sayable(column.doc ?? ""), type: sayableType(column.type) }));
  return {
    target, table: `${database}.${name}`, warnings: unsaid(found),
    authored: {
      draft: { database, name, doc: sayable(found.doc), source: { kind: "delta", ...(place === undefined ? {} : { location: place }) }, columns, partitionBy: found.partitionBy, clusterBy: found.clusterBy },
      notes: found.notes,
    },
  };
}

/** `lake/rides/trips` is most likely `rides.trips`. */
function guessInPath(location: string): { readonly database: string | undefined; readonly name: string } {
  const [database, name] = location.split(/[/\\]/).slice(-2).map((part) => (/^[a-z][a-z0-9_]*$/.test(part) ? part : undefined));
  return { database: name === undefined ? undefined : database, name: name ?? "" };
}

/** A path relative to the project; a URI as it is. */
export function locationIn(project: Project, location: string): string {
  if (!isAbsolute(location)) return location;
  const path = relative(project.folder, location).split(sep).join("/");
  return path === "" ? "." : path;
}

/** DELTA_UNSUPPORTED_FEATURE that names each column that cannot have its name in a catalog, and how to give all of them others at once. */
function requireNames(location: string, target: string, columns: readonly DraftColumn[]): void {
  const wrong = columns.flatMap(({ name }) => {
    const why = columnNameReason(name);
    return why === undefined ? [] : [{ name, why }];
  });
  const [first] = wrong;
  if (first === undefined) return;
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  const renames = wrong.map(({ name }) => `--rename "${name}=${otherName(name, taken)}"`);
  const told = wrong.length === 1 ? `Column "${first.name}" of ${location} cannot have that name in a catalog: it is ${first.why}.`
    : `Columns of ${location} cannot have their names in a catalog: ${wrong.map(({ name, why }) => `"${name}" is ${why}`).join("; ")}.`;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", told, { hint: `Rename ${wrong.length === 1 ? "it" : "them"}, which touches no file: neuralake alter ${target} ${renames.join(" ")}`, place: { value: first.name } });
}

/** A name near to `name` that a column may have and none has; it is taken by now. */
function otherName(name: string, taken: Set<string>): string {
  let other = name.replaceAll(/[^\p{L}\p{N}_]+/gu, "_").replace(/^(?=\p{N})/u, "_").replace(/^__+/, "_");
  while (taken.has(other.toLowerCase()) || columnNameReason(other) !== undefined) other += "_";
  taken.add(other.toLowerCase());
  return other;
}

function sayableType(type: DraftColumn["type"]): DraftColumn["type"] {
  if (type.kind === "array") return { ...type, element: sayableType(type.element) };
  if (type.kind === "map") return { ...type, value: sayableType(type.value) };
  return type.kind === "object" ? { ...type, fields: type.fields.map((field) => ({ ...field, type: sayableType(field.type), ...(field.doc === undefined ? {} : { doc: sayable(field.doc) }) })) } : type;
}

/** Comments that a comment in TypeScript cannot say letter for letter: `plan` shows them as changed. */
function unsaid({ doc, columns }: FoundTable): readonly string[] {
  const all = [{ what: "the table", doc }, ...columns.flatMap((column) => docsWithin(column.name, column))];
  return all.filter((each) => !isSayable(each.doc)).map(({ what }) => `the comment of ${what} cannot stand in a comment as it is; \`plan\` shows it as changed`);
}

function docsWithin(path: string, { doc = "", type }: Pick<DraftColumn, "doc" | "type">): readonly { readonly what: string; readonly doc: string }[] {
  const inner = type.kind === "array" ? [{ path: `${path}.element`, slot: { type: type.element } }]
    : type.kind === "map" ? [{ path: `${path}.value`, slot: { type: type.value } }]
      : type.kind === "object" ? type.fields.map((field) => ({ path: `${path}.${field.name}`, slot: field })) : [];
  return [{ what: path, doc }, ...inner.flatMap((each) => docsWithin(each.path, each.slot))];
}
