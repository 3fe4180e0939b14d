// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, OpenSettings } from "neuralake/client";

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

/** What can be selected from, by name. */
export interface Tables {
  "rides.trip_events": RidesTripEvents;
}

/** Function tables, and what each is called with. */
export interface Calls {}

/** Delta tables, and what is appended to each: a column that may be null, or follows from another, may be left out. */
export interface Appends {
  "rides.trip_events": Omit<RidesTripEvents, "fare" | "car" | "seen_day"> & Partial<Pick<RidesTripEvents, "fare" | "car" | "seen_day">>;
}

/** The lake of this catalog: the same face in this process and over HTTP. */
export type Lake = ClientLake<Tables, Calls, Appends>;

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
