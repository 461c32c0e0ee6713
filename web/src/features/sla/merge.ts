/** How a form is taken apart into named values, so that two versions of it can be compared and mixed. */
export interface Shape<Form> {
  flatten: (form: Form) => Record<string, string>;
  /** `form` with the value under `key` taken from `other`. */
  take: (form: Form, other: Form, key: string) => Form;
}

export interface Merge<Form> {
  merged: Form;
  /** Values that both sides changed, differently. In `merged` they are mine. */
  conflicts: string[];
}

function differing(a: Record<string, string>, b: Record<string, string>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key]);
}

/** Takes over what only the other side changed and names what both did. */
export function merge<Form>(shape: Shape<Form>, base: Form, mine: Form, theirs: Form): Merge<Form> {
  const before = shape.flatten(base);
  const my = shape.flatten(mine);
  let merged = mine;
  const conflicts: string[] = [];
  for (const key of differing(my, shape.flatten(theirs))) {
    if (my[key] === before[key]) merged = shape.take(merged, theirs, key);
    else if (shape.flatten(theirs)[key] !== before[key]) conflicts.push(key);
  }
  return { merged, conflicts };
}

export function isSame<Form>(shape: Shape<Form>, a: Form, b: Form): boolean {
  return differing(shape.flatten(a), shape.flatten(b)).length === 0;
}
