// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.

/** By table, the function that makes its rows. */
export declare const functions: { readonly [table: string]: (...parameters: never[]) => unknown };
