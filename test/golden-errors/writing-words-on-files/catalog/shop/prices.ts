import { check, initially, parquetTable, partition, sql, was } from "neuralake";
import type { Columns, Day, Int32, Text } from "neuralake";

@parquetTable({ location: "data/prices/*.parquet" })
export class Prices {
  @partition()
  day: Day;

  @initially(0)
  price: Int32;

  @was("code")
  sku: Text;

  @check({ onFail: "reject" })
  static isPositive(p: Columns<Prices>) {
    return sql`${p.price} > 0`;
  }
}
