// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, KeyPath, MergePath, NewRow, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** Rides, as they are told today. */
    "rides.trips": {
      readonly trip_id: bigint;
      readonly day: string;
      /** What the rider paid. */
      readonly fare: string;
      /** Nobody counted before. */
      readonly passengers: number;
      readonly paid_with: "card" | "cash" | null;
      readonly driver: bigint;
      readonly note: string | null;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/rides.trips": RowsPath<Row<"rides.trips">> & AppendPath<NewRow<Row<"rides.trips">, "paid_with" | "note">> & ChangePath<Row<"rides.trips">>;
  "/api/tables/rides.trips/merge": MergePath<Row<"rides.trips">>;
  "/api/tables/rides.trips/{trip_id}": KeyPath<Row<"rides.trips">, "trip_id">;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "rides.trips": ["trip_id", "driver"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
