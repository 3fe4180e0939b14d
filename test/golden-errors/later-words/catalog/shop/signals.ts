import { ncfTable } from "neuralake";
import type { Int32 } from "neuralake";

@ncfTable()
export class Signals {
  sample: Int32;
}
