const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** The figures as a page of text. */
export function report({ first_view = {}, scroll = {}, open = {}, chromium }) {
  const lines = [`Chromium ${chromium}`];
  for (const [name, view] of Object.entries(first_view)) {
    const parts = Object.entries(view.parts).filter(([, bytes]) => bytes > 0);
    lines.push(
      "",
      `First view, ${name}: ${kb(view.bytes)} in ${view.ms} ms (${view.path}, empty cache), ${kb(view.later)} afterwards`,
    );
    lines.push(`  ${parts.map(([part, bytes]) => `${part} ${kb(bytes)}`).join(", ")}`);
    for (const { bytes, encoding, path } of view.files) {
      lines.push(`  ${kb(bytes).padStart(9)} ${encoding.padEnd(5)} ${path}`);
    }
  }
  for (const [name, run] of Object.entries(scroll)) {
    lines.push("", `Scroll, ${name}: ${run.rows} rows in ${run.seconds} s, ${run.frames} frames`);
    lines.push(
      `  dropped ${run.dropped} (${(run.dropped_share * 100).toFixed(2)} %), blank ${run.blank_frames}, ` +
        `gaps p99 ${run.p99_gap_ms} ms, longest ${run.longest_gap_ms} ms, ` +
        `long frames ${run.long_frames} (longest ${run.longest_frame_ms} ms)`,
    );
  }
  if (Object.keys(open).length > 0)
    lines.push("", "Open a ticket from the list, input to paint with title and message");
  for (const [name, { times, p50_ms, p95_ms, longest_ms }] of Object.entries(open)) {
    lines.push(
      `  ${name.padEnd(14)} ${times} times: p50 ${p50_ms} ms, p95 ${p95_ms} ms, longest ${longest_ms} ms`,
    );
  }
  return lines.join("\n");
}
