/** Where tables lie: a table of the catalog, or a path or URI of somebody's Delta table, becomes a store and a location in it. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Table } from "../../compiler/ir/catalog.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import { below } from "../delta/actions/file-paths.ts";
import type { CacheOptions } from "../storage/cache.ts";
import type { LogTable } from "../storage/dynamodb-client.ts";
import { openStores, schemeOf } from "../storage/open-store.ts";
import type { Store } from "../storage/store.ts";

/** 10 GB. */
const cacheBytesMax = 10_000_000_000;

export interface PlaceOptions { readonly cache?: Partial<CacheOptions>; readonly logTable?: LogTable }

/** A Delta table's directory: `location` within `store`, and the two together as an absolute path or a URI. */
export interface Place { readonly store: Store; readonly location: string; readonly directory: string }

export interface Places {
  /** The lake's own store. */
  readonly lake: Store;
  /** Where a declared Delta table lies: `<root>/<database>/<table>`, or what its decorator says. */
  table(table: Table): Place;
  /** Where a table of this name lies in the lake, declared or not. */
  named(database: string, name: string): Place;
  /** A store at an absolute local path, or at a URI. */
  store(root: string): Store;
  /** Any directory, absolute or relative to the working directory, or a URI. */
  path(target: string): Place;
}

/** Places in the lake at `root`; a table's own location is relative to `project`, and copies of what lies elsewhere are kept there unless `cache` says where. */
export function openPlaces(root: string, project: string, { cache = {}, logTable }: PlaceOptions = {}): Places {
  const copies = { directory: cache.directory ?? path.join(project, ".neuralake", "cache", "objects"), bytesMax: cache.bytesMax ?? cacheBytesMax };
  const openStore = openStores({ ...copies, ...(logTable === undefined ? {} : { logTable }) });
  const stores = new Map<string, Store>();
  const storeAt = (directory: string): Store => stores.getOrInsertComputed(directory, openStore);
  const lake = storeAt(resolveLocation(process.cwd(), root));
  const placeIn = (store: Store, location: string): Place => ({ store, location, directory: store.locate(location) });
  const named = (database: string, name: string): Place => placeIn(lake, below(database, name));
  return {
    lake,
    store: storeAt,
    named,
    table({ database, name, source }) {
      const location = isKept(source) ? source.location : undefined;
      return location === undefined ? named(database, name) : placeIn(storeAt(resolveLocation(project, location)), "");
    },
    path(target) {
      const directory = resolveLocation(process.cwd(), target);
      return placeIn(stores.get(directory) ?? openStore(directory), "");
    },
  };
}

/** A location as an absolute local path, or the URI that it is, without trailing slash; those of its scheme stay. */
export function resolveLocation(from: string, location: string): string {
  const scheme = schemeOf(location);
  if (scheme === "file") return fileURLToPath(location);
  return scheme === undefined ? path.resolve(from, location) : location.replace(/(?<!:\/*)\/+$/, "");
}
