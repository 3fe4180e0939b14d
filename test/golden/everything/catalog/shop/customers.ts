import { from, key, pii, postgresTable } from "neuralake";
import type { Day, Int64, Text, Timestamp, Uuid } from "neuralake";

/** Who has a card, as the office keeps it. */
@postgresTable({ schema: "office", table: "Customer", owner: "office" })
export class Customers {
  @key()
  @from("id")
  customer_id: Int64;

  @pii("name")
  name: Text;

  card: Uuid;
  since: Day;
  tier: "bronze" | "silver" | "gold";
  interests: Text[] | null;

  /** json there; its text here. */
  settings: Text | null;
  changed_at: Timestamp | null;
}
