// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, MergePath, NewRow, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** A column of each type, and each of them once more where it may be null. */
    "shapes.everything": {
      readonly int8: number;
      readonly int16: number;
      readonly int32: number;
      readonly int64: bigint;
      readonly float32: number | ("NaN" | "Infinity" | "-Infinity");
      readonly float64: number | ("NaN" | "Infinity" | "-Infinity");
      readonly decimal: string;
      readonly whole: string;
      readonly fraction: string;
      readonly text: string;
      readonly bool: boolean;
      readonly bytes: string;
      readonly uuid: string;
      readonly day: string;
      readonly timestamp: string;
      readonly local_timestamp: string;
      readonly choice: "one" | "two \"quoted\"";
      readonly list: readonly bigint[];
      readonly sparse_list: readonly (string | null)[];
      readonly counts: {
        readonly [key: string]: bigint;
      };
      readonly point: {
        /** To the east. */
        readonly x: number | ("NaN" | "Infinity" | "-Infinity");
        readonly y: number | ("NaN" | "Infinity" | "-Infinity") | null;
        /**
         * Format: int64
         * Seen from space.
         */
        readonly seen: bigint;
      };
      readonly path: readonly {
        /** To the east. */
        readonly x: number | ("NaN" | "Infinity" | "-Infinity");
        readonly y: number | ("NaN" | "Infinity" | "-Infinity") | null;
        /**
         * Format: int64
         * Seen from space.
         */
        readonly seen: bigint;
      }[];
      readonly nested: {
        readonly inner: {
          /** Format: decimal */
          readonly deep: string | null;
        };
      };
      readonly maybe_int8: number | null;
      readonly maybe_int64: bigint | null;
      readonly maybe_float64: number | ("NaN" | "Infinity" | "-Infinity") | null;
      readonly maybe_decimal: string | null;
      readonly maybe_text: string | null;
      readonly maybe_bool: boolean | null;
      readonly maybe_bytes: string | null;
      readonly maybe_uuid: string | null;
      readonly maybe_day: string | null;
      readonly maybe_timestamp: string | null;
      readonly maybe_local_timestamp: string | null;
      readonly maybe_choice: "one" | "two" | null;
      readonly maybe_list: readonly bigint[] | null;
      readonly maybe_counts: {
        readonly [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
      } | null;
      readonly maybe_point: {
        /** To the east. */
        readonly x: number | ("NaN" | "Infinity" | "-Infinity");
        readonly y: number | ("NaN" | "Infinity" | "-Infinity") | null;
        /**
         * Format: int64
         * Seen from space.
         */
        readonly seen: bigint;
      } | null;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/shapes.everything": RowsPath<Row<"shapes.everything">> & AppendPath<NewRow<Row<"shapes.everything">, "maybe_int8" | "maybe_int64" | "maybe_float64" | "maybe_decimal" | "maybe_text" | "maybe_bool" | "maybe_bytes" | "maybe_uuid" | "maybe_day" | "maybe_timestamp" | "maybe_local_timestamp" | "maybe_choice" | "maybe_list" | "maybe_counts" | "maybe_point">> & ChangePath<Row<"shapes.everything">>;
  "/api/tables/shapes.everything/merge": MergePath<Row<"shapes.everything">>;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "shapes.everything": ["int64", "list/*", "counts/*", "point/seen", "path/*/seen", "maybe_int64", "maybe_list/*", "maybe_point/seen"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
