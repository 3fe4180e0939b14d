import { database, table } from "neuralake";

@database({ owners: "shop" })
export class shop {
  @table
  static rates() { return [{ rate: 1 }]; }
}
