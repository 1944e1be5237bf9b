"""The database itself: connections, schema, migrations, opening, backups."""
