/** What generated/client/rest.ts stands on: openapi-fetch over the paths of openapi.json, whose bodies are read and written without loss. */
import createClient from "openapi-fetch";
import type { Client, Middleware } from "openapi-fetch";
import { jsonValue } from "./json-row.ts";

/** By table, the places of 64-bit integers in its rows: `trip_id`, or `stops/*` + `/line` within nested columns. */
export type WideIntegers = { readonly [table: string]: readonly string[] };

/** A client of these paths; bodies are what `components` says, 64-bit integers always bigint. */
export type RestClient<Paths extends {}> = Client<Paths>;

/** Speaks to the server at `url`. Failures are openapi-fetch's: `{ error }` with the problem document; no answer at all is thrown by fetch. */
export function createRest<Paths extends {}>(options: { readonly url: string; readonly wideIntegers: WideIntegers }): RestClient<Paths> {
  const client = createClient<Paths>({
    baseUrl: options.url,
    bodySerializer: (body) => JSON.stringify(jsonValue(body)),
    querySerializer: { array: { style: "form", explode: false } },
  });
  client.use(losslessly(options.wideIntegers));
  return client;
}

/** The same answer, with its body read. openapi-fetch would call JSON.parse itself; a body whose length is told it reads by the answer's own `json()`. */
function withValue(from: Response, text: string, value: unknown): Response {
  const headers = new Headers(from.headers);
  headers.set("content-length", String(text.length));
  headers.delete("content-encoding");
  const answer = new Response(text, { status: from.status, statusText: from.statusText, headers });
  return Object.defineProperty(answer, "json", { value: () => Promise.resolve(value) });
}

function losslessly(wideIntegers: WideIntegers): Middleware {
  return {
    async onResponse({ response, schemaPath, options }) {
      const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
      if (!response.ok || !isJson || options.parseAs !== "json") return undefined;
      const text = await response.text();
      const table = /^\/api\/tables\/([^/]+)/.exec(schemaPath)?.[1] ?? "";
      return withValue(response, text, parseRows(text, wideIntegers[table] ?? []));
    },
  };
}

/** JSON in which an integer that a number cannot hold is a bigint, and so is every one at the given places of a row. */
function parseRows(text: string, places: readonly string[]): unknown {
  const value: unknown = JSON.parse(text, keepDigits);
  const steps = places.map((place) => place.split("/"));
  for (const row of Array.isArray(value) ? value : [value]) for (const path of steps) widen(row, path);
  return value;
}

const keepDigits = ((_key: string, value: unknown, context: { readonly source?: string }): unknown => {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(context.source ?? "")) return value;
  return BigInt(context.source ?? "");
}) as (key: string, value: unknown) => unknown;

function widen(value: unknown, [step = "", ...rest]: readonly string[]): void {
  if (typeof value !== "object" || value === null) return;
  const holder = value as { [key: string]: unknown };
  for (const key of step === "*" ? Object.keys(holder) : [step]) {
    const inner = holder[key];
    if (rest.length > 0) widen(inner, rest);
    else if (typeof inner === "number") holder[key] = BigInt(inner);
  }
}
