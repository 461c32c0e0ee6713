import clock from "./clock.json";
import common from "./common.json";
import composer from "./composer.json";
import dashboard from "./dashboard.json";
import drafts from "./drafts.json";
import event from "./event.json";
import files from "./files.json";
import frame from "./frame.json";
import help from "./help.json";
import impersonation from "./impersonation.json";
import mail from "./mail.json";
import notifications from "./notifications.json";
import outbox from "./outbox.json";
import palette from "./palette.json";
import problem from "./problem.json";
import session from "./session.json";
import ticket from "./ticket.json";
import tickets from "./tickets.json";

export default {
  ...clock,
  ...common,
  ...composer,
  ...dashboard,
  ...drafts,
  ...event,
  ...files,
  ...frame,
  ...help,
  ...impersonation,
  ...mail,
  ...notifications,
  ...outbox,
  ...palette,
  ...problem,
  ...session,
  ...ticket,
  ...tickets,
};
