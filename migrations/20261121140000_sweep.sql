-- Invitations that are over are removed, as sessions are: see server/identity/src/sweep.rs.
set lock_timeout = '5s';

grant delete on identity.invitation to atum_identity;
