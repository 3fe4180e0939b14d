import { deltaTabel, key } from "neuralake";
import type { Int64, String } from "neuralake";

@deltaTabel()
export class Orders {
  @key()
  order_id: Int64;
  customer: String;
}
