import { parquetTable, partition, unit } from "neuralake";
import type { Day, Float64, Int32, Text } from "neuralake";

/** What the weather was, by region and year: the names of the folders say which. */
@parquetTable({ location: "data/weather/region=*/year=*/*.parquet", owner: "meteorologists" })
export class Weather {
  @partition()
  region: Text | null;

  @partition()
  year: Int32;

  day: Day;

  @unit("degree Celsius")
  noon: Float64;
}
