import type { Entry } from "./openapi";
import styles from "./ReferencePage.module.css";

/** Names by tag. Plain links to places of this page: the browser knows best how to go there. */
export function OperationIndex({ entries }: { entries: Entry[] }) {
  const tags = [...new Set(entries.map(({ tag }) => tag))];
  return (
    <nav className={styles.index} dir="ltr">
      {tags.map((tag) => (
        <section key={tag}>
          <h2 className={styles.tag}>{tag}</h2>
          <ul>
            {entries
              .filter((entry) => entry.tag === tag)
              .map((entry) => (
                <li key={`${entry.method} ${entry.path}`}>
                  <a href={`#${entry.id}`} className={styles.entry}>
                    <span className={styles.method} data-method={entry.method}>
                      {entry.method}
                    </span>
                    {entry.id.replaceAll("_", " ")}
                  </a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
