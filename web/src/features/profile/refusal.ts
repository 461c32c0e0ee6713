import { ProblemError } from "@/api/problem";

/** Whether the server's objection is about this field. */
export const refusalAt = (error: unknown, field: string) =>
  error instanceof ProblemError && error.errors.some(({ pointer }) => pointer === `#/${field}`);
