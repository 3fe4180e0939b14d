// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, NewRow, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** Rides, as they are told today. */
export interface RidesTrips {
  readonly trip_id: bigint;
  readonly day: Temporal.PlainDate;
  /** What the rider paid. */
  readonly fare: string;
  /** Nobody counted before. */
  readonly passengers: number;
  readonly paid_with: "card" | "cash" | null;
  readonly driver: bigint;
  readonly note: string | null;
}

/** A row to append to `rides.trips`: a column that may be null, or follows from another, may be left out. */
export interface NewRidesTrips extends NewRow<RidesTrips, "paid_with" | "note"> {}

/** What can be selected from, by name. */
export interface Tables {
  "rides.trips": RidesTrips;
}

/** Function tables, and what each is called with. */
export interface Calls {}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
  "rides.trips": NewRidesTrips;
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
