/** Files that are there, on a disk or on S3, as the file of a catalog that declares them as one table. */
import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { foundFiles } from "../runtime/lake/found-files.ts";
import { openPlaces } from "../runtime/lake/places.ts";
import { nameFor, plainName } from "./authored-files.ts";
import { catalogColumns } from "./catalog-columns.ts";
import { locationIn, type Imported } from "./imported-table.ts";
import type { Project } from "./project.ts";

const isUri = (target: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(target);

/** Whether a target is files: by the end of its name, or as a folder on a disk without a log. */
export function isFiles(target: string): boolean {
  if (/\.(parquet|csv|tsv|json|ndjson|jsonl|arrow|arrows|feather)$/i.test(target)) return true;
  return existsSync(target) && statSync(target).isDirectory() && !existsSync(`${target}/_delta_log`);
}

/** The files of a target: one, a pattern, or a folder of Parquet files; `header` says whether CSV has a line of names. FILE_NOT_FOUND, FILE_INVALID. */
export async function importFiles(project: Project, target: string, as: string | undefined, databases: readonly string[], header: boolean): Promise<Imported> {
  const location = isUri(target) ? target : locationIn(project, resolve(existsSync(target) && statSync(target).isDirectory() ? `${target}/**/*.parquet` : target));
  const { database, name } = nameFor(target, as, { database: databases.length === 1 ? databases[0] : undefined, name: plainName(basename(target).replace(/\.[^.]*$/, "")) }, databases);
  const { store: openStore } = openPlaces(project.root, project.folder, project.cache === undefined ? {} : { cache: project.cache });
  const found = await foundFiles(project.folder, location, { openStore, header });
  const columns = catalogColumns(found.columns);
  const partitionBy = found.partitionBy.map((own) => columns.find(({ from, name: known }) => (from ?? known) === own)?.name ?? own);
  const notes = header ? [] : ["Cells have no names in the files, and are told by their places: give each column the name it deserves, and leave none out."];
  return { target, table: `${database}.${name}`, warnings: [], authored: { draft: { database, name, doc: "", source: found.source, columns, partitionBy }, notes } };
}
