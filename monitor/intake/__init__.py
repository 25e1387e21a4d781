"""How carriers' messages come in: webhook, gammu, ModemManager, standard input."""
