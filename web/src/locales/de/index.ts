import audit from "./audit.json";
import calendar from "./calendar.json";
import clock from "./clock.json";
import common from "./common.json";
import companies from "./companies.json";
import composer from "./composer.json";
import dashboard from "./dashboard.json";
import drafts from "./drafts.json";
import event from "./event.json";
import files from "./files.json";
import frame from "./frame.json";
import help from "./help.json";
import impersonation from "./impersonation.json";
import invitation from "./invitation.json";
import landing from "./landing.json";
import mail from "./mail.json";
import mailChannels from "./mail_channels.json";
import mailLog from "./mail_log.json";
import mailTemplates from "./mail_templates.json";
import notifications from "./notifications.json";
import outbox from "./outbox.json";
import palette from "./palette.json";
import passkey from "./passkey.json";
import password from "./password.json";
import people from "./people.json";
import portal from "./portal.json";
import problem from "./problem.json";
import profile from "./profile.json";
import rating from "./rating.json";
import reference from "./reference.json";
import security from "./security.json";
import session from "./session.json";
import settings from "./settings.json";
import singleSignOn from "./single_sign_on.json";
import sla from "./sla.json";
import ticket from "./ticket.json";
import tickets from "./tickets.json";
import tokens from "./tokens.json";

export default {
  ...audit,
  ...calendar,
  ...clock,
  ...common,
  ...companies,
  ...composer,
  ...dashboard,
  ...drafts,
  ...event,
  ...files,
  ...frame,
  ...help,
  ...impersonation,
  ...invitation,
  ...landing,
  ...mail,
  ...mailChannels,
  ...mailLog,
  ...mailTemplates,
  ...notifications,
  ...outbox,
  ...palette,
  ...passkey,
  ...password,
  ...people,
  ...portal,
  ...problem,
  ...profile,
  ...rating,
  ...reference,
  ...security,
  ...session,
  ...settings,
  ...singleSignOn,
  ...sla,
  ...ticket,
  ...tickets,
  ...tokens,
};
