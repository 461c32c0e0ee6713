interface Props {
  size?: number;
}

/**
 * The sun sets behind the benben, the first mound, whose two faces are the hills of the horizon; the gaps
 * read A over T. Below 40 px the serpent would blur, so the small drawing has none and wider gaps.
 */
export function Emblem({ size = 24 }: Props) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} aria-hidden="true" fill="var(--accent)">
      {size < 40 ? <SmallEmblem /> : <LargeEmblem />}
    </svg>
  );
}

function LargeEmblem() {
  return (
    <>
      <path d="M11.29 43.72A26 26 0 1 1 52.71 43.72L51.05 41.09A24.2 24.2 0 1 0 11.73 43.02Z" />
      <path d="M15.63 36.83A18.6 18.6 0 1 1 48.37 36.83L32 10.81Z" />
      <path d="M32 15.5L41.44 30.5H22.56Z" />
      <path d="M20.99 33H30.75V60H4Z" />
      <path d="M43.01 33H33.25V60H60Z" opacity="0.78" />
    </>
  );
}

function SmallEmblem() {
  return (
    <>
      <path d="M14.11 36.92A21.5 21.5 0 1 1 49.89 36.92L32 6.25Z" />
      <path d="M32 13L41.33 29H22.67Z" />
      <path d="M20.57 32.6H30.2V61H4Z" />
      <path d="M43.43 32.6H33.8V61H60Z" opacity="0.78" />
    </>
  );
}
