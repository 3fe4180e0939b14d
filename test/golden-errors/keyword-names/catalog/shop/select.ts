import { deltaTable } from "neuralake";
import type { Int32, Int64, Text } from "neuralake";

@deltaTable()
export class Select {
  order: Int64;
  group: Text;
  left: Int32;
  "first name": Text;
  __internal: Text;
}
