// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, NewRow, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** Countries we send to. */
export interface ShopCountries {
  readonly code: string;
  readonly name: string | null;
}

/** Clicks, as the web shop wrote them down. */
export interface ShopEvents {
  readonly kind: string;
  readonly seen_at: Temporal.Instant;
}

/** What customers ordered. */
export interface ShopOrders {
  readonly order_id: bigint;
  readonly customer_id: bigint;
  readonly ordered_at: Temporal.Instant;
  readonly ordered_day: Temporal.PlainDate;
}

/** A row to append to `shop.orders`: a column that may be null, or follows from another, may be left out. */
export interface NewShopOrders extends NewRow<ShopOrders, "ordered_day"> {}

/** How many orders each day brought. */
export interface ShopOrdersByDay {
  /** As the shop counts days. */
  readonly day: Temporal.PlainDate;
  readonly orders: bigint;
}

/** What one customer ordered. */
export interface ShopOrdersOf {
  readonly order_id: bigint;
  readonly ordered_at: Temporal.Instant;
}

/** What `shop.orders_of` is called with. */
export interface ShopOrdersOfCall {
  /** number of the customer */
  readonly customer: bigint;
  /** how many orders at most. Usually 10. */
  readonly newest?: number;
}

/** What we sell. */
export interface ShopProducts {
  readonly sku: string;
  readonly price: string;
}

/** Orders of customers who ordered before. */
export interface ShopRegulars {
  readonly customer_id: bigint;
  readonly orders: bigint;
}

/** Where things stand. */
export interface ShopShelves {
  readonly number: number;
  readonly room: string;
}

/** What can be selected from, by name. */
export interface Tables {
  "shop.countries": ShopCountries;
  "shop.events": ShopEvents;
  "shop.orders": ShopOrders;
  "shop.orders_by_day": ShopOrdersByDay;
  "shop.products": ShopProducts;
  "shop.regulars": ShopRegulars;
  "shop.shelves": ShopShelves;
}

/** Function tables, and what each is called with. */
export interface Calls {
  "shop.orders_of": { parameters: ShopOrdersOfCall; row: ShopOrdersOf };
}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
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
