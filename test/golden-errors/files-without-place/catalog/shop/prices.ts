import { csvTable } from "neuralake";
import type { Decimal } from "neuralake";

@csvTable({ path: "data/prices.csv" })
export class Prices {
  price: Decimal<10, 2>;
}
