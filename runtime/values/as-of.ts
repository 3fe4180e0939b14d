/** One state of a table's past: a version, or the newest at an RFC 3339 time. */
export type AsOf = { readonly version: number } | { readonly timestamp: string };
