/** Where a diagnostic about a database as a whole belongs. */
import type { Database, Place } from "../ir/catalog.ts";

/** The database's own class, or the first of its tables when the folder has no database.ts. */
export function fileOf(database: Database): Place {
  const place = database.place ?? database.tables[0]?.place;
  return place ?? { file: database.name, line: 1, column: 1, length: 0 };
}
