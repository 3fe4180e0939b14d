import { deltaTable } from "neuralake";
import type { Text } from "neuralake";

@deltaTable()
export class Extras {
  extra: {};
  nested: { a: Text; A: Text }[];
}
