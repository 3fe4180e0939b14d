import { deltaTable } from "neuralake";
import type { Int64, Text } from "neuralake";

interface Category {
  name: Text;
  parent: Category | null;
}

@deltaTable()
export class Categories {
  category_id: Int64;
  tree: Category;
  counts: Record<number, Int64>;
  extra: {};
}
