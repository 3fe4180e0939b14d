/** What is known of one column that an operator of a plan gives: the columns of tables it comes from, and whether it may be null. Values; nothing here changes one. */
import type { Masking, SourceHow } from "../../ir/lineage.ts";

/** A column of a table as one mention of it gives it: two mentions of a table are told apart by `mention`. */
export interface Origin { readonly mention: number; readonly table: string; readonly column: string }
/** `moved`: a function worked on the value, so that nobody knows what its digits stand for. */
export interface Edge extends Origin { readonly how: SourceHow; readonly masked?: Masking; readonly moved?: true }

export interface Flow {
  readonly edges: readonly Edge[];
  readonly nullable: boolean;
  /** The column that this is, value for value, type and all. */
  readonly copyOf?: Origin;
  /** Why there may be more edges than these. */
  readonly unknown?: string;
  /** Handed into a correlated subquery by the planner: nothing the author wrote groups or joins by it. */
  readonly handed?: true;
}

/** Of no column, and always there. */
export const constant: Flow = { edges: [], nullable: false };

/** The flow of a table's own column. */
export function originFlow(origin: Origin, nullable: boolean): Flow {
  return { edges: [{ ...origin, how: "copied" }], nullable, copyOf: origin };
}

/** A flow of which only `why` it is unknown is known. */
export function unknownFlow(why: string): Flow {
  return { edges: [], nullable: true, unknown: why };
}

const rank: { readonly [How in SourceHow]: number } = { tested: -1, copied: 0, computed: 1, aggregated: 2 };

/** Flows taken through something of this kind into one value; `nullable` is the caller's to say. */
export function through(how: Exclude<SourceHow, "copied">, flows: readonly Flow[], masked?: Masking): Flow {
  const taken = flows.flatMap((flow) => flow.edges.map((edge): Edge => {
    // A degree that was multiplied by a million is as exact behind a rounding as before it.
    const kept = edge.masked ?? (masked === "round" && edge.moved === true ? undefined : masked);
    return { ...edge, how: how === "tested" || edge.how === "tested" ? "tested" : later(edge.how, how), ...(kept === undefined ? {} : { masked: kept }) };
  }));
  return { edges: united(taken), nullable: true, ...reasonOf(flows) };
}

/** The same flow behind a function that may make any other value of it. */
export function moved(flow: Flow): Flow {
  return { ...flow, edges: flow.edges.map((edge) => ({ ...edge, moved: true })) };
}

/** One column out of several ways to it: branches, the sides of a UNION, arguments and conditions. */
export function either(flows: readonly Flow[]): Flow {
  const [first, ...others] = flows;
  if (first === undefined) return constant;
  if (others.length === 0) return first;
  const copyOf = others.every((flow) => sameOrigin(flow.copyOf, first.copyOf)) ? first.copyOf : undefined;
  return { edges: united(flows.flatMap((flow) => flow.edges)), nullable: flows.some((flow) => flow.nullable), ...(copyOf === undefined ? {} : { copyOf }), ...reasonOf(flows) };
}

/** The same flow where a row may be missing altogether. */
export function optional(flow: Flow): Flow {
  return { ...flow, nullable: true };
}

/** Whether two flows come from the same columns of the same mentions. */
export function sameOrigins(left: Flow, right: Flow): boolean {
  const keys = new Set(left.edges.map(keyOf));
  return keys.size === right.edges.length && right.edges.every((edge) => keys.has(keyOf(edge)));
}

export function keyOf({ mention, table, column }: Origin): string {
  return `${mention} ${table} ${column}`;
}

function later(a: SourceHow, b: SourceHow): SourceHow {
  return rank[a] < rank[b] ? b : a;
}

/** One edge for each origin: what shows the value outweighs what only tests it, and a way that hides it holds only where all do. */
function united(edges: readonly Edge[]): Edge[] {
  const found = new Map<string, Edge>();
  for (const edge of edges) {
    const key = keyOf(edge);
    const known = found.get(key);
    found.set(key, known === undefined ? edge : bothWays(known, edge));
  }
  return [...found.values()];
}

/** One edge of two with the same origin. */
export function bothWays(one: Edge, other: Edge): Edge {
  if (one.how === "tested") return other;
  if (other.how === "tested") return one;
  const { masked: _, ...plain } = one;
  return { ...plain, how: later(one.how, other.how), ...(other.moved === true ? { moved: true } : {}), ...(one.masked !== undefined && one.masked === other.masked ? { masked: one.masked } : {}) };
}

function sameOrigin(a: Origin | undefined, b: Origin | undefined): boolean {
  return a !== undefined && b !== undefined && keyOf(a) === keyOf(b);
}

function reasonOf(flows: readonly Flow[]): { readonly unknown?: string } {
  const unknown = flows.find((flow) => flow.unknown !== undefined)?.unknown;
  return unknown === undefined ? {} : { unknown };
}
