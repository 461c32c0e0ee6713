import { useT } from "@/lib/i18n/I18nProvider";
import { Avatar } from "@/ui/Avatar";
import { Chip } from "@/ui/Chip";
import styles from "./PeoplePage.module.css";
import type { Person } from "./queries";

function PersonState({ person }: { person: Person }) {
  const t = useT();
  if (!person.active) return <Chip>{t("people.inactive")}</Chip>;
  if (!person.has_account) return <Chip tone="warning">{t("people.no_account")}</Chip>;
  return null;
}

interface Props {
  people: Person[];
  onEdit: (person: Person) => void;
}

export function PeopleTable({ people, onEdit }: Props) {
  const t = useT();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("people.name")}</th>
          <th scope="col">{t("people.role")}</th>
          <th scope="col">{t("people.company")}</th>
          <th scope="col">{t("people.state")}</th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id}>
            <td>
              <div className={styles.person}>
                <Avatar person={person} size={32} />
                <span className={styles.words}>
                  <button
                    type="button"
                    className={styles.name}
                    aria-label={t("people.edit", { name: person.name })}
                    onClick={() => onEdit(person)}
                  >
                    <bdi>{person.name}</bdi>
                  </button>
                  <bdi className={styles.email}>{person.email}</bdi>
                </span>
              </div>
            </td>
            <td>{t(`role.${person.role}`)}</td>
            <td>{person.company && <bdi>{person.company.name}</bdi>}</td>
            <td>
              <PersonState person={person} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
