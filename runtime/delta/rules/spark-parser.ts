/**
 * The part of Spark's SQL that means the same everywhere, read as Spark reads it (its grammar's booleanExpression and valueExpression, with their
 * precedence): comparisons, arithmetic, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, CASE, casts that lose nothing and a few functions. The rest is refused (protocol, "CHECK Constraints").
 */
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { callOf } from "./spark-functions.ts";
import type { Expression, ValueType } from "./expression.ts";
import { momentOf, numberOf } from "./spark-literals.ts";
import { outside, tokensOf } from "./spark-tokens.ts";
import type { Token } from "./spark-tokens.ts";
import { alike, arithmetic, as, bool, commonType, dated, division, isNumber, isText, operation, text, typeText } from "./spark-types.ts";

/** The expression over these columns, each of its parts with its type. DELTA_UNSUPPORTED_FEATURE says what of it is not understood. */
export function parseSpark(sql: string, columns: readonly NamedType[]): Expression {
  const parser = new Parser(tokensOf(sql), columns);
  const expression = parser.disjunction();
  parser.end();
  return expression;
}

/** A condition: an expression that is true, false or null. */
export function parseCondition(sql: string, columns: readonly NamedType[]): Expression {
  const expression = parseSpark(sql, columns);
  return expression.type.kind === "bool" ? expression : outside(`it is ${typeText(expression.type)} and no condition`);
}

const comparisons: { readonly [sign: string]: "=" | "<>" | "<" | "<=" | ">" | ">=" | "is not distinct from" } = {
  "=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "<=>": "is not distinct from",
};

const castTypes: { readonly [name: string]: ColumnType["kind"] } = {
  TINYINT: "int8", BYTE: "int8", SMALLINT: "int16", SHORT: "int16", INT: "int32", INTEGER: "int32", BIGINT: "int64", LONG: "int64", FLOAT: "float32", REAL: "float32", DOUBLE: "float64", STRING: "text", DATE: "day",
};

class Parser {
  readonly #tokens: readonly Token[];
  readonly #columns: readonly NamedType[];
  #at = 0;

  constructor(tokens: readonly Token[], columns: readonly NamedType[]) {
    this.#tokens = tokens;
    this.#columns = columns;
  }

  end(): void {
    if (this.#next().kind !== "end") outside(`"${this.#next().text}" is not understood where it stands`);
  }

  disjunction(): Expression {
    let left = this.#conjunction();
    while (this.#takeWord("OR")) left = operation("or", [truth(left), truth(this.#conjunction())], bool);
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.#takeWord("AND")) left = operation("and", [truth(left), truth(this.#negation())], bool);
    return left;
  }

  #negation(): Expression {
    return this.#takeWord("NOT") ? operation("not", [truth(this.#negation())], bool) : this.#predicate();
  }

  #predicate(): Expression {
    const value = this.#comparison();
    const not = this.#takeWord("NOT");
    const found = this.#predicateOn(value);
    if (found === undefined) return not ? outside("NOT is not understood where it stands") : value;
    return not ? operation("not", [found], bool) : found;
  }

  #predicateOn(value: Expression): Expression | undefined {
    if (this.#takeWord("BETWEEN")) {
      const low = this.#comparison();
      this.#word("AND");
      return operation("and", [alike(">=", value, low), alike("<=", value, this.#comparison())], bool);
    }
    if (this.#takeWord("IN")) return this.#list(value);
    if (this.#takeWord("LIKE")) {
      const pattern = this.#comparison();
      if (!isText(value.type) || pattern.kind !== "constant" || !isText(pattern.type) || this.#takeWord("ESCAPE")) outside("it has LIKE with something other than a plain text");
      return operation("like", [value, pattern], bool);
    }
    return this.#takeWord("IS") ? this.#state(value) : undefined;
  }

  #list(value: Expression): Expression {
    this.#sign("(");
    const given = [this.disjunction()];
    while (this.#takeSign(",")) given.push(this.disjunction());
    this.#sign(")");
    const items = given.map((item) => dated(item, value));
    const type = items.reduce((common, item) => commonType(common, item.type), value.type);
    return operation("in", [as(value, type), ...items.map((item) => as(item, type))], bool);
  }

  #state(value: Expression): Expression {
    const not = this.#takeWord("NOT");
    const found = this.#takeWord("NULL") ? operation("is null", [value], bool)
      : this.#takeWord("TRUE") ? operation("is true", [truth(value)], bool)
        : this.#takeWord("FALSE") ? operation("is false", [truth(value)], bool)
          : this.#distinct(value);
    return not ? operation("not", [found], bool) : found;
  }

  #distinct(value: Expression): Expression {
    this.#word("DISTINCT");
    this.#word("FROM");
    return operation("not", [alike("is not distinct from", value, this.#comparison())], bool);
  }

  #comparison(): Expression {
    let left = this.#sum();
    for (let sign = comparisons[this.#signText()]; sign !== undefined; sign = comparisons[this.#signText()]) {
      this.#at += 1;
      left = alike(sign, left, this.#sum());
    }
    return left;
  }

  #sum(): Expression {
    let left = this.#product();
    for (let sign = this.#signText(); sign === "+" || sign === "-"; sign = this.#signText()) {
      this.#at += 1;
      left = arithmetic(sign, left, this.#product());
    }
    return left;
  }

  #product(): Expression {
    let left = this.#signed();
    for (let sign = this.#signText(); sign === "*" || sign === "/" || sign === "%"; sign = this.#signText()) {
      this.#at += 1;
      const right = this.#signed();
      left = sign === "*" ? arithmetic(sign, left, right) : division(sign, left, right);
    }
    return left;
  }

  #signed(): Expression {
    if (this.#takeSign("+")) return numeric(this.#signed());
    if (!this.#takeSign("-")) return this.#primary();
    const value = numeric(this.#signed());
    if (value.kind === "constant" && !value.text.startsWith("-")) return { ...value, text: `-${value.text}` };
    return operation("negate", [value], value.type);
  }

  #primary(): Expression {
    const token = this.#next();
    this.#at += 1;
    if (token.kind === "number") return numberOf(token.text);
    if (token.kind === "text") return { kind: "constant", text: token.text, type: text };
    if (token.kind === "name") return this.#column(token.text);
    if (token.kind === "sign" && token.text === "(") {
      const inner = this.disjunction();
      this.#sign(")");
      return inner;
    }
    return token.kind === "word" ? this.#worded(token.text) : outside(`"${token.text}" is not understood where it stands`);
  }

  #worded(word: string): Expression {
    const upper = word.toUpperCase();
    if (upper === "TRUE" || upper === "FALSE") return { kind: "constant", text: upper.toLowerCase(), type: bool };
    if (upper === "NULL") return { kind: "constant", text: "null", type: { kind: "null" } };
    if (upper === "CASE") return this.#cases();
    if (this.#next().kind === "text" && (upper === "DATE" || upper.startsWith("TIMESTAMP"))) {
      const { text: told } = this.#next();
      this.#at += 1;
      return momentOf(upper, told);
    }
    if (this.#signText() !== "(") return this.#column(word);
    this.#at += 1;
    return upper === "CAST" ? this.#cast() : callOf(upper, this.#arguments());
  }

  #arguments(): Expression[] {
    const given: Expression[] = [];
    while (!this.#takeSign(")")) {
      if (given.length > 0) this.#sign(",");
      given.push(this.disjunction());
    }
    return given;
  }

  #cases(): Expression {
    if (this.#next().text.toUpperCase() !== "WHEN") return outside("it has CASE with a value");
    const branches: [Expression, Expression][] = [];
    while (this.#takeWord("WHEN")) {
      const condition = truth(this.disjunction());
      this.#word("THEN");
      branches.push([condition, this.disjunction()]);
    }
    const last: Expression = this.#takeWord("ELSE") ? this.disjunction() : { kind: "constant", text: "null", type: { kind: "null" } };
    this.#word("END");
    const type = branches.reduce((common, [, value]) => commonType(common, value.type), last.type);
    return branches.toReversed().reduce((otherwise, [condition, value]) => operation("if", [condition, as(value, type), otherwise], type), as(last, type));
  }

  #cast(): Expression {
    const value = this.disjunction();
    this.#word("AS");
    const { text: name } = this.#next();
    this.#at += 1;
    const type = name.toUpperCase() === "DECIMAL" ? this.#decimal() : { kind: castTypes[name.toUpperCase()] ?? outside(`it makes ${name} of a value`) } as ValueType;
    this.#sign(")");
    return as(value, type);
  }

  #decimal(): ValueType {
    this.#sign("(");
    const precision = this.#digits();
    const scale = this.#takeSign(",") ? this.#digits() : 0;
    this.#sign(")");
    return { kind: "decimal", precision, scale };
  }

  #digits(): number {
    const { kind, text: digits } = this.#next();
    this.#at += 1;
    return kind === "number" && /^\d+$/.test(digits) ? Number(digits) : outside(`"${digits}" is no number of digits`);
  }

  /** Names are found in any case, as Spark finds them. */
  #column(name: string): Expression {
    let { name: found, type } = findColumn(this.#columns, name);
    const path = [found];
    while (this.#takeSign(".")) {
      const { kind, text: field } = this.#next();
      this.#at += 1;
      if (type.kind !== "object" || (kind !== "word" && kind !== "name")) return outside(`${path.join(".")} has no part ${field}`);
      ({ name: found, type } = findColumn(type.fields, field));
      path.push(found);
    }
    return { kind: "column", path, type };
  }

  #next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "the end" };
  }

  #signText(): string {
    const { kind, text: sign } = this.#next();
    return kind === "sign" ? sign : "";
  }

  #takeSign(sign: string): boolean {
    const there = this.#signText() === sign;
    if (there) this.#at += 1;
    return there;
  }

  #takeWord(word: string): boolean {
    const { kind, text: spelled } = this.#next();
    const there = kind === "word" && spelled.toUpperCase() === word;
    if (there) this.#at += 1;
    return there;
  }

  #sign(sign: string): void {
    if (!this.#takeSign(sign)) outside(`"${this.#next().text}" stands where ${sign} should`);
  }

  #word(word: string): void {
    if (!this.#takeWord(word)) outside(`"${this.#next().text}" stands where ${word} should`);
  }
}

function truth(expression: Expression): Expression {
  return expression.type.kind === "null" ? as(expression, bool) : expression.type.kind === "bool" ? expression : outside(`it takes ${typeText(expression.type)} for a condition`);
}

function numeric(expression: Expression): Expression {
  return isNumber(expression.type) ? expression : outside(`it puts a sign before ${typeText(expression.type)}`);
}

function findColumn(columns: readonly NamedType[], name: string): NamedType {
  const exact = columns.find((column) => column.name === name);
  const [alikeName, second] = columns.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  if (second !== undefined) return exact ?? outside(`more than one column is called ${name}`);
  return alikeName ?? outside(`there is no column ${name}`);
}
