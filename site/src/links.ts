/**
 * Where each page lives and how one page refers to another. Every link is relative, so that a built site works from any folder
 * of any host, beside an API, and opened from disk.
 */

/** Paths of pages, relative to the site's root. Tables stand apart in a folder of their own, so that no name can take the place of another page. */
export const pages = {
  home: "index.html",
  search: "search.html",
  sql: "sql.html",
  errors: "errors.html",
  error: (code: string): string => `errors/${code}.html`,
  database: (database: string): string => `tables/${encodeURIComponent(database)}.html`,
  table: (database: string, table: string): string => `tables/${encodeURIComponent(database)}/${encodeURIComponent(table)}.html`,
} as const;

export interface Links {
  /** To the site's root: "", "../" or "../../". */
  readonly root: string;
  /** To a path under the site's root. */
  to(path: string): string;
  database(database: string): string;
  /** By full name, `flights.departures`, with an anchor when one is given. */
  table(fullName: string, anchor?: string): string;
}

/** Links from the page at `pathname` (with a leading slash). */
export function linksFrom(pathname: string): Links {
  const depth = pathname.split("/").length - 2;
  const root = "../".repeat(depth);
  return {
    root,
    to: (path) => root + path,
    database: (database) => root + pages.database(database),
    table: (fullName, anchor) => {
      const dot = fullName.indexOf(".");
      return root + pages.table(fullName.slice(0, dot), fullName.slice(dot + 1)) + (anchor === undefined ? "" : `#${encodeURIComponent(anchor)}`);
    },
  };
}

/** The id of a column on its table's page. */
export function columnAnchor(column: string): string {
  return `column-${column.replaceAll(/\s+/g, "-")}`;
}

/** The id of a parameter on its table's page. */
export function parameterAnchor(parameter: string): string {
  return `parameter-${parameter.replaceAll(/\s+/g, "-")}`;
}
