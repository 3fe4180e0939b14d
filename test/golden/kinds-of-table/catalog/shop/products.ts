import { parquetTable, unique } from "neuralake";
import type { Decimal, Text } from "neuralake";

/** What we sell. */
@parquetTable({ location: "data/products.parquet", tags: ["catalogue"] })
export class Products {
  @unique()
  sku: Text;
  price: Decimal<10, 2>;
}
