import { database, table } from "neuralake";
import type { Int64, Rows, Text } from "neuralake";
import { Orders } from "./orders.ts";

@database()
export class Shop {
  @table()
  static untyped() {
    return [{ id: 1n }];
  }

  @table()
  static unknownRow(): Rows<Nothing> {
    return [];
  }

  @table()
  static usesTable(): Rows<{ name: Text }> {
    return [{ name: Orders.name }];
  }

  @table()
  static usesThis(): Rows<{ name: Text }> {
    return [{ name: this.name }];
  }

  static helper(): Int64 {
    return 1n;
  }

  @table()
  instance(): Rows<{ id: Int64 }> {
    return [{ id: 1n }];
  }
}
