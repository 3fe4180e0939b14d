import { csvTable, from, key } from "neuralake";
import type { Bool, Int32, Text } from "neuralake";

/** Where there is a store. */
@csvTable({ location: "data/stores.csv", delimiter: ";", nulls: ["", "n/a"] })
export class Stores {
  @key()
  @from("Store No")
  store_id: Int32;

  name: Text;
  region: Text;
  has_seats: Bool | null;
}
