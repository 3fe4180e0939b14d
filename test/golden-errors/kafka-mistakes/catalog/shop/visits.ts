import { deltaTable, kafka } from "neuralake";
import type { Timestamp } from "neuralake";

@deltaTable()
export class Visits {
  @kafka("timestamp")
  seen_at: Timestamp;
}
