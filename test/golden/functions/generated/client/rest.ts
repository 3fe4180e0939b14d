// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** Every type a parameter can have, given back. */
    "tools.echo": {
      readonly text: string | null;
      readonly whole: bigint | null;
      readonly exact: string | null;
      readonly ratio: number | ("NaN" | "Infinity" | "-Infinity") | null;
      readonly day: string | null;
      readonly instant: string | null;
      readonly sure: boolean | null;
    };
    /** Three of them. */
    "tools.three": {
      /** Seconds since the start. */
      readonly second: number;
      readonly label: string | null;
    };
    /** A tick each minute. */
    "tools.ticks": {
      /** Seconds since the start. */
      readonly second: number;
      readonly label: string | null;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/tools.echo": RowsPath<Row<"tools.echo">, { readonly text: string; readonly whole: bigint; readonly exact: string; readonly ratio: number; readonly day: string; readonly instant: string; readonly sure?: boolean; readonly most?: number }>;
  "/api/tables/tools.three": RowsPath<Row<"tools.three">>;
  "/api/tables/tools.ticks": RowsPath<Row<"tools.ticks">, { readonly count: number; readonly label?: "short" | "long" }>;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "tools.echo": ["whole"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
