// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, KeyPath, MergePath, NewRow, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** What is baked. */
    "shop.articles": {
      readonly article: string;
      readonly price: string;
      readonly allergens: readonly string[];
    };
    /** The two days on which most was taken. */
    "shop.best_days": {
      /** UTC day of the orders. */
      readonly day: string;
      readonly takings: string;
    };
    /** Currencies that tills take. */
    "shop.currencies": {
      /** ISO 4217, in capitals. */
      readonly code: string;
      /** What one of it is worth in euros. */
      readonly in_euros: string;
    };
    /** Who has a card, as the office keeps it. */
    "shop.customers": {
      readonly customer_id: bigint;
      /** Personal data: name. */
      readonly name: string;
      readonly card: string;
      readonly since: string;
      readonly tier: "bronze" | "silver" | "gold";
      readonly interests: readonly string[] | null;
      /** json there; its text here. */
      readonly settings: string | null;
      readonly changed_at: string | null;
    };
    /** What each store took in a day, kept as of the last look. */
    "shop.daily_takings": {
      /** UTC day of the orders. */
      readonly day: string;
      readonly store_id: number;
      readonly orders: bigint;
      /** Tips included. Unit: EUR. */
      readonly takings: string;
    };
    /** Discounts, as the loyalty service tells them. */
    "shop.discounts": {
      readonly customer_id: bigint;
      readonly percent: number;
    };
    /** What a sack of flour cost, as the mill publishes it. */
    "shop.flour_prices": {
      readonly day: string;
      readonly euros: string;
    };
    /** Days on which nobody works. */
    "shop.holidays": {
      readonly day: string;
      readonly name: string;
    };
    /** Letters to those who come again and again, read out of two tables of this lake. */
    "shop.letters": {
      readonly name: string;
      readonly text: string;
    };
    /** What became of an order, as the kitchen told it. */
    "shop.order_events": {
      readonly event_id: bigint;
      readonly state: "baked" | "packed" | "fetched";
      /** When the broker took the message. */
      readonly seen_at: string;
      readonly lane: number;
      readonly position: bigint;
      readonly order_key: string | null;
      readonly seen_day: string;
    };
    /**
     * Every order at a till.
     *
     * A column of each type there is, and a word of each.
     */
    "shop.orders": {
      /** Given by the till, never used again. */
      readonly order_id: bigint;
      /** Printed on the receipt. */
      readonly receipt: string;
      readonly store_id: number;
      /** Absent where nobody showed a card. */
      readonly customer_id: bigint | null;
      readonly ordered_at: string;
      /** UTC day of the order. */
      readonly ordered_day: string;
      /** As the clock of the till had it. */
      readonly till_time: string | null;
      /** Tip included. Unit: EUR. */
      readonly total: string;
      readonly currency: string;
      readonly paid_with: "card" | "cash" | "voucher";
      /** Where the receipt went. Personal data: email. */
      readonly email: string | null;
      /** Personal data: birthday. */
      readonly born: string | null;
      /** Where the till stood. Personal data: location. */
      readonly latitude: number | ("NaN" | "Infinity" | "-Infinity") | null;
      /** Of the oven, when it was baked. Unit: degree Celsius. */
      readonly oven: number | ("NaN" | "Infinity" | "-Infinity") | null;
      /** Stars from 1 to 5. */
      readonly stars: number | null;
      readonly till: number;
      readonly is_gift: boolean;
      /** Signature of the customer. */
      readonly signature: string | null;
      /** What was sold, in the order it was typed in. */
      readonly lines: readonly {
        readonly article: string;
        /** Format: int32 */
        readonly pieces: number;
        /** Format: decimal */
        readonly price: string | null;
      }[];
      readonly coupons: readonly string[] | null;
      readonly notes: {
        readonly [key: string]: string;
      } | null;
      readonly address: {
        readonly street: string;
        readonly zip: string | null;
      } | null;
      /** @deprecated The till no longer tells. */
      readonly cashier: string | null;
    };
    /** Articles that are often bought together: too much work for one machine. */
    "shop.pairs": {
      readonly first: string;
      readonly second: string;
      readonly times: bigint;
    };
    /** Who comes again and again. */
    "shop.regulars": {
      readonly customer_id: bigint;
      readonly tier: string;
      readonly orders: bigint;
      /** All they ever paid. */
      readonly total: string;
    };
    /** Where there is a store. */
    "shop.stores": {
      readonly store_id: number;
      readonly name: string;
      readonly region: string;
      readonly has_seats: boolean | null;
    };
    /** What each store of a region took since a day. Worked out when asked. */
    "shop.takings": {
      readonly store: string;
      readonly orders: bigint;
      readonly total: string;
    };
    /** Counts, a row at a time. */
    "shop.ticks": {
      readonly tick: number;
    };
    /** How many came through the door, counted by a camera. */
    "shop.visits": {
      readonly store_id: number;
      readonly day: string;
      readonly people: number;
    };
    /** What the weather was, by region and year: the names of the folders say which. */
    "shop.weather": {
      readonly region: string | null;
      readonly year: number;
      readonly day: string;
      /** Unit: degree Celsius. */
      readonly noon: number | ("NaN" | "Infinity" | "-Infinity");
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/shop.articles": RowsPath<Row<"shop.articles">>;
  "/api/tables/shop.articles/{article}": KeyPath<Row<"shop.articles">, "article">;
  "/api/tables/shop.best_days": RowsPath<Row<"shop.best_days">>;
  "/api/tables/shop.currencies": RowsPath<Row<"shop.currencies">>;
  "/api/tables/shop.customers": RowsPath<Row<"shop.customers">>;
  "/api/tables/shop.customers/{customer_id}": KeyPath<Row<"shop.customers">, "customer_id">;
  "/api/tables/shop.daily_takings": RowsPath<Row<"shop.daily_takings">>;
  "/api/tables/shop.daily_takings/{day}/{store_id}": KeyPath<Row<"shop.daily_takings">, "day" | "store_id">;
  "/api/tables/shop.discounts": RowsPath<Row<"shop.discounts">, { readonly atLeast?: number }>;
  "/api/tables/shop.flour_prices": RowsPath<Row<"shop.flour_prices">>;
  "/api/tables/shop.holidays": RowsPath<Row<"shop.holidays">>;
  "/api/tables/shop.letters": RowsPath<Row<"shop.letters">, { readonly atLeast?: number }>;
  "/api/tables/shop.order_events": RowsPath<Row<"shop.order_events">> & AppendPath<NewRow<Row<"shop.order_events">, "order_key" | "seen_day">> & ChangePath<Row<"shop.order_events">>;
  "/api/tables/shop.order_events/merge": MergePath<Row<"shop.order_events">>;
  "/api/tables/shop.order_events/{event_id}": KeyPath<Row<"shop.order_events">, "event_id">;
  "/api/tables/shop.orders": RowsPath<Row<"shop.orders">> & AppendPath<NewRow<Row<"shop.orders">, "customer_id" | "ordered_day" | "till_time" | "email" | "born" | "latitude" | "oven" | "stars" | "signature" | "coupons" | "notes" | "address" | "cashier">> & ChangePath<Row<"shop.orders">>;
  "/api/tables/shop.orders/merge": MergePath<Row<"shop.orders">>;
  "/api/tables/shop.orders/{order_id}": KeyPath<Row<"shop.orders">, "order_id">;
  "/api/tables/shop.pairs": RowsPath<Row<"shop.pairs">>;
  "/api/tables/shop.regulars": RowsPath<Row<"shop.regulars">>;
  "/api/tables/shop.regulars/{customer_id}": KeyPath<Row<"shop.regulars">, "customer_id">;
  "/api/tables/shop.stores": RowsPath<Row<"shop.stores">>;
  "/api/tables/shop.stores/{store_id}": KeyPath<Row<"shop.stores">, "store_id">;
  "/api/tables/shop.takings": RowsPath<Row<"shop.takings">, { readonly region: string; readonly since?: string }>;
  "/api/tables/shop.ticks": RowsPath<Row<"shop.ticks">, { readonly upTo?: number }>;
  "/api/tables/shop.visits": RowsPath<Row<"shop.visits">>;
  "/api/tables/shop.weather": RowsPath<Row<"shop.weather">>;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "shop.customers": ["customer_id"],
  "shop.daily_takings": ["orders"],
  "shop.discounts": ["customer_id"],
  "shop.order_events": ["event_id", "position"],
  "shop.orders": ["order_id", "customer_id"],
  "shop.pairs": ["times"],
  "shop.regulars": ["customer_id", "orders"],
  "shop.takings": ["orders"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
