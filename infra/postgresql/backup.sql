-- The role by which `atum backup` copies an existing PostgreSQL server. Run once by a superuser. It signs in over the Unix
-- socket as the operating system's user of the same name (Debian: peer), or give it a password. It sees every row, since
-- it counts them: nothing but backups may use it. `atum up` needs none of this.
create role atum login replication bypassrls nosuperuser;
grant pg_read_all_data, pg_monitor to atum;
grant execute on function pg_switch_wal(), pg_control_system() to atum;
