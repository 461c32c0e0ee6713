import audit from "./audit.json";
import calendar from "./calendar.json";
import companies from "./companies.json";
import invitation from "./invitation.json";
import jobs from "./jobs.json";
import landing from "./landing.json";
import mailChannels from "./mail_channels.json";
import mailLog from "./mail_log.json";
import mailTemplates from "./mail_templates.json";
import monitoring from "./monitoring.json";
import passkey from "./passkey.json";
import password from "./password.json";
import people from "./people.json";
import portal from "./portal.json";
import profile from "./profile.json";
import rating from "./rating.json";
import reference from "./reference.json";
import security from "./security.json";
import settings from "./settings.json";
import singleSignOn from "./single_sign_on.json";
import sla from "./sla.json";
import tokens from "./tokens.json";

export default {
  ...audit,
  ...calendar,
  ...companies,
  ...invitation,
  ...jobs,
  ...landing,
  ...mailChannels,
  ...mailLog,
  ...mailTemplates,
  ...monitoring,
  ...passkey,
  ...password,
  ...people,
  ...portal,
  ...profile,
  ...rating,
  ...reference,
  ...security,
  ...settings,
  ...singleSignOn,
  ...sla,
  ...tokens,
};
