import { useEffect, useRef, useState } from "react";
import styles from "./HtmlFrame.module.css";

/**
 * Nothing runs in it and nothing in it reaches the page; the page may read how high it is, and its pictures come with
 * the session. Links open apart.
 */
const sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

type Props = { title: string } & ({ src: string } | { html: string });

/** A mail as it was made, on paper of its own, as high as what is in it. */
export function HtmlFrame({ title, ...content }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState<number>();
  const resize = useRef<ResizeObserver>(undefined);
  useEffect(() => () => resize.current?.disconnect(), []);

  function loaded() {
    const inside = frame.current?.contentDocument;
    if (!inside) return;
    style(inside);
    const measure = () => setHeight(Math.ceil(inside.documentElement.getBoundingClientRect().height));
    measure();
    resize.current?.disconnect();
    resize.current = new ResizeObserver(measure);
    resize.current.observe(inside.documentElement);
  }

  const source = "src" in content ? { src: content.src } : { srcDoc: unstyled(content.html) };
  return (
    <iframe
      ref={frame}
      title={title}
      sandbox={sandbox}
      referrerPolicy="no-referrer"
      className={styles.frame}
      style={height === undefined ? undefined : { blockSize: height }}
      onLoad={loaded}
      {...source}
    />
  );
}

/** The page's policy counts for what it writes into a frame, and allows no styles in attributes. */
function unstyled(html: string) {
  return html.replace(/<[^>]+>/g, (tag) => tag.replace(/\sstyle=/gi, " data-style="));
}

/** From here they are taken: this is no markup but the page's own doing. */
function style(inside: Document) {
  for (const element of inside.querySelectorAll<HTMLElement>("[data-style]")) {
    element.style.cssText = element.dataset.style ?? "";
  }
}
