/** The maps of types a generated client would hand in, written by hand for the tests of the face. */
export interface Trips {
  readonly trip_id: bigint;
  readonly dropoff_day: Temporal.PlainDate;
  readonly picked_up_at: Temporal.Instant;
  readonly rider_email: string | null;
  readonly passengers: number;
  readonly fare: string;
  readonly paid_with: "card" | "cash" | "voucher";
  readonly stops: readonly string[];
  readonly photo: Uint8Array | null;
}
export interface Supplier { readonly s_suppkey: bigint; readonly s_name: string }
export interface CityPulse { readonly minute: Temporal.Instant | null; readonly pickups: bigint | null }

export interface Tables { "rides.trips": Trips; "rides.supplier": Supplier; "flights.airports": { readonly iata: string } }
export interface Calls {
  "rides.city_pulse": { parameters: { readonly day: Temporal.PlainDate; readonly atLeast?: number }; row: CityPulse };
  "rides.newest": { parameters: { readonly limit?: number }; row: Trips };
}
export interface Appends { "rides.trips": Omit<Trips, "rider_email"> & Partial<Pick<Trips, "rider_email">> }
