import { between, deltaTable } from "neuralake";
import type { Int32, Int64 } from "neuralake";

@deltaTable()
export class Reviews {
  review_id: Int64;

  @between(5, 1)
  stars: Int32;

  @between(1)
  pages: Int32;

  @between("one", "five")
  words: Int32;

  @between(1, 3, 5)
  level: Int32;
}
