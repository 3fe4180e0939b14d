/** The files of a new project: a small shop with one table of each common kind, sample rows, and what an editor and npm need. */
import { packageVersion } from "./package-root.ts";

export interface StarterFile { readonly path: string; readonly text: string }

/** The file whose rows `init` loads, and the table it loads them into. */
export const starterRows = { table: "shop.orders", file: "data/orders.csv" } as const;

/** A query the new project answers. */
export const starterQuery =
  "SELECT p.name, sum(o.quantity) AS sold FROM shop.orders o JOIN shop.products p USING (product_id) GROUP BY p.name ORDER BY sold DESC";

/** Every file of a new project called `name`. */
export function starterFiles(name: string): StarterFile[] {
  return [
    { path: "package.json", text: packageJson(name) },
    { path: "tsconfig.json", text: tsconfig },
    { path: ".gitignore", text: "node_modules/\nlake/\n.neuralake/\n" },
    { path: "README.md", text: readme(name) },
    { path: "catalog/shop/database.ts", text: database },
    { path: "catalog/shop/orders.ts", text: orders },
    { path: "catalog/shop/products.ts", text: products },
    { path: starterRows.file, text: ordersCsv },
    { path: "data/products.csv", text: productsCsv },
  ];
}

/** An npm name made of a folder's name. */
export function packageName(folder: string): string {
  const name = folder.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-").replaceAll(/^[._-]+|[._-]+$/g, "");
  return name === "" ? "lake" : name;
}

function packageJson(name: string): string {
  const content = {
    name, private: true, type: "module",
    scripts: { compile: "neuralake compile", serve: "neuralake serve", site: "neuralake site" },
    dependencies: { neuralake: `^${packageVersion()}` },
    devDependencies: { typescript: "6.0.3" },
    // openapi-typescript, which neuralake stands on, asks for an older TypeScript than it works with.
    overrides: { "openapi-typescript": { typescript: "$typescript" } },
    allowScripts: { node: true, esbuild: true },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const tsconfig = `{
  "compilerOptions": {
    "target": "esnext",
    "module": "nodenext",
    "lib": ["esnext", "esnext.temporal"],
    "types": [],
    "strict": true,
    "strictPropertyInitialization": false,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "isolatedModules": true,
    "allowImportingTsExtensions": true,
    "experimentalDecorators": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["catalog", "generated", "*.ts"]
}
`;

const database = `import { columns, database, sql, table } from "neuralake";
import type { Day, Int32 } from "neuralake";
import { Orders } from "./orders.ts";

/** What a small shop sells, and to whom. */
@database({ owner: "shop" })
export class Shop {
  /**
   * How much was sold, day by day. Worked out when asked, never stored.
   * @param since first day to look at
   * @param atLeast leave out days with fewer pieces
   */
  @table()
  static sales(since: Day, atLeast: Int32 = 1) {
    const t = columns(Orders);
    return sql\`
      SELECT CAST(\${t.ordered_at} AS DATE) AS day, count(*) AS orders, sum(\${t.quantity}) AS pieces
      FROM \${t}
      WHERE CAST(\${t.ordered_at} AS DATE) >= \${since}
      GROUP BY 1
      HAVING sum(\${t.quantity}) >= \${atLeast}
      ORDER BY 1\`;
  }
}
`;

const orders = `import { between, check, deltaTable, key, pii, references, sql } from "neuralake";
import type { Columns, Int32, Int64, LocalTimestamp, Text } from "neuralake";
import { Products } from "./products.ts";

/** One order of one product. */
@deltaTable({ layer: "silver" })
export class Orders {
  /** Order number, never reused. */
  @key()
  order_id: Int64;

  /** When it came in, by the clock of the shop. */
  ordered_at: LocalTimestamp;

  @references(() => Products, "product_id")
  product_id: Int64;

  @between(1, 100)
  quantity: Int32;

  paid_with: "card" | "cash" | "voucher";

  /** Where the receipt went; absent when nobody wanted one. */
  @pii("email", { mask: "hash" })
  customer_email: Text | null;

  /** Vouchers are worth one piece. */
  @check({ onFail: "quarantine" })
  static buysOnePieceByVoucher(t: Columns<Orders>) {
    return sql\`\${t.paid_with} <> 'voucher' OR \${t.quantity} = 1\`;
  }
}
`;

const products = `import { csvTable, key } from "neuralake";
import type { Decimal, Int64, Text } from "neuralake";

/** What the shop sells. Edit the file and ask again: nothing is copied. */
@csvTable({ location: "data/products.csv" })
export class Products {
  @key()
  product_id: Int64;

  name: Text;

  /** Price of one piece. */
  price: Decimal<10, 2>;
}
`;

const ordersCsv = `order_id,ordered_at,product_id,quantity,paid_with,customer_email
1,2026-05-04 09:12:00,1,2,card,ada@example.com
2,2026-05-04 10:47:30,3,1,cash,
3,2026-05-04 16:05:11,2,1,voucher,grace@example.com
4,2026-05-05 08:59:59,1,4,card,ada@example.com
5,2026-05-05 11:30:00,4,1,cash,
6,2026-05-05 17:21:45,3,2,card,edsger@example.com
7,2026-05-06 09:00:10,2,3,card,barbara@example.com
8,2026-05-06 12:15:00,1,1,voucher,
`;

const productsCsv = `product_id,name,price
1,Teapot,24.90
2,Cup,6.50
3,Green tea,11.00
4,Black tea,9.80
`;

function readme(name: string): string {
  return `# ${name}

A lakehouse made of the files in \`catalog/\`: a class is a table, a property is a column, a comment is its documentation.

\`\`\`
npx neuralake compile                                # catalog/ -> generated/: clients, OpenAPI, site data
npx neuralake plan                                   # what would change in the lake
npx neuralake apply                                  # create the tables it does not have yet
npx neuralake load ${starterRows.table} ${starterRows.file}        # rows of a file, judged; once
npx neuralake query "${starterQuery}"
npx neuralake site && npx neuralake serve            # the catalog's pages and the API, on http://127.0.0.1:8080
\`\`\`

In TypeScript, typed to the column:

\`\`\`ts
import { open } from "./generated/client/index.ts";

await using lake = await open();
const orders = await lake.selectFrom("shop.orders").where("paid_with", "=", "card").select(["order_id", "quantity"]).execute();
\`\`\`
`;
}
