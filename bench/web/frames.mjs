// Counts frames in the page: each gap between two animation frames in which a frame would have fitted is a dropped one.

/** Installed in the page. */
export function countFrames() {
  const frames = [];
  const long = [];
  let blank = 0;
  let running = true;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) long.push(Math.round(entry.duration));
  });
  observer.observe({ type: "long-animation-frame" });

  function frame(at) {
    frames.push(at);
    if (isBlank()) blank += 1;
    if (running) requestAnimationFrame(frame);
  }

  /** White where rows belong: the first or the last line of the scrolled part shows none. */
  function isBlank() {
    const scroller = document.getElementById("content");
    const rows = scroller?.querySelectorAll("li[data-number]");
    if (!rows?.length) return true;
    const { top, bottom } = scroller.getBoundingClientRect();
    const inSight = [...rows]
      .map((row) => row.getBoundingClientRect())
      .filter((box) => box.bottom > top && box.top < bottom);
    const seen = inSight.reduce((sum, box) => sum + Math.min(box.bottom, bottom) - Math.max(box.top, top), 0);
    return seen < (bottom - top) * 0.75;
  }

  requestAnimationFrame(frame);
  window.frameCount = () => {
    running = false;
    observer.disconnect();
    return { frames, long, blank };
  };
}

/** What a run of frames says. The usual gap is the screen's; half a frame late is late by one. */
export function judged({ frames, long, blank }) {
  const gaps = frames.slice(1).map((at, index) => at - frames[index]);
  const usual = 1000 / 60;
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / usual) - 1), 0);
  const sorted = [...gaps].sort((a, b) => a - b);
  return {
    frames: frames.length,
    seconds: round((frames.at(-1) - frames[0]) / 1000),
    dropped,
    dropped_share: round(dropped / (frames.length + dropped), 4),
    p99_gap_ms: round(sorted[Math.floor(sorted.length * 0.99)]),
    longest_gap_ms: round(sorted.at(-1)),
    long_frames: long.length,
    longest_frame_ms: Math.max(0, ...long),
    blank_frames: blank,
  };
}

const round = (value, digits = 1) => Number(value.toFixed(digits));
