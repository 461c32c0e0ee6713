import { useState } from "react";
import { Button } from "./Button";
import { CheckIcon, CopyIcon } from "./icons";

interface Props {
  text: string;
  words: string;
  /** In place of the words once it is copied. */
  doneWords: string;
  tone?: "primary" | "plain";
}

/** Copies what is shown beside it, where the browser lets a page do that. */
export function CopyButton({ text, words, doneWords, tone = "primary" }: Props) {
  const [copied, setCopied] = useState(false);
  // Plain HTTP inside a network has no clipboard; the text beside it is selected by one click instead.
  if (!navigator.clipboard) return null;
  return (
    <Button
      tone={tone}
      icon={copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <span aria-live="polite">{copied ? doneWords : words}</span>
    </Button>
  );
}
