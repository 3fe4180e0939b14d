import { database, table } from "neuralake";
import type { Float64, Rows, Text } from "neuralake";

interface Rate {
  code: Text;
  rate: Float64;
}

@database()
export class Shop {
  @table()
  static rates(): Rows<Rate> {
    return [{ code: "EUR", rate: "1.0" }, { code: "USD" }];
  }
}
