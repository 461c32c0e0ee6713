/** Lower case without accents and Arabic vowel signs, so that "losen" finds "Lösen". */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Every word typed begins some word of the label: "go se" finds "Go to Settings". */
export function matches(label: string, text: string): boolean {
  const words = plain(label).split(/\s+/);
  return plain(text)
    .split(/\s+/)
    .filter(Boolean)
    .every((typed) => words.some((word) => word.startsWith(typed)));
}
