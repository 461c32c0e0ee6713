import styles from "./Avatar.module.css";

const hues = ["violet", "sky", "blue", "amber", "green", "red"] as const;

/** Two letters; Arabic names keep one, because their letters join. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "";
  if (/\p{Script=Arabic}/u.test(first)) return first;
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

function hueOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return hues[sum % hues.length] ?? "sky";
}

interface Props {
  person: { id: string; name: string };
  size?: 20 | 24 | 28 | 32 | 40;
}

/** Decoration beside a name; where it stands alone, the place says the name. */
export function Avatar({ person, size = 24 }: Props) {
  return (
    <span
      className={styles.avatar}
      data-size={size}
      data-hue={hueOf(person.id)}
      // Drawn by the stylesheet: letters in the page would be part of what a button is called.
      data-initials={initials(person.name)}
      aria-hidden="true"
    />
  );
}
