import { between, pii } from "neuralake";
import type { Int32, Text } from "neuralake";

@DeltaTable({ layer: "sliver" })
export class Orders {
  @PrimaryKey()
  orderId: int;
  customer?: string;
  @pii("emial")
  email: Text;
  @between(10, 1)
  stars: Int32;
}
