import { between, deltaTable, matches } from "neuralake";
import type { Int32, Text } from "neuralake";

const layer = "silver";
const days = 30;

@deltaTable({ layer, retain: `${days}d` })
export class Orders {
  @between(0, 10 * 10)
  discount: Int32;

  @matches(new RegExp("^[A-Z]+$"))
  code: Text;
}
