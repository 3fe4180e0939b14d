// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, KeyPath, MergePath, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /** Everything that can be ordered, one row a part. */
    "demo.part": {
      /** Part number. */
      readonly p_partkey: bigint;
      /** Two colours, for want of a better name. */
      readonly p_name: string;
      /** Who makes the part. */
      readonly p_mfgr: string;
      /** Under which brand it is sold; each maker has five. */
      readonly p_brand: string;
      /** Finish, treatment and material. */
      readonly p_type: string;
      /** Unit: inches. */
      readonly p_size: number;
      /** What it comes in. */
      readonly p_container: string;
      /** Price of one piece, before any discount. Unit: USD. */
      readonly p_retailprice: string;
      readonly p_comment: string;
    };
    /** Who supplies parts. Could as well come from a relational database or from an API. */
    "demo.supplier": {
      /** Supplier number. */
      readonly s_suppkey: bigint;
      /** What the supplier calls itself. */
      readonly s_name: string;
    };
    /** Every airport of the United States that has a code, and four in the Pacific and in Thailand that its airlines serve. */
    "flights.airports": {
      /** The airport's code; airfields without a code of the airlines' association bear the one of the aviation authority. */
      readonly iata: string;
      /** What the airport calls itself. */
      readonly name: string;
      /** The town it serves; `NA` outside the United States. */
      readonly city: string;
      /** Two letters of the state or territory; `NA` outside the United States. */
      readonly state: string;
      readonly country: string;
      /** North of the equator. Unit: degrees. */
      readonly latitude: number | ("NaN" | "Infinity" | "-Infinity");
      /** East of Greenwich, so negative in most of this table. Unit: degrees. */
      readonly longitude: number | ("NaN" | "Infinity" | "-Infinity");
    };
    /** The hundred routes with the most flights, busiest first. A route and its way back are two. */
    "flights.busiest_routes": {
      /** Where the flight left from. */
      readonly origin: string;
      /** Where the flight went to. */
      readonly destination: string;
      /** The town the route leaves from. */
      readonly from_city: string;
      /** The town the route goes to. */
      readonly to_city: string;
      /** Unit: miles. */
      readonly distance: bigint;
      /** How many flights took the route. */
      readonly flights: bigint;
      /** How far behind their timetables these flights ran, on average. Unit: minutes. */
      readonly mean_delay: number | ("NaN" | "Infinity" | "-Infinity");
    };
    /** How each day went: the flights that left, and how many of them ran late. */
    "flights.daily_delays": {
      /** Day of the departure, where it took place. */
      readonly day: string;
      readonly flights: bigint;
      /** Flights that ran at least fifteen minutes behind their timetable. */
      readonly late: bigint;
      /** Unit: minutes. */
      readonly mean_delay: number | ("NaN" | "Infinity" | "-Infinity");
    };
    /**
     * One flight: when it left, how late it ran, between which two airports.
     *
     * The source records no flight number, so two flights of one minute on one route can look alike; the table has no key.
     */
    "flights.departures": {
      /** When the flight left, to the minute, by the clock on the wall of the airport it left from. */
      readonly date: string;
      /** How far behind its timetable the flight ran; negative when it was early. Unit: minutes. */
      readonly delay: bigint;
      /** Length of the route. Unit: miles. */
      readonly distance: bigint;
      /** Where the flight left from. */
      readonly origin: string;
      /** Where the flight went to. */
      readonly destination: string;
    };
    /** How late the flights of one airport ran, hour by hour of the day. Worked out when asked, never stored. */
    "flights.lateness": {
      readonly hour_of_day: bigint | null;
      readonly flights: bigint;
      readonly mean_delay: number | ("NaN" | "Infinity" | "-Infinity");
      readonly worst_delay: bigint;
    };
    /** Departures as they are told, one message a flight: those of `flights.departures`, replayed as if they left now. */
    "flights.live": {
      /** Counts the flights told, from 1. */
      readonly flight_number: bigint;
      /** When the flight was told. */
      readonly told_at: string;
      /** When the flight left, by the clock on the wall of the airport it left from. */
      readonly date: string;
      /** How far behind its timetable the flight ran; negative when it was early. Unit: minutes. */
      readonly delay: bigint;
      /** Length of the route. Unit: miles. */
      readonly distance: bigint;
      /** Where the flight left from. */
      readonly origin: string;
      /** Where the flight went to. */
      readonly destination: string;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/demo.part": RowsPath<Row<"demo.part">>;
  "/api/tables/demo.part/{p_partkey}": KeyPath<Row<"demo.part">, "p_partkey">;
  "/api/tables/demo.supplier": RowsPath<Row<"demo.supplier">>;
  "/api/tables/flights.airports": RowsPath<Row<"flights.airports">>;
  "/api/tables/flights.airports/{iata}": KeyPath<Row<"flights.airports">, "iata">;
  "/api/tables/flights.busiest_routes": RowsPath<Row<"flights.busiest_routes">>;
  "/api/tables/flights.busiest_routes/{origin}/{destination}": KeyPath<Row<"flights.busiest_routes">, "origin" | "destination">;
  "/api/tables/flights.daily_delays": RowsPath<Row<"flights.daily_delays">>;
  "/api/tables/flights.daily_delays/{day}": KeyPath<Row<"flights.daily_delays">, "day">;
  "/api/tables/flights.departures": RowsPath<Row<"flights.departures">> & AppendPath<Row<"flights.departures">> & ChangePath<Row<"flights.departures">>;
  "/api/tables/flights.departures/merge": MergePath<Row<"flights.departures">>;
  "/api/tables/flights.lateness": RowsPath<Row<"flights.lateness">, { readonly origin: string; readonly atLeast?: number }>;
  "/api/tables/flights.live": RowsPath<Row<"flights.live">> & AppendPath<Row<"flights.live">> & ChangePath<Row<"flights.live">>;
  "/api/tables/flights.live/merge": MergePath<Row<"flights.live">>;
  "/api/tables/flights.live/{flight_number}": KeyPath<Row<"flights.live">, "flight_number">;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "demo.part": ["p_partkey"],
  "demo.supplier": ["s_suppkey"],
  "flights.busiest_routes": ["distance", "flights"],
  "flights.daily_delays": ["flights", "late"],
  "flights.departures": ["delay", "distance"],
  "flights.lateness": ["hour_of_day", "flights", "worst_delay"],
  "flights.live": ["flight_number", "delay", "distance"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
