import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { Passkeys } from "./Passkeys";
import styles from "./ProfilePage.module.css";
import { Program } from "./Program";
import { secondOf, useFactors } from "./queries";
import { RecoveryRow } from "./RecoveryRow";

export function SecondFactor() {
  const { factors, error, retry } = useFactors();
  if (error) return <ErrorState error={error} retry={retry} />;
  if (!factors) return <SkeletonRows count={2} height={56} />;
  return (
    <div className={styles.kinds}>
      <Passkeys factors={factors} />
      <Program factors={factors} />
      {secondOf(factors).any && <RecoveryRow factors={factors} />}
    </div>
  );
}
