const storageKey = "atum.palette.recent";
const kept = 4;

export function recentIds(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export function remember(id: string) {
  const ids = [id, ...recentIds().filter((other) => other !== id)].slice(0, kept);
  localStorage.setItem(storageKey, JSON.stringify(ids));
}
