import clock from "./clock.json";
import common from "./common.json";
import composer from "./composer.json";
import dashboard from "./dashboard.json";
import drafts from "./drafts.json";
import event from "./event.json";
import files from "./files.json";
import frame from "./frame.json";
import help from "./help.json";
import invitation from "./invitation.json";
import landing from "./landing.json";
import notifications from "./notifications.json";
import palette from "./palette.json";
import password from "./password.json";
import portal from "./portal.json";
import problem from "./problem.json";
import rating from "./rating.json";
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
  ...invitation,
  ...landing,
  ...notifications,
  ...palette,
  ...password,
  ...portal,
  ...problem,
  ...rating,
  ...session,
  ...ticket,
  ...tickets,
};
