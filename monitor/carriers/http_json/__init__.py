"""The declarative connector: a carrier's API written as data. Presets are TOML files, see ``docs/adding-a-carrier.md``."""
