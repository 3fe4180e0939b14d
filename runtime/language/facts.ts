/**
 * What the decorators of a class said, kept with reflect-metadata so that a class can be asked at run time. The compiler reads
 * the same words from the source; a test holds the two readings against each other.
 */
import "reflect-metadata";

/** One word as it was called: `@between(1, 8)` is `{ name: "between", args: [1, 8] }`. */
export interface Fact { readonly name: string; readonly args: readonly unknown[] }

/** The words of a class, of its columns and of its static methods, each in the order the author wrote them. */
export interface ClassFacts {
  readonly words: readonly Fact[];
  readonly columns: readonly { readonly name: string; readonly words: readonly Fact[] }[];
  readonly methods: readonly { readonly name: string; readonly words: readonly Fact[] }[];
}

const key = Symbol.for("neuralake.facts");

/** Records a word on a class, or on one of its members. Decorators run from the last to the first: each goes in front. */
export function record(target: object, member: string | undefined, name: string, args: readonly unknown[]): void {
  const fact: Fact = { name, args: args.filter((argument, index) => argument !== undefined || args.slice(index).some((later) => later !== undefined)) };
  const noted = factsAt(target, member);
  if (member === undefined) Reflect.defineMetadata(key, [fact, ...noted], target);
  else Reflect.defineMetadata(key, [fact, ...noted], target, member);
}

/** Everything the decorators recorded on `table`, and the columns its instances have. */
export function factsOf(table: new () => object): ClassFacts {
  const methods = Object.getOwnPropertyNames(table)
    .filter((name) => !["length", "name", "prototype"].includes(name))
    .map((name) => ({ name, words: factsAt(table, name) }));
  const columns = Object.keys(new table()).map((name) => ({ name, words: factsAt(table.prototype, name) }));
  return { words: factsAt(table, undefined), columns, methods };
}

function factsAt(target: object, member: string | undefined): readonly Fact[] {
  const noted: unknown = member === undefined ? Reflect.getOwnMetadata(key, target) : Reflect.getOwnMetadata(key, target, member);
  return Array.isArray(noted) ? noted : [];
}
