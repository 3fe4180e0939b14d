import { deltaTable, key } from "neuralake";
import type { Int64, Text } from "neuralake";

/** Who drives. */
@deltaTable()
export class Drivers {
  @key()
  driver_id: Int64;
  name: Text;
}
