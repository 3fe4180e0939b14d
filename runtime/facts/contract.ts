/** What .neuralake/facts.json holds: the lake as it was when the site was built. site/src/data.ts reads the same shape. */

/** How the values of one column lie, over the rows that were looked at. Texts are written as the site shows them. */
export interface ColumnValues {
  readonly nulls: number;
  /** How many different values; only `about` so many when they are many. */
  readonly distinct?: number;
  readonly about?: true;
  readonly min?: string;
  readonly max?: string;
  /** Equal steps from `low` to `high`; what lies outside is counted in the first and the last. */
  readonly histogram?: { readonly low: string; readonly high: string; readonly counts: readonly number[] };
  /** The most frequent values, most frequent first. */
  readonly top?: readonly { readonly value: string; readonly rows: number }[];
  /** Why there is nothing more to show. */
  readonly withheld?: string;
}

export interface Profile {
  /** How many rows the profile was taken over. */
  readonly looked: number;
  /** These were all rows of the table. */
  readonly whole: boolean;
  readonly columns: { readonly [column: string]: ColumnValues };
}

export interface VersionFacts { readonly version: number; readonly timestamp: string; readonly operation: string; readonly rows?: number }
export interface Sample { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }

export interface TableFacts {
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly files: number | null;
  readonly version: number | null;
  /** RFC 3339. */
  readonly committed: string | null;
  /** Newest first. */
  readonly versions: readonly VersionFacts[];
  readonly sample: Sample | null;
  readonly values?: Profile;
  /** Why rows and values are not shown although they could be. */
  readonly withheld?: string;
  /** What could not be read, in words. */
  readonly problem?: string;
}

export interface Facts {
  readonly format: 1;
  /** RFC 3339. */
  readonly collected: string;
  readonly tables: { readonly [table: string]: TableFacts };
}
