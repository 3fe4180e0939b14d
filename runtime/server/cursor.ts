/**
 * Where a page ended, as an opaque text: how many rows came before, in which state of the lake, of which request. Rows are counted
 * in an order that is the same each time in one state, so equal sort keys neither lose nor repeat a row.
 */
import type { AsOf } from "../query/request.ts";
import { invalid } from "./query-string.ts";

export interface Cursor {
  /** Rows given so far. */
  readonly offset: number;
  /** The state of the lake the first page saw; absent when nothing it read has versions. */
  readonly asOf?: AsOf;
  /** Tells the request the cursor belongs to: everything of it but the cursor and the limit. */
  readonly request: string;
}

/** Prints a cursor for a URL. */
export function printCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** Reads a cursor this server printed for the same request; PARAMETER_INVALID else. */
export function readCursor(text: string, request: string): Cursor {
  const cursor = parseCursor(text);
  if (cursor === undefined) throw invalid("cursor", "The cursor is not one of this server's.", "Take it from the Link header of the page before.");
  if (cursor.request !== request) throw invalid("cursor", "The cursor belongs to another request.", "Between pages, change nothing but cursor and limit.");
  return cursor;
}

function parseCursor(text: string): Cursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isCursor(value) ? value : undefined;
}

function isCursor(value: unknown): value is Cursor {
  if (typeof value !== "object" || value === null || !("offset" in value) || !("request" in value)) return false;
  return Number.isSafeInteger(value.offset) && Number(value.offset) >= 0 && typeof value.request === "string" && (!("asOf" in value) || isAsOf(value.asOf));
}

function isAsOf(value: unknown): value is AsOf {
  if (typeof value !== "object" || value === null) return false;
  return "version" in value ? Number.isSafeInteger(value.version) : "timestamp" in value && typeof value.timestamp === "string";
}
