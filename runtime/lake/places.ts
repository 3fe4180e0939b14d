/** Where tables lie: a table of the catalog, or a path of somebody's Delta table, becomes a store and a location in it. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Table } from "../../compiler/ir/catalog.ts";
import { openFiles } from "../storage/files.ts";
import type { Store } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";

/** A Delta table's directory: `location` within `store`, and the two together as an absolute path. */
export interface Place { readonly store: Store; readonly location: string; readonly directory: string }

export interface Places {
  /** The lake's own directory, absolute. */
  readonly root: string;
  /** Of a declared Delta table: `<root>/<database>/<table>`, or what its decorator says. */
  table(table: Table): Place;
  /** Of any directory, absolute or relative to the working directory. */
  path(target: string): Place;
}

/** Places in the lake at `root`; a table's own location is relative to `project`. */
export function openPlaces(root: string, project: string): Places {
  const base = path.resolve(root);
  const store = openFiles(base);
  const at = (directory: string): Place => ({ store: openFiles(directory), location: "", directory });
  return {
    root: base,
    table(table) {
      const location = table.source.kind === "delta" ? table.source.location : undefined;
      if (location !== undefined) return at(resolveLocation(project, location));
      return { store, location: `${table.database}/${table.name}`, directory: path.join(base, table.database, table.name) };
    },
    path: (target) => at(resolveLocation(process.cwd(), target)),
  };
}

/** A location as an absolute local path; CONFIG_INVALID for a store this version does not know. */
export function resolveLocation(from: string, location: string): string {
  if (location.startsWith("file://")) return fileURLToPath(location);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1];
  if (scheme !== undefined) {
    throw new Failure("CONFIG_INVALID", `${location}: this version reads local directories, not ${scheme}://`, { hint: "Give the path of a local directory." });
  }
  return path.resolve(from, location);
}
