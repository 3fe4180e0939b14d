import { database, table } from "neuralake";
import type { Int64, Rows, Text } from "neuralake";

interface Supplier {
  /** Supplier number. */
  s_suppkey: Int64;

  /** What the supplier calls itself. */
  s_name: Text;
}

/** Parts and who supplies them, in the manner of the TPC-H benchmark: small enough to read whole. */
@database({ owner: "demo" })
export class Demo {
  /** Who supplies parts. Could as well come from a relational database or from an API. */
  @table({ input: "In-memory list, for demonstration." })
  static supplier(): Rows<Supplier> {
    return [1n, 2n, 3n, 4n, 5n].map((number) => ({ s_suppkey: number, s_name: `Supplier#${number}` }));
  }
}
