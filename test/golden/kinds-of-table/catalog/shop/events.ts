import { jsonTable } from "neuralake";
import type { Text, Timestamp } from "neuralake";

/** Clicks, as the web shop wrote them down. */
@jsonTable({ location: "data/events/*.ndjson", lines: true })
export class Events {
  kind: Text;
  seen_at: Timestamp;
}
