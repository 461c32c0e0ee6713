import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { client, data, type Schemas } from "@/api/client";
import { randomKey } from "@/api/key";
import { adopt } from "./cache";
import type { Message } from "./queries";

type NewMessage = Schemas["NewMessage"];

/**
 * Sends a message. A second press after a lost answer carries the same key, so that the customer
 * never reads it twice; another text is another message.
 */
export function useSend(number: number) {
  const queries = useQueryClient();
  const again = () => void queries.invalidateQueries({ queryKey: ["ticket", number, "messages"] });
  const attempt = useRef({ text: "", key: randomKey() });
  return useMutation({
    mutationFn: (message: NewMessage) => {
      const text = JSON.stringify(message);
      if (attempt.current.text !== text) attempt.current = { text, key: randomKey() };
      return data(
        client.POST("/api/v1/tickets/{ticket}/messages", {
          params: { path: { ticket: String(number) } },
          headers: { "Idempotency-Key": attempt.current.key },
          body: message,
        }),
      );
    },
    onSuccess: ({ message, ticket, follow_up }) => {
      attempt.current = { text: "", key: randomKey() };
      if (!follow_up) {
        queries.setQueryData<Message[]>(["ticket", number, "messages"], (messages) =>
          messages && !messages.some(({ id }) => id === message.id) ? [...messages, message] : messages,
        );
      }
      adopt(queries, ticket);
      // The mail is made a moment later; then it can be taken back for some seconds.
      if (message.visibility === "public") for (const wait of [1_000, 3_000]) setTimeout(again, wait);
    },
  });
}
