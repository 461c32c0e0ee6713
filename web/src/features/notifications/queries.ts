import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";

export type Notification = Schemas["Notification"];
type Page = Schemas["NotificationPage"];

export const notificationsQuery = queryOptions({
  queryKey: ["notifications"],
  queryFn: () => data(client.GET("/api/v1/notifications", { params: { query: { limit: 30 } } })),
});

/** Read at once on the page; the next answer of the server says whether it is so. */
function useReading<T>(
  send: (what: T) => Promise<unknown>,
  isRead: (what: T, item: Notification) => boolean,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onMutate: (what) => {
      queries.setQueryData<Page>(notificationsQuery.queryKey, (page) => {
        if (!page) return page;
        const items = page.items.map((item) => (isRead(what, item) ? { ...item, read: true } : item));
        const newly = items.filter((item, index) => item.read && !page.items[index]?.read).length;
        return { ...page, items, unread_count: Math.max(0, page.unread_count - newly) };
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  });
}

export function useReadNotification() {
  return useReading(
    (id: string) => data(client.POST("/api/v1/notifications/{id}/read", { params: { path: { id } } })),
    (id, item) => item.id === id,
  );
}

export function useReadAllNotifications() {
  return useReading(
    (_: undefined) => data(client.POST("/api/v1/notifications/read-all")),
    () => true,
  );
}
