import styles from "./SegmentBar.module.css";

export interface BarSegment {
  key: string;
  /** Share of the whole, 0–1. */
  share: number;
  tone: "used" | "paused" | "left" | "warning" | "breached" | "met";
}

/** How a stretch of time was spent; the words beside it say the same, so the bar itself is silent. */
export function SegmentBar({ segments }: { segments: BarSegment[] }) {
  return (
    <div className={styles.bar} aria-hidden="true">
      {segments.map((segment) => (
        <span key={segment.key} data-tone={segment.tone} style={{ flexGrow: segment.share }} />
      ))}
    </div>
  );
}
