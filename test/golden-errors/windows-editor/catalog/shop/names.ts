import { columns, sql, view } from "neuralake";
import { Bikes } from "./bikes.ts";

@view()
export class Names {
	static query(b = columns(Bikes)) {
		return sql`
			SELECT '🚲 é' AS sign,	${b.name}, nmae AS other
			FROM ${b}`;
	}
}
