use std::{net::SocketAddr, path::PathBuf};

use atum_core::{
    caller::Role,
    limits::{Limit, Limits, Rates},
    network::Network,
};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    bench::Scene,
    commands::{Describe, Setup, Stage, SupportBundle, doctor::Doctor},
    configuration::File,
    worker::Part,
};

/// A helpdesk that an organization runs on its own machines.
#[derive(Parser)]
#[command(name = "atum", version, propagate_version = true)]
pub struct Cli {
    /// How much is logged: error, warn, info, debug or trace, also for a part of the program alone (sqlx=warn)
    #[arg(long, env = "ATUM_LOG", value_name = "LEVEL", global = true, default_value = "info,sqlx=warn")]
    pub log: String,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line, with the machine's configuration as defaults. Help and mistakes end the process here.
    pub fn read(configuration: Option<&File>) -> (Self, ArgMatches) {
        let command = Self::command();
        let matches =
            configuration.map_or_else(|| command.clone(), |file| file.applied_to(command.clone())).get_matches();
        match Self::from_arg_matches(&matches) {
            Ok(cli) => (cli, matches),
            Err(error) => error.exit(),
        }
    }
}

#[derive(Subcommand)]
pub enum Command {
    /// Start everything: a private PostgreSQL, the schema, the server and its workers
    Up(Up),
    /// Serve on a database that is there, with the workers unless told otherwise
    Serve(Serve),
    /// Do the work that nobody waits for, in a process of its own
    Worker(Worker),
    /// Bring the database to this version's schema
    Migrate(Place),
    /// Look at everything that must be true and say what is not
    Doctor(Doctor),
    /// Add made-up data
    Seed(Seed),
    /// Measure this machine's speed, on made-up tickets in a directory of their own
    Bench(Bench),
    /// Print the API's description
    Openapi,
    /// Organizations
    #[command(subcommand)]
    Org(Org),
    /// Accounts: who signs in
    #[command(subcommand)]
    Account(Account),
    /// What happened, and the seal on it
    #[command(subcommand)]
    Audit(Audit),
    /// What a mail says
    #[command(subcommand)]
    Mail(Mail),
    /// Dead letters: jobs whose attempts are spent
    #[command(subcommand)]
    Jobs(Jobs),
    /// Make an installed machine ready: secrets, certificate, database, the first organization and its operator, nginx, units
    Setup(Setup),
    /// Print what the program knows of itself
    #[command(subcommand)]
    Describe(Describe),
    /// Gather what somebody far away needs to understand this installation, without secrets and customers' data
    SupportBundle(SupportBundle),
    #[command(hide = true, subcommand)]
    SetupStage(Stage),
    /// Make a backup, or look at those that were made
    Backup(crate::commands::backup::Backup),
    /// Restore a backup into an empty directory
    Restore(crate::commands::restore::Restore),
}

/// Where this installation's data is.
#[derive(Args, Clone, Default)]
pub struct Place {
    /// Directory for everything that is kept [default: ~/.local/share/atum, for root /var/lib/atum]
    #[arg(long, env = "ATUM_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Directory of PostgreSQL's server programs [default: the newest found]
    #[arg(long, env = "ATUM_POSTGRES_BIN", value_name = "DIR")]
    pub postgres_bin: Option<PathBuf>,
    /// Use an existing PostgreSQL server: postgres://user:password@host:5432/atum
    #[arg(long, env = "ATUM_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The passwords of the database's roles and the key that seals what is secret, made at the first start
    /// [default: secrets.json in the data directory]
    #[arg(long, env = "ATUM_SECRETS_FILE", value_name = "FILE")]
    pub secrets_file: Option<PathBuf>,
    /// More passwords to refuse, beside those built in: lines of a SHA-1 and a count, ordered by hash
    #[arg(long, env = "ATUM_BREACHED_PASSWORDS_FILE", value_name = "FILE")]
    pub breached_passwords_file: Option<PathBuf>,
}

/// How it is served.
#[derive(Args, Clone)]
pub struct Listen {
    /// Address to listen on
    #[arg(long, env = "ATUM_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,
    /// The address people use [default: http:// and the one listened on]
    #[arg(long, env = "ATUM_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Largest upload in MiB
    #[arg(long, env = "ATUM_UPLOAD_LIMIT_MIB", value_name = "MIB", default_value_t = 50)]
    pub upload_limit_mib: u64,
    /// A proxy in front (or a network of them, such as 172.16.0.0/12), whose X-Forwarded-For is believed; may be given
    /// several times
    #[arg(long = "trusted-proxy", env = "ATUM_TRUSTED_PROXIES", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// Lets a scraper on another machine read /metrics
    #[arg(long, env = "ATUM_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// A certificate in PEM whose end health and metrics tell of, such as the one nginx serves; may be given several times
    #[arg(long = "watch-certificate", env = "ATUM_WATCH_CERTIFICATES", value_name = "FILE", value_delimiter = ',')]
    pub watched_certificates: Vec<PathBuf>,
    #[command(flatten)]
    pub mail: MailListen,
    #[command(flatten)]
    pub tls: TlsListen,
    #[command(flatten)]
    pub limits: RequestLimits,
}

/// TLS without a proxy.
#[derive(Args, Clone)]
pub struct TlsListen {
    /// Speak HTTPS with this certificate (PEM, the chain behind it); a new one is served as soon as it lies there
    #[arg(long, env = "ATUM_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's key (PEM), readable by nobody else
    #[arg(long, env = "ATUM_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Also listen here, without TLS, and send whoever comes to the address people use
    #[arg(long, env = "ATUM_REDIRECT_LISTEN", value_name = "ADDRESS", requires = "tls_certificate")]
    pub redirect_listen: Option<SocketAddr>,
}

/// How much one caller may ask: a second on average, and at once; or none.
#[derive(Args, Clone)]
pub struct RequestLimits {
    /// Requests of one account, or of one API token: so many a second, and so many at once; none counts nothing
    #[arg(long, env = "ATUM_LIMIT_PER_CALLER", value_name = "RATE:AT_ONCE", default_value = "20:400")]
    pub limit_per_caller: Limit,
    /// Requests from one address (other than this machine's) by whoever is not signed in
    #[arg(long, env = "ATUM_LIMIT_PER_ADDRESS", value_name = "RATE:AT_ONCE", default_value = "10:100")]
    pub limit_per_address: Limit,
    /// Tries to sign in, to open an invitation or to have a new password, from one address
    #[arg(long, env = "ATUM_LIMIT_SIGN_IN", value_name = "RATE:AT_ONCE", default_value = "1:5")]
    pub limit_sign_in: Limit,
}

impl RequestLimits {
    pub fn limits(&self) -> Limits {
        let (caller, address, door) = (self.limit_per_caller.0, self.limit_per_address.0, self.limit_sign_in.0);
        Limits::new(Rates { caller, address, door })
    }
}

/// Where a mail server hands mail over.
#[derive(Args, Clone)]
pub struct MailListen {
    /// Take mail for the channels' addresses by SMTP or LMTP here, without TLS: 127.0.0.1:2525 [default: nowhere]
    #[arg(long, env = "ATUM_MAIL_LISTEN", value_name = "ADDRESS")]
    pub mail_listen: Option<SocketAddr>,
}

#[derive(Args)]
pub struct Up {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub listen: Listen,
    /// Add an organization to play with
    #[arg(long)]
    pub demo: bool,
    #[command(flatten)]
    pub backup: crate::commands::backup::BackupPlace,
    /// Make no backups by itself
    #[arg(long, env = "ATUM_NO_BACKUPS")]
    pub no_backups: bool,
}

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub listen: Listen,
    /// Leave the work to `atum worker`
    #[arg(long)]
    pub no_workers: bool,
}

#[derive(Args)]
pub struct Worker {
    #[command(flatten)]
    pub place: Place,
    /// Only these parts
    #[arg(long, value_delimiter = ',', value_enum)]
    pub only: Vec<Part>,
    /// The address people use, for links
    #[arg(long, env = "ATUM_PUBLIC_URL", value_name = "URL", default_value = "http://127.0.0.1:8000")]
    pub public_url: String,
    #[command(flatten)]
    pub mail: MailListen,
}

#[derive(Args)]
pub struct Seed {
    #[command(flatten)]
    pub place: Place,
    /// Two organizations to play with
    #[arg(long, required_unless_present = "tickets", conflicts_with = "tickets")]
    pub demo: bool,
    /// So many tickets of two years, with everything that belongs to them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub tickets: Option<u64>,
    /// The organization that gets them; founded if it is not there
    #[arg(long, value_name = "SLUG", default_value = "seeded")]
    pub org: String,
    /// The same number and seed make the same tickets
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Also where the organization has tickets already
    #[arg(long)]
    pub add: bool,
}

#[derive(Args)]
pub struct Bench {
    #[command(flatten)]
    pub place: BenchPlace,
    /// So many made-up tickets
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(100..))]
    pub tickets: u64,
    /// How long each round takes
    #[arg(long, value_name = "S", default_value_t = 5)]
    pub seconds: u64,
    /// Only these: create, list, open, reply, search, accept
    #[arg(long, value_delimiter = ',', value_enum)]
    pub only: Vec<Scene>,
    /// Write the figures here as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

#[derive(Args)]
pub struct BenchPlace {
    /// Keep the tickets here and measure on them the next time [default: a directory that is removed]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Directory of PostgreSQL's server programs [default: the newest found]
    #[arg(long, env = "ATUM_POSTGRES_BIN", value_name = "DIR")]
    pub postgres_bin: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Org {
    /// Found an organization
    Create {
        #[command(flatten)]
        place: Place,
        /// Names it in commands: a-z, 0-9 and -
        slug: String,
        /// The name people see
        #[arg(long)]
        name: Option<String>,
        /// Where it works, for its calendar
        #[arg(long, default_value = "UTC", value_name = "ZONE")]
        time_zone: chrono_tz::Tz,
    },
    /// Show from which addresses an organization lets people in
    AllowList {
        #[command(flatten)]
        place: Place,
        slug: String,
        /// Let everybody in from everywhere again
        #[arg(long)]
        clear: bool,
    },
    /// List organizations
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Let staff sign in with passwords again, where single sign-on is required and does not work
    AllowPasswords {
        #[command(flatten)]
        place: Place,
        slug: String,
    },
}

#[derive(Subcommand)]
pub enum Account {
    /// Add somebody to an organization, or an operator who belongs to none
    Create {
        #[command(flatten)]
        place: Place,
        email: String,
        #[arg(long, value_name = "SLUG", required_unless_present = "operator")]
        org: Option<String>,
        #[arg(long, required_unless_present = "operator")]
        name: Option<String>,
        #[arg(long, value_parser = role, required_unless_present = "operator")]
        role: Option<Role>,
        /// Runs the installation and is in no organization: sees health and the queue, and no ticket
        #[arg(long, conflicts_with_all = ["org", "name", "role"], requires = "password_stdin")]
        operator: bool,
        /// Read a password from standard input instead of printing a link to set one
        #[arg(long)]
        password_stdin: bool,
        /// The address people use, for the link
        #[arg(long, env = "ATUM_PUBLIC_URL", value_name = "URL", default_value = "http://127.0.0.1:8000")]
        public_url: String,
    },
    /// Print a link to set a new password
    ResetLink {
        #[command(flatten)]
        place: Place,
        email: String,
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// The address people use, for the link
        #[arg(long, env = "ATUM_PUBLIC_URL", value_name = "URL", default_value = "http://127.0.0.1:8000")]
        public_url: String,
    },
    /// List who asked for a new password within the last seven days
    Resets {
        #[command(flatten)]
        place: Place,
    },
    /// Set a password, read from standard input
    Password {
        #[command(flatten)]
        place: Place,
        email: String,
    },
    /// Remove codes, passkeys and recovery codes of somebody who lost them
    RemoveSecondFactor {
        #[command(flatten)]
        place: Place,
        email: String,
    },
    /// List accounts
    List {
        #[command(flatten)]
        place: Place,
    },
    /// End all sessions and let nobody in
    Disable {
        #[command(flatten)]
        place: Place,
        email: String,
        /// Let in again
        #[arg(long)]
        undo: bool,
    },
    /// Make somebody an operator of the installation, who sees its health and no ticket
    Operator {
        #[command(flatten)]
        place: Place,
        email: String,
        /// No longer
        #[arg(long)]
        undo: bool,
    },
}

#[derive(Subcommand)]
pub enum Audit {
    /// Compare events with what was sealed; name what was changed, removed, inserted or reordered
    Verify {
        #[command(flatten)]
        place: Place,
        /// Only this organization
        #[arg(long, value_name = "SLUG")]
        org: Option<String>,
        /// Heads signed earlier (`atum audit head`), which the chain must still contain
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
        /// The key that signed them [default: this installation's]
        #[arg(long, value_name = "HEX", requires = "head")]
        public_key: Option<String>,
    },
    /// Print the signed head of each chain, one line of JSON an organization, to be kept elsewhere
    Head {
        #[command(flatten)]
        place: Place,
        /// Only this organization
        #[arg(long, value_name = "SLUG")]
        org: Option<String>,
    },
    /// Print the public key that checks signed heads
    Key {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
pub enum Mail {
    /// Print as JSON what is made of a raw mail; no database is needed
    Explain {
        /// The mail as it was sent (.eml); `-` reads standard input
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum Jobs {
    /// List dead jobs: id, time, organization, kind, last reason
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Run dead jobs again, with all their attempts
    Replay {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: DeadLetters,
    },
    /// Lay dead jobs aside; they are removed after 30 days
    Discard {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: DeadLetters,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct DeadLetters {
    /// These
    #[arg(value_name = "ID")]
    pub ids: Vec<atum_core::ids::JobId>,
    /// All of this kind
    #[arg(long)]
    pub kind: Option<String>,
    /// All there are
    #[arg(long)]
    pub all: bool,
}

fn role(text: &str) -> Result<Role, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "must be customer, customer_admin, agent, manager or admin".to_owned())
}
