import { between, key, matches, parquetTable, unit } from "neuralake";
import type { Decimal, Int32, Int64, Text } from "neuralake";

/** Everything that can be ordered, one row a part. */
@parquetTable({ location: "test/data/part.parquet", layer: "bronze", tags: ["tpc-h"] })
export class Part {
  /** Part number. */
  @key()
  p_partkey: Int64;

  /** Two colours, for want of a better name. */
  p_name: Text;

  /** Who makes the part. */
  p_mfgr: Text;

  /** Under which brand it is sold; each maker has five. */
  @matches(/^Brand#\d+$/)
  p_brand: Text;

  /** Finish, treatment and material. */
  p_type: Text;

  @unit("inches")
  @between(1, 50)
  p_size: Int32;

  /** What it comes in. */
  p_container: Text;

  /** Price of one piece, before any discount. */
  @unit("USD")
  p_retailprice: Decimal<12, 2>;

  p_comment: Text;
}
