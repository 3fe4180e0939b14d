import { csvTable } from "neuralake";
import type { Text } from "neuralake";

@csvTable({ location: "data/stock.csv", delimiter: "||", header: "yes" })
export class Stock {
  sku: Text;
}
