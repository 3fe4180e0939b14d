// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, NewRow, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** What is baked. */
export interface ShopArticles {
  readonly article: string;
  readonly price: string;
  readonly allergens: readonly string[];
}

/** The two days on which most was taken. */
export interface ShopBestDays {
  /** UTC day of the orders. */
  readonly day: Temporal.PlainDate;
  readonly takings: string;
}

/** Currencies that tills take. */
export interface ShopCurrencies {
  /** ISO 4217, in capitals. */
  readonly code: string;
  /** What one of it is worth in euros. */
  readonly in_euros: string;
}

/** Who has a card, as the office keeps it. */
export interface ShopCustomers {
  readonly customer_id: bigint;
  /** Personal data: name. */
  readonly name: string;
  readonly card: string;
  readonly since: Temporal.PlainDate;
  readonly tier: "bronze" | "silver" | "gold";
  readonly interests: readonly string[] | null;
  /** json there; its text here. */
  readonly settings: string | null;
  readonly changed_at: Temporal.Instant | null;
}

/** What each store took in a day, kept as of the last look. */
export interface ShopDailyTakings {
  /** UTC day of the orders. */
  readonly day: Temporal.PlainDate;
  readonly store_id: number;
  readonly orders: bigint;
  /** Tips included. Unit: EUR. */
  readonly takings: string;
}

/** Discounts, as the loyalty service tells them. */
export interface ShopDiscounts {
  readonly customer_id: bigint;
  readonly percent: number;
}

/** What `shop.discounts` is called with. */
export interface ShopDiscountsCall {
  /** leave out smaller ones. Usually 1. */
  readonly atLeast?: number;
}

/** What a sack of flour cost, as the mill publishes it. */
export interface ShopFlourPrices {
  readonly day: Temporal.PlainDate;
  readonly euros: string;
}

/** Days on which nobody works. */
export interface ShopHolidays {
  readonly day: Temporal.PlainDate;
  readonly name: string;
}

/** Letters to those who come again and again, read out of two tables of this lake. */
export interface ShopLetters {
  readonly name: string;
  readonly text: string;
}

/** What `shop.letters` is called with. */
export interface ShopLettersCall {
  /** leave out who came less often. Usually 2. */
  readonly atLeast?: number;
}

/** What became of an order, as the kitchen told it. */
export interface ShopOrderEvents {
  readonly event_id: bigint;
  readonly state: "baked" | "packed" | "fetched";
  /** When the broker took the message. */
  readonly seen_at: Temporal.Instant;
  readonly lane: number;
  readonly position: bigint;
  readonly order_key: string | null;
  readonly seen_day: Temporal.PlainDate;
}

/** A row to append to `shop.order_events`: a column that may be null, or follows from another, may be left out. */
export interface NewShopOrderEvents extends NewRow<ShopOrderEvents, "order_key" | "seen_day"> {}

/**
 * Every order at a till.
 *
 * A column of each type there is, and a word of each.
 */
export interface ShopOrders {
  /** Given by the till, never used again. */
  readonly order_id: bigint;
  /** Printed on the receipt. */
  readonly receipt: string;
  readonly store_id: number;
  /** Absent where nobody showed a card. */
  readonly customer_id: bigint | null;
  readonly ordered_at: Temporal.Instant;
  /** UTC day of the order. */
  readonly ordered_day: Temporal.PlainDate;
  /** As the clock of the till had it. */
  readonly till_time: Temporal.PlainDateTime | null;
  /** Tip included. Unit: EUR. */
  readonly total: string;
  readonly currency: string;
  readonly paid_with: "card" | "cash" | "voucher";
  /** Where the receipt went. Personal data: email. */
  readonly email: string | null;
  /** Personal data: birthday. */
  readonly born: Temporal.PlainDate | null;
  /** Where the till stood. Personal data: location. */
  readonly latitude: number | null;
  /** Of the oven, when it was baked. Unit: degree Celsius. */
  readonly oven: number | null;
  /** Stars from 1 to 5. */
  readonly stars: number | null;
  readonly till: number;
  readonly is_gift: boolean;
  /** Signature of the customer. */
  readonly signature: Uint8Array | null;
  /** What was sold, in the order it was typed in. */
  readonly lines: readonly { readonly article: string; readonly pieces: number; readonly price: string | null }[];
  readonly coupons: readonly string[] | null;
  readonly notes: { readonly [key: string]: string } | null;
  readonly address: { readonly street: string; readonly zip: string | null } | null;
  /** @deprecated The till no longer tells. */
  readonly cashier: string | null;
}

/** A row to append to `shop.orders`: a column that may be null, or follows from another, may be left out. */
export interface NewShopOrders extends NewRow<ShopOrders, "customer_id" | "ordered_day" | "till_time" | "email" | "born" | "latitude" | "oven" | "stars" | "signature" | "coupons" | "notes" | "address" | "cashier"> {}

/** Articles that are often bought together: too much work for one machine. */
export interface ShopPairs {
  readonly first: string;
  readonly second: string;
  readonly times: bigint;
}

/** Who comes again and again. */
export interface ShopRegulars {
  readonly customer_id: bigint;
  readonly tier: string;
  readonly orders: bigint;
  /** All they ever paid. */
  readonly total: string;
}

/** Where there is a store. */
export interface ShopStores {
  readonly store_id: number;
  readonly name: string;
  readonly region: string;
  readonly has_seats: boolean | null;
}

/** What each store of a region took since a day. Worked out when asked. */
export interface ShopTakings {
  readonly store: string;
  readonly orders: bigint;
  readonly total: string;
}

/** What `shop.takings` is called with. */
export interface ShopTakingsCall {
  /** as the stores' folders are named */
  readonly region: string;
  /** the first day that counts. Usually "2026-08-01". */
  readonly since?: Temporal.PlainDate;
}

/** Counts, a row at a time. */
export interface ShopTicks {
  readonly tick: number;
}

/** What `shop.ticks` is called with. */
export interface ShopTicksCall {
  /** the last one. Usually 3. */
  readonly upTo?: number;
}

/** How many came through the door, counted by a camera. */
export interface ShopVisits {
  readonly store_id: number;
  readonly day: Temporal.PlainDate;
  readonly people: number;
}

/** What the weather was, by region and year: the names of the folders say which. */
export interface ShopWeather {
  readonly region: string | null;
  readonly year: number;
  readonly day: Temporal.PlainDate;
  /** Unit: degree Celsius. */
  readonly noon: number;
}

/** What can be selected from, by name. */
export interface Tables {
  "shop.articles": ShopArticles;
  "shop.best_days": ShopBestDays;
  "shop.currencies": ShopCurrencies;
  "shop.customers": ShopCustomers;
  "shop.daily_takings": ShopDailyTakings;
  "shop.discounts": ShopDiscounts;
  "shop.flour_prices": ShopFlourPrices;
  "shop.holidays": ShopHolidays;
  "shop.letters": ShopLetters;
  "shop.order_events": ShopOrderEvents;
  "shop.orders": ShopOrders;
  "shop.pairs": ShopPairs;
  "shop.regulars": ShopRegulars;
  "shop.stores": ShopStores;
  "shop.ticks": ShopTicks;
  "shop.visits": ShopVisits;
  "shop.weather": ShopWeather;
}

/** Function tables, and what each is called with. */
export interface Calls {
  "shop.discounts": { parameters: ShopDiscountsCall; row: ShopDiscounts };
  "shop.letters": { parameters: ShopLettersCall; row: ShopLetters };
  "shop.takings": { parameters: ShopTakingsCall; row: ShopTakings };
  "shop.ticks": { parameters: ShopTicksCall; row: ShopTicks };
}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
  "shop.order_events": NewShopOrderEvents;
  "shop.orders": NewShopOrders;
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
