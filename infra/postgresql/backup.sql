-- The role by which `atum backup` copies an existing PostgreSQL server. `atum setup` runs it; elsewhere a superuser does, once,
-- in the database of Atum Desk. It sees every row, since it counts them: nothing but backups may have its password, and it
-- must not be one that the server believes by the operating system's user. `atum up` needs none of this.
create role atum_backup login replication bypassrls nosuperuser password ':backup_password';
grant pg_read_all_data, pg_monitor to atum_backup;
grant execute on function pg_switch_wal(), pg_control_system() to atum_backup;
