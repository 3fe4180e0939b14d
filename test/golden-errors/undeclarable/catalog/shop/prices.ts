import { deltaTable } from "neuralake";
import type { Decimal } from "neuralake";

@deltaTable()
export class Prices {
  price: Decimal<50, 2>;
}
