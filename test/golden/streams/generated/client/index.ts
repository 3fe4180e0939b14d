// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, NewRow, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** Every change of state of a ride, as the driver's app told it. */
export interface RidesTripEvents {
  readonly event_id: string;
  readonly trip_id: bigint;
  readonly fare: string | null;
  /** When the broker took the message. */
  readonly seen_at: Temporal.Instant;
  readonly seen_offset: bigint;
  readonly seen_partition: number;
  readonly car: string | null;
  readonly seen_day: Temporal.PlainDate;
}

/** A row to append to `rides.trip_events`: a column that may be null, or follows from another, may be left out. */
export interface NewRidesTripEvents extends NewRow<RidesTripEvents, "fare" | "car" | "seen_day"> {}

/** What can be selected from, by name. */
export interface Tables {
  "rides.trip_events": RidesTripEvents;
}

/** Function tables, and what each is called with. */
export interface Calls {}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
  "rides.trip_events": NewRidesTripEvents;
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
