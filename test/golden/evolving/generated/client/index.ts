// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, OpenSettings } from "neuralake/client";

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

/** What can be selected from, by name. */
export interface Tables {
  "rides.trips": RidesTrips;
}

/** Function tables, and what each is called with. */
export interface Calls {}

/** Delta tables, and what is appended to each: a column that may be null, or follows from another, may be left out. */
export interface Appends {
  "rides.trips": Omit<RidesTrips, "paid_with" | "note"> & Partial<Pick<RidesTrips, "paid_with" | "note">>;
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
