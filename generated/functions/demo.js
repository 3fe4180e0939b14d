// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.

/** Who supplies parts. Could as well come from a relational database or from an API. */
export function supplier() {
    return [1n, 2n, 3n, 4n, 5n].map((number) => ({ s_suppkey: number, s_name: `Supplier#${number}` }));
}
