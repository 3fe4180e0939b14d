// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, KeyPath, MergePath, NewRow, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** Countries we send to. */
    "shop.countries": {
      readonly code: string;
      readonly name: string | null;
    };
    /** Clicks, as the web shop wrote them down. */
    "shop.events": {
      readonly kind: string;
      readonly seen_at: string;
    };
    /** What customers ordered. */
    "shop.orders": {
      readonly order_id: bigint;
      readonly customer_id: bigint;
      readonly ordered_at: string;
      readonly ordered_day: string;
    };
    /** How many orders each day brought. */
    "shop.orders_by_day": {
      /** As the shop counts days. */
      readonly day: string;
      readonly orders: bigint;
    };
    /** What one customer ordered. */
    "shop.orders_of": {
      readonly order_id: bigint;
      readonly ordered_at: string;
    };
    /** What we sell. */
    "shop.products": {
      readonly sku: string;
      readonly price: string;
    };
    /** Orders of customers who ordered before. */
    "shop.regulars": {
      readonly customer_id: bigint;
      readonly orders: bigint;
    };
    /** Where things stand. */
    "shop.shelves": {
      readonly number: number;
      readonly room: string;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/shop.countries": RowsPath<Row<"shop.countries">>;
  "/api/tables/shop.countries/{code}": KeyPath<Row<"shop.countries">, "code">;
  "/api/tables/shop.events": RowsPath<Row<"shop.events">>;
  "/api/tables/shop.orders": RowsPath<Row<"shop.orders">> & AppendPath<NewRow<Row<"shop.orders">, "ordered_day">> & ChangePath<Row<"shop.orders">>;
  "/api/tables/shop.orders/merge": MergePath<Row<"shop.orders">>;
  "/api/tables/shop.orders/{order_id}": KeyPath<Row<"shop.orders">, "order_id">;
  "/api/tables/shop.orders_by_day": RowsPath<Row<"shop.orders_by_day">>;
  "/api/tables/shop.orders_of": RowsPath<Row<"shop.orders_of">, { readonly customer: bigint; readonly newest?: number }>;
  "/api/tables/shop.products": RowsPath<Row<"shop.products">>;
  "/api/tables/shop.regulars": RowsPath<Row<"shop.regulars">>;
  "/api/tables/shop.shelves": RowsPath<Row<"shop.shelves">>;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "shop.orders": ["order_id", "customer_id"],
  "shop.orders_by_day": ["orders"],
  "shop.orders_of": ["order_id"],
  "shop.regulars": ["customer_id", "orders"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
