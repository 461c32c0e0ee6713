import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PlusIcon } from "@/ui/icons";
import { PageHead } from "@/ui/PageHead";
import { SkeletonRows } from "@/ui/Skeleton";
import { AddPerson } from "./AddPerson";
import { EditPerson } from "./EditPerson";
import { PasswordRequests } from "./PasswordRequests";
import { PeopleFilter } from "./PeopleFilter";
import { PeopleTable } from "./PeopleTable";
import { type Person, peopleQuery, type Role, roles } from "./queries";

function useFilter() {
  const { q, role } = useSearch({ strict: false }) as { q?: string; role?: string };
  return { ...(q && { q }), ...(roles.includes(role as Role) && { role: role as Role }) };
}

function People({ onEdit }: { onEdit: (person: Person) => void }) {
  const t = useT();
  const list = useInfiniteQuery(peopleQuery(useFilter()));
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={8} height={52} />;
  const people = list.data.pages.flatMap((page) => page.items);
  if (people.length === 0) return <EmptyState title={t("people.none")}>{t("people.none_lead")}</EmptyState>;
  return (
    <>
      <PeopleTable people={people} onEdit={onEdit} />
      {list.hasNextPage && (
        <Button tone="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("common.load_more")}
        </Button>
      )}
    </>
  );
}

export function PeoplePage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("settings.people") });
  const [adding, setAdding] = useState(false);
  const [edited, setEdited] = useState<Person | null>(null);
  return (
    <>
      <PageHead
        title={t("settings.people")}
        action={
          <Button tone="primary" icon={<PlusIcon size={16} />} onClick={() => setAdding(true)}>
            {t("people.add")}
          </Button>
        }
      />
      <PasswordRequests />
      <PeopleFilter />
      <People onEdit={setEdited} />
      <AddPerson open={adding} onClose={() => setAdding(false)} />
      <EditPerson person={edited} onClose={() => setEdited(null)} />
    </>
  );
}
