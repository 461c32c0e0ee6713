/**
 * ICU MessageFormat, as much of it as the catalogues use: `{name}`, `{count, plural, =0 {…} one {…} other {# …}}`,
 * `{kind, select, a {…} other {…}}`, and quoting with apostrophes. The whole standard costs every first view 18 kB;
 * a test compares each message of each catalogue with the reference implementation, and refuses what is not read here.
 */
type Part = string | Argument | Choice;
interface Argument {
  name: string;
}
interface Choice extends Argument {
  kind: "plural" | "select";
  options: Map<string, Part[]>;
}

const hash: Argument = { name: "#" };
const head = /\s*([\w]+)\s*(?:,\s*(plural|select)\s*,\s*)?/y;
const selector = /\s*(=?\w+)\s*\{/y;

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  /** Up to the end, or to the brace that closes an option. */
  parts(inPlural = false, isOption = false): Part[] {
    const found: Part[] = [];
    let literal = "";
    const keep = (part: Part) => {
      if (literal) found.push(literal);
      literal = "";
      found.push(part);
    };
    while (this.at < this.text.length) {
      const char = this.text[this.at] as string;
      if (char === "'") literal += this.quoted(inPlural);
      else if (char === "{") keep(this.argument(inPlural));
      else if (char === "}" && isOption) break;
      else if (char === "#" && inPlural) {
        this.at += 1;
        keep(hash);
      } else {
        literal += char;
        this.at += 1;
      }
    }
    if (literal) found.push(literal);
    return found;
  }

  /** Two apostrophes are one; one before a brace quotes up to the next; any other is an apostrophe. */
  private quoted(inPlural: boolean): string {
    const next = this.text[this.at + 1];
    if (next === "'") {
      this.at += 2;
      return "'";
    }
    if (next !== "{" && next !== "}" && !(next === "#" && inPlural)) {
      this.at += 1;
      return "'";
    }
    const end = this.text.indexOf("'", this.at + 1);
    const words = this.text.slice(this.at + 1, end < 0 ? undefined : end);
    this.at = end < 0 ? this.text.length : end + 1;
    return words;
  }

  private argument(inPlural: boolean): Part {
    this.at += 1;
    const [, name, kind] = this.expect(head);
    if (!name) throw this.unreadable();
    if (!kind) {
      this.close();
      return { name };
    }
    const options = new Map<string, Part[]>();
    for (;;) {
      selector.lastIndex = this.at;
      const chosen = selector.exec(this.text)?.[1];
      if (!chosen) break;
      this.at = selector.lastIndex;
      options.set(chosen, this.parts(inPlural || kind === "plural", true));
      this.close();
    }
    this.expect(/\s*/y);
    this.close();
    if (!options.has("other")) throw this.unreadable();
    return { name, kind: kind as Choice["kind"], options };
  }

  private expect(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) throw this.unreadable();
    this.at = pattern.lastIndex;
    return match;
  }

  private close() {
    if (this.text[this.at] !== "}") throw this.unreadable();
    this.at += 1;
  }

  private unreadable() {
    return new Error(`message cannot be read at ${this.at}: ${this.text}`);
  }
}

type Values = Record<string, unknown>;

/** Made once for each language: making them costs more than using them. */
const counting = new Map<string, { plurals: Intl.PluralRules; numbers: Intl.NumberFormat }>();

function countingOf(locale: string) {
  const known = counting.get(locale);
  if (known) return known;
  const made = { plurals: new Intl.PluralRules(locale), numbers: new Intl.NumberFormat(locale) };
  counting.set(locale, made);
  return made;
}

/** Reads a message once; what comes back gives its words for the values of an occasion. */
export function messageOf(text: string, locale: string): (values?: Values) => string {
  const parts = new Reader(text).parts();
  const { plurals, numbers } = countingOf(locale);

  function words(parts: Part[], values: Values, counted: string): string {
    return parts.map((part) => word(part, values, counted)).join("");
  }

  function word(part: Part, values: Values, counted: string): string {
    if (typeof part === "string") return part;
    if (part === hash) return counted;
    const value = values[part.name];
    if (!(part.name in values)) throw new Error(`message lacks its ${part.name}: ${text}`);
    if (!("kind" in part)) return String(value ?? "");
    const { kind, options } = part;
    const other = options.get("other") as Part[];
    if (kind === "select") return words(options.get(String(value)) ?? other, values, counted);
    const count = Number(value);
    const chosen = options.get(`=${count}`) ?? options.get(plurals.select(count)) ?? other;
    return words(chosen, values, numbers.format(count));
  }

  return (values = {}) => words(parts, values, "");
}
