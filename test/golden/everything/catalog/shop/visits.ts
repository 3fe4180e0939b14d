import { from, jsonTable } from "neuralake";
import type { Day, Int32 } from "neuralake";

/** How many came through the door, counted by a camera. */
@jsonTable({ location: "data/visits.ndjson", lines: true })
export class Visits {
  @from("store.id")
  store_id: Int32;
  day: Day;
  people: Int32;
}
