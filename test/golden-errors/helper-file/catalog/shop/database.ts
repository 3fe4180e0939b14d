import { database, table } from "neuralake";
import type { Float64, Rows } from "neuralake";
import { vat } from "./rates.ts";
import { discounts } from "../../src/discounts.ts";

interface Rate {
  rate: Float64;
}

@database()
export class Shop {
  @table()
  static rates(): Rows<Rate> {
    return [{ rate: vat }, ...discounts];
  }
}
