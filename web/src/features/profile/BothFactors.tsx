import { Dialog } from "@/ui/Dialog";
import { BothFactorsForm, type BothFactorsProps } from "./BothFactorsForm";

interface Props extends BothFactorsProps {
  title: string;
  onCancel: () => void;
}

export function BothFactors({ title, ...form }: Props) {
  return (
    <Dialog open onClose={form.onCancel} title={title}>
      <BothFactorsForm {...form} />
    </Dialog>
  );
}
