import { client, data, type Schemas } from "@/api/client";
import { askForPasskey } from "./authenticator";

type Session = Schemas["Session"];

/** By passkey alone. Whose it is, the passkey says. */
export async function signInByPasskey(asking?: Parameters<typeof askForPasskey>[1]): Promise<Session> {
  const question = await data(client.POST("/api/v1/session/passkey/challenge"));
  const body = await askForPasskey(question, asking);
  return data(client.POST("/api/v1/session/passkey", { body }));
}

/** After the password. */
export async function confirmByPasskey(): Promise<Session> {
  const question = await data(client.POST("/api/v1/session/second-factor/passkey"));
  const passkey = await askForPasskey(question);
  return data(client.POST("/api/v1/session/second-factor", { body: { passkey } }));
}
