// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, NewRow, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** A column of each type, and each of them once more where it may be null. */
export interface ShapesEverything {
  readonly int8: number;
  readonly int16: number;
  readonly int32: number;
  readonly int64: bigint;
  readonly float32: number;
  readonly float64: number;
  readonly decimal: string;
  readonly whole: string;
  readonly fraction: string;
  readonly text: string;
  readonly bool: boolean;
  readonly bytes: Uint8Array;
  readonly uuid: string;
  readonly day: Temporal.PlainDate;
  readonly timestamp: Temporal.Instant;
  readonly local_timestamp: Temporal.PlainDateTime;
  readonly choice: "one" | "two \"quoted\"";
  readonly list: readonly bigint[];
  readonly sparse_list: readonly (string | null)[];
  readonly counts: { readonly [key: string]: bigint };
  readonly point: {
    /** To the east. */
    readonly x: number;
    readonly y: number | null;
    /** Seen from space. */
    readonly seen: bigint;
  };
  readonly path: readonly {
    /** To the east. */
    readonly x: number;
    readonly y: number | null;
    /** Seen from space. */
    readonly seen: bigint;
  }[];
  readonly nested: { readonly inner: { readonly deep: string | null } };
  readonly maybe_int8: number | null;
  readonly maybe_int64: bigint | null;
  readonly maybe_float64: number | null;
  readonly maybe_decimal: string | null;
  readonly maybe_text: string | null;
  readonly maybe_bool: boolean | null;
  readonly maybe_bytes: Uint8Array | null;
  readonly maybe_uuid: string | null;
  readonly maybe_day: Temporal.PlainDate | null;
  readonly maybe_timestamp: Temporal.Instant | null;
  readonly maybe_local_timestamp: Temporal.PlainDateTime | null;
  readonly maybe_choice: "one" | "two" | null;
  readonly maybe_list: readonly bigint[] | null;
  readonly maybe_counts: { readonly [key: string]: number } | null;
  readonly maybe_point: {
    /** To the east. */
    readonly x: number;
    readonly y: number | null;
    /** Seen from space. */
    readonly seen: bigint;
  } | null;
}

/** A row to append to `shapes.everything`: a column that may be null, or follows from another, may be left out. */
export interface NewShapesEverything extends NewRow<ShapesEverything, "maybe_int8" | "maybe_int64" | "maybe_float64" | "maybe_decimal" | "maybe_text" | "maybe_bool" | "maybe_bytes" | "maybe_uuid" | "maybe_day" | "maybe_timestamp" | "maybe_local_timestamp" | "maybe_choice" | "maybe_list" | "maybe_counts" | "maybe_point"> {}

/** What can be selected from, by name. */
export interface Tables {
  "shapes.everything": ShapesEverything;
}

/** Function tables, and what each is called with. */
export interface Calls {}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
  "shapes.everything": NewShapesEverything;
}

/** The lake of this catalog: the same face in this process and over HTTP. */
export interface Lake extends ClientLake<Tables, Calls, Appends> {}

/** Opens the lake in this process; without `root`, the project's own. */
export function open(options: OpenSettings = {}): Promise<Lake> {
  return openClient<Tables, Calls, Appends>({
    catalog: new URL("../catalog.json", import.meta.url),
    functions: () => import("../functions/index.js"),
    project: new URL("../../", import.meta.url),
    ...options,
  });
}

/** Speaks to a server of this catalog: `connect({ url: "http://localhost:8080" })`. */
export function connect(options: { readonly url: string }): Lake {
  return connectClient<Tables, Calls, Appends>(options);
}
