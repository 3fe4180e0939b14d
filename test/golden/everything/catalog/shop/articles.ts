import { jsonTable, key } from "neuralake";
import type { Decimal, Text } from "neuralake";

/** What is baked. */
@jsonTable({ location: "data/articles.json" })
export class Articles {
  @key()
  article: Text;
  price: Decimal<8, 2>;
  allergens: Text[];
}
