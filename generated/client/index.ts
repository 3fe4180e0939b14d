// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** Everything that can be ordered, one row a part. */
export interface DemoPart {
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
}

/** Who supplies parts. Could as well come from a relational database or from an API. */
export interface DemoSupplier {
  /** Supplier number. */
  readonly s_suppkey: bigint;
  /** What the supplier calls itself. */
  readonly s_name: string;
}

/** Every airport of the United States that has a code, and four in the Pacific and in Thailand that its airlines serve. */
export interface FlightsAirports {
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
  readonly latitude: number;
  /** East of Greenwich, so negative in most of this table. Unit: degrees. */
  readonly longitude: number;
}

/** The hundred routes with the most flights, busiest first. A route and its way back are two. */
export interface FlightsBusiestRoutes {
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
  readonly mean_delay: number;
}

/** How each day went: the flights that left, and how many of them ran late. */
export interface FlightsDailyDelays {
  /** Day of the departure, where it took place. */
  readonly day: Temporal.PlainDate;
  readonly flights: bigint;
  /** Flights that ran at least fifteen minutes behind their timetable. */
  readonly late: bigint;
  /** Unit: minutes. */
  readonly mean_delay: number;
}

/**
 * One flight: when it left, how late it ran, between which two airports.
 *
 * The source records no flight number, so two flights of one minute on one route can look alike; the table has no key.
 */
export interface FlightsDepartures {
  /** When the flight left, to the minute, by the clock on the wall of the airport it left from. */
  readonly date: Temporal.PlainDateTime;
  /** How far behind its timetable the flight ran; negative when it was early. Unit: minutes. */
  readonly delay: bigint;
  /** Length of the route. Unit: miles. */
  readonly distance: bigint;
  /** Where the flight left from. */
  readonly origin: string;
  /** Where the flight went to. */
  readonly destination: string;
}

/** How late the flights of one airport ran, hour by hour of the day. Worked out when asked, never stored. */
export interface FlightsLateness {
  readonly hour_of_day: bigint | null;
  readonly flights: bigint;
  readonly mean_delay: number;
  readonly worst_delay: bigint;
}

/** What `flights.lateness` is called with. */
export interface FlightsLatenessCall {
  /** code of the airport, as in `flights.airports` */
  readonly origin: string;
  /** leave out hours with fewer flights than this. Usually 1. */
  readonly atLeast?: number;
}

/** Departures as they are told, one message a flight: those of `flights.departures`, replayed as if they left now. */
export interface FlightsLive {
  /** Counts the flights told, from 1. */
  readonly flight_number: bigint;
  /** When the flight was told. */
  readonly told_at: Temporal.Instant;
  /** When the flight left, by the clock on the wall of the airport it left from. */
  readonly date: Temporal.PlainDateTime;
  /** How far behind its timetable the flight ran; negative when it was early. Unit: minutes. */
  readonly delay: bigint;
  /** Length of the route. Unit: miles. */
  readonly distance: bigint;
  /** Where the flight left from. */
  readonly origin: string;
  /** Where the flight went to. */
  readonly destination: string;
}

/** What can be selected from, by name. */
export interface Tables {
  "demo.part": DemoPart;
  "demo.supplier": DemoSupplier;
  "flights.airports": FlightsAirports;
  "flights.busiest_routes": FlightsBusiestRoutes;
  "flights.daily_delays": FlightsDailyDelays;
  "flights.departures": FlightsDepartures;
  "flights.live": FlightsLive;
}

/** Function tables, and what each is called with. */
export interface Calls {
  "flights.lateness": { parameters: FlightsLatenessCall; row: FlightsLateness };
}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
  "flights.departures": FlightsDepartures;
  "flights.live": FlightsLive;
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
