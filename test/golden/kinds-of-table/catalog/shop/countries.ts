import { csvTable, key } from "neuralake";
import type { Text } from "neuralake";

/** Countries we send to. */
@csvTable({ location: "data/countries.csv", delimiter: ";", nulls: ["", "n/a"] })
export class Countries {
  @key()
  code: Text;
  name: Text | null;
}
