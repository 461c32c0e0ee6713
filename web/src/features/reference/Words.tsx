import styles from "./ReferencePage.module.css";

/** A description as the handlers write it: English, with `code` in backquotes. */
export function Words({ text }: { text: string }) {
  return (
    <p className={styles.description} lang="en" dir="ltr">
      {text.split("`").map((part, place) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed sentence
        place % 2 === 1 ? <code key={place}>{part}</code> : part,
      )}
    </p>
  );
}
