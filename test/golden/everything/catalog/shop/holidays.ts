import { parquetTable } from "neuralake";
import type { Day, Text } from "neuralake";

/** Days on which nobody works. */
@parquetTable({ location: "data/holidays.parquet" })
export class Holidays {
  day: Day;
  name: Text;
}
