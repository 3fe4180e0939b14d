// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, KeyPath, MergePath, NewRow, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** What drivers earned by card: a view on a view. */
    "rides.card_earnings": {
      /** Absent for drivers who have left. */
      readonly driver: string | null;
      readonly earned: string;
      readonly trips: bigint;
    };
    /** Rides that were paid with a card, and who drove them. */
    "rides.card_trips": {
      /** Ride number, never reused. */
      readonly trip_id: bigint;
      /** Unit: EUR. */
      readonly fare: string;
      /** Absent for drivers who have left. */
      readonly driver: string | null;
    };
    /** Who drives. */
    "rides.drivers": {
      readonly driver_id: bigint;
      readonly name: string;
    };
    /** Aggregates over a group have a value; over everything they may have none. Sums of integers are as wide as they get. */
    "rides.passengers": {
      readonly driver_id: bigint;
      readonly passengers: string;
      readonly last_ride: string;
      readonly most_cash: string | null;
      readonly trips: readonly (bigint | null)[];
    };
    /** Plain copies keep their words, marks and types; what an outer join adds may be null. */
    "rides.receipts": {
      /** Ride number, never reused. */
      readonly trip_id: bigint;
      /** Where the receipt went. Personal data: email. */
      readonly rider_email: string | null;
      readonly paid_with: "card" | "cash";
      /** Unit: EUR. */
      readonly price: string;
      readonly name: string | null;
      readonly called: string;
    };
    /** One finished ride. */
    "rides.trips": {
      /** Ride number, never reused. */
      readonly trip_id: bigint;
      readonly driver_id: bigint;
      readonly picked_up_at: string;
      /** Where the receipt went. Personal data: email. */
      readonly rider_email: string | null;
      /** Unit: EUR. */
      readonly fare: string;
      readonly paid_with: "card" | "cash";
      readonly passengers: number;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/rides.card_earnings": RowsPath<Row<"rides.card_earnings">>;
  "/api/tables/rides.card_trips": RowsPath<Row<"rides.card_trips">>;
  "/api/tables/rides.drivers": RowsPath<Row<"rides.drivers">> & AppendPath<Row<"rides.drivers">> & ChangePath<Row<"rides.drivers">>;
  "/api/tables/rides.drivers/merge": MergePath<Row<"rides.drivers">>;
  "/api/tables/rides.drivers/{driver_id}": KeyPath<Row<"rides.drivers">, "driver_id">;
  "/api/tables/rides.passengers": RowsPath<Row<"rides.passengers">, { readonly since: string }>;
  "/api/tables/rides.receipts": RowsPath<Row<"rides.receipts">>;
  "/api/tables/rides.trips": RowsPath<Row<"rides.trips">> & AppendPath<NewRow<Row<"rides.trips">, "rider_email">> & ChangePath<Row<"rides.trips">>;
  "/api/tables/rides.trips/merge": MergePath<Row<"rides.trips">>;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "rides.card_earnings": ["trips"],
  "rides.card_trips": ["trip_id"],
  "rides.drivers": ["driver_id"],
  "rides.passengers": ["driver_id", "trips/*"],
  "rides.receipts": ["trip_id"],
  "rides.trips": ["trip_id", "driver_id"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
