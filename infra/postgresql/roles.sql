-- Run once by whoever administers the PostgreSQL server (superuser or CREATEROLE + CREATEDB). `atum up` and
-- `atum serve` run it themselves where they may, with generated passwords, and print it where they may not.
-- None of these roles is superuser or may bypass row-level security; the process refuses to start if one is.
create role atum_owner login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ':owner_password';
create role atum_identity login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ':identity_password';
create role atum_app login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ':app_password';
create role atum_jobs login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ':jobs_password';
create role atum_scan nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
grant atum_scan to atum_owner;
create database atum owner atum_owner;
