import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client, data, type Schemas } from "@/api/client";

/** Asks the server once the typing pauses; shows the last answer meanwhile. */
export function useSearch(text: string): Schemas["SearchResult"] | undefined {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), 120);
    return () => clearTimeout(timer);
  }, [text]);
  return useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => data(client.GET("/api/v1/search", { params: { query: { q: asked } }, signal })),
    enabled: asked.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  }).data;
}
