// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, NewRow, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** What drivers earned by card: a view on a view. */
export interface RidesCardEarnings {
  /** Absent for drivers who have left. */
  readonly driver: string | null;
  readonly earned: string;
  readonly trips: bigint;
}

/** Rides that were paid with a card, and who drove them. */
export interface RidesCardTrips {
  /** Ride number, never reused. */
  readonly trip_id: bigint;
  /** Unit: EUR. */
  readonly fare: string;
  /** Absent for drivers who have left. */
  readonly driver: string | null;
}

/** Who drives. */
export interface RidesDrivers {
  readonly driver_id: bigint;
  readonly name: string;
}

/** Aggregates over a group have a value; over everything they may have none. Sums of integers are as wide as they get. */
export interface RidesPassengers {
  readonly driver_id: bigint;
  readonly passengers: string;
  readonly last_ride: Temporal.Instant;
  readonly most_cash: string | null;
  readonly trips: readonly (bigint | null)[];
}

/** What `rides.passengers` is called with. */
export interface RidesPassengersCall {
  readonly since: Temporal.PlainDate;
}

/** Plain copies keep their words, marks and types; what an outer join adds may be null. */
export interface RidesReceipts {
  /** Ride number, never reused. */
  readonly trip_id: bigint;
  /** Where the receipt went. Personal data: email. */
  readonly rider_email: string | null;
  readonly paid_with: "card" | "cash";
  /** Unit: EUR. */
  readonly price: string;
  readonly name: string | null;
  readonly called: string;
}

/** One finished ride. */
export interface RidesTrips {
  /** Ride number, never reused. */
  readonly trip_id: bigint;
  readonly driver_id: bigint;
  readonly picked_up_at: Temporal.Instant;
  /** Where the receipt went. Personal data: email. */
  readonly rider_email: string | null;
  /** Unit: EUR. */
  readonly fare: string;
  readonly paid_with: "card" | "cash";
  readonly passengers: number;
}

/** A row to append to `rides.trips`: a column that may be null, or follows from another, may be left out. */
export interface NewRidesTrips extends NewRow<RidesTrips, "rider_email"> {}

/** What can be selected from, by name. */
export interface Tables {
  "rides.card_earnings": RidesCardEarnings;
  "rides.card_trips": RidesCardTrips;
  "rides.drivers": RidesDrivers;
  "rides.receipts": RidesReceipts;
  "rides.trips": RidesTrips;
}

/** Function tables, and what each is called with. */
export interface Calls {
  "rides.passengers": { parameters: RidesPassengersCall; row: RidesPassengers };
}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
  "rides.drivers": RidesDrivers;
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
