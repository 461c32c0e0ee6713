-- Which claim names the company of a customer who comes through the provider. Null: none does.
set lock_timeout = '5s';

alter table identity.single_sign_on add column company_claim text;
