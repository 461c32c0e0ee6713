import { type ReactNode, useEffect, useState } from "react";
import styles from "./Skeleton.module.css";

/** Shows nothing for the first 300 ms: a short wait needs no picture of a wait. */
export function Delayed({ children }: { children: ReactNode }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return late ? children : null;
}

/** Grey bars in the place of words; `width` in any CSS unit. */
export function Skeleton({ width = "100%", height = 12 }: { width?: string; height?: number }) {
  return <span className={styles.bar} style={{ inlineSize: width, blockSize: height }} aria-hidden="true" />;
}

const widths = ["62%", "48%", "71%", "55%", "66%", "43%", "58%", "69%"];

/** Rows in the shape of a list. */
export function SkeletonRows({ count = 8, height = 40 }: { count?: number; height?: number }) {
  return (
    <Delayed>
      <div aria-busy="true" className={styles.rows}>
        {Array.from({ length: count }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
          <div key={row} className={styles.row} style={{ blockSize: height }}>
            <Skeleton width="16px" height={16} />
            <Skeleton width={widths[row % widths.length]} />
          </div>
        ))}
      </div>
    </Delayed>
  );
}
