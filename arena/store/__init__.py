"""What must last: tables, the session with its writer lock, migrations."""
