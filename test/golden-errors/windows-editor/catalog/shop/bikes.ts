import { deltaTable } from "neuralake";
import type { Int64, Text } from "neuralake";

@deltaTable()
export class Bikes {
	bike_id: Int64;
	name: Text;
}
