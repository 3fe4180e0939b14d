import { jsonTable } from "neuralake";
import type { Text } from "neuralake";

@jsonTable()
export class Events {
  name: Text;
}
