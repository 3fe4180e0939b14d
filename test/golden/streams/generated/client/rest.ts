// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, KeyPath, MergePath, NewRow, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** Every change of state of a ride, as the driver's app told it. */
    "rides.trip_events": {
      readonly event_id: string;
      readonly trip_id: bigint;
      readonly fare: string | null;
      /** When the broker took the message. */
      readonly seen_at: string;
      readonly seen_offset: bigint;
      readonly seen_partition: number;
      readonly car: string | null;
      readonly seen_day: string;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/rides.trip_events": RowsPath<Row<"rides.trip_events">> & AppendPath<NewRow<Row<"rides.trip_events">, "fare" | "car" | "seen_day">> & ChangePath<Row<"rides.trip_events">>;
  "/api/tables/rides.trip_events/merge": MergePath<Row<"rides.trip_events">>;
  "/api/tables/rides.trip_events/{event_id}": KeyPath<Row<"rides.trip_events">, "event_id">;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "rides.trip_events": ["trip_id", "seen_offset"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
