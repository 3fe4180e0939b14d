import { deltaTable, from, fromKafka, kafka } from "neuralake";
import type { Int32, Int64, Timestamp } from "neuralake";

@deltaTable()
@fromKafka({ topic: "shop/clicks", format: "avro", deadLetter: "shop/clicks" })
export class Clicks {
  @from("user..id")
  user_id: Int64;

  @kafka("time")
  seen_at: Timestamp;

  @kafka("offset")
  position: Int32;
}
