mod daylight_saving;
mod examples;
mod oracle;
mod properties;
mod refused;
mod support;
